"""The table of codes as section A9 of docs/domain.md shows it: `python -m tests.docs.codes_table` prints the rows."""

from engine.contract import codes


def rows() -> list[str]:
    """Header and one row a code, in order of precedence."""
    found = ["| Class | Code | Meaning |", "|---|---|---|"]
    for code in codes():
        name = f"{code.precedence.value} {code.precedence.name.lower().replace('_', ' ')}"
        door = " *(door)*" if code.door else ""
        found.append(f"| {name} | `{code.name}`{door} | {code.meaning} |")
    return found


if __name__ == "__main__":
    print("\n".join(rows()))  # noqa: T201 - its product is printed
