"""The page docs/mutation.md, from the results: `python -m tests.mutation.report` writes it anew.

A result counts as long as the text of its function is what it was; a function that has changed since is not yet run.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.mutants import functions_of
from tests.mutation.records import reasons, written
from tests.mutation.subjects import SUBJECTS, Subject
from tests.mutation.trial import KILLED, SURVIVED, TIMED_OUT, UNREACHED, WAITING

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "mutation.md"
LISTED = ("points", "payments")
"""Subjects whose unexplained survivors stand on the page, too; those of the others stand in the results."""
HEAD = """# Mutation tests

What the tests of the engine notice. A mutant is the engine with one small fault: `<` instead of `<=`, an argument left
out, a number one higher. A mutant that no test notices is a rule that no test states, or a change that changes nothing.
Written by `python -m tests.mutation.report` from `tests/mutation/results`; do not edit.

    make mutation                                   # every subject, going on where the last sitting stopped
    make mutation SUBJECT=points SHARD=1/4          # a quarter of the functions of one subject
    make mutation SUBJECT="points payments" MUTATION="--minutes 30 --again"    # survivors once more, after new tests

- The faults are [mutmut](https://mutmut.readthedocs.io)'s; the runner is ours (`tests/mutation`): pytest collects the
  tests of a subject once, every mutant is tried in a fork, in which the body of one living function is exchanged, and
  the first test that fails ends it. Limits are CPU time, so a busy machine makes no verdict. Code that runs while
  modules are imported is tried in a fresh process.
- A mutant meets the tests of its subject and the tables of precedence, and of these those that run its statement, the
  subject's own first, for three seconds of CPU time unless `--budget` says more; properties draw {examples} examples,
  always the same. A survivor may well be killed by the whole suite: the figures are a lower bound.
- Left out, since no test of a rule should tell the difference: docstrings, annotations and `cast`; what stands outside
  of functions (tables of codes and edges, which the tables of tests hold); two of mutmut's three ways to spoil a
  string; the words of an error that is our own fault.
- Results are kept by function and revision. A function whose text has changed since is counted as not yet run.

"Killed" and "timed out" together are the share killed of those tried; the share beside it leaves out survivors that
change nothing, as the list below explains.

| Subject | Mutants | Killed | Timed out | Survived | No test | Waiting | Share killed | Without equals | Revisions |
|---|---|---|---|---|---|---|---|---|---|
"""


@dataclass(slots=True)
class Tally:
    """Verdicts of a subject, its survivors as (function, change), why some of them are none, revisions, CPU time."""

    letters: Counter[str] = field(default_factory=Counter)
    survivors: list[tuple[str, str]] = field(default_factory=list)
    equal: int = 0
    revisions: Counter[str] = field(default_factory=Counter)
    cpu_s: float = 0.0

    def add(self, other: Tally) -> None:
        """Count another subject in."""
        self.letters += other.letters
        self.survivors += other.survivors
        self.equal += other.equal
        self.revisions += other.revisions
        self.cpu_s += other.cpu_s

    def row(self, name: str) -> str:
        """A line of the table."""
        of = self.letters
        tried = of.total() - of[WAITING]
        killed = of[KILLED] + of[TIMED_OUT]
        shown = [
            name, of.total(), of[KILLED], of[TIMED_OUT], of[SURVIVED], of[UNREACHED], of[WAITING],
            share(killed, tried), share(killed, tried - self.equal), ", ".join(sorted(self.revisions)) or "–",
        ]  # fmt: skip
        return f"| {' | '.join(map(str, shown))} |"


def share(part: int, whole: int) -> str:
    """Per cent, rounded down, so that nothing reaches a goal by rounding."""
    return f"{part * 1000 // whole / 10:.1f} %" if whole else "–"


def tally(subject: Subject) -> Tally:
    """Count a subject."""
    found = Tally()
    results = written(subject.name)
    explained = reasons()
    for path in subject.files(ROOT):
        for function in functions_of(ROOT, path):
            result = results.get(function.id)
            if result is None or result.source != function.source:
                found.letters[WAITING] += len(function.mutants)
                continue
            found.letters += Counter(result.verdicts)
            found.survivors += [(function.id, change) for change in result.survivors.values()]
            found.equal += sum(change in explained.get(function.id, {}) for change in result.survivors.values())
            found.revisions[result.revision] += 1
            found.cpu_s += result.cpu_s
    return found


def explained_lines(tallies: dict[str, Tally]) -> Iterator[str]:
    """Survivors with the reason for which no test could kill them."""
    why = reasons()
    for name, each in tallies.items():
        known = [(function, change) for function, change in each.survivors if change in why.get(function, {})]
        if known:
            yield f"\n### {name}\n"
        for function, change in known:
            yield f"- `{function}`: `{change}` — {why[function][change]}"


def open_lines(tallies: dict[str, Tally]) -> Iterator[str]:
    """Survivors without a reason: by change where they are listed, otherwise by file."""
    why = reasons()
    for name, each in tallies.items():
        unknown = [(function, change) for function, change in each.survivors if change not in why.get(function, {})]
        if not unknown:
            continue
        yield f"\n### {name}\n"
        if name in LISTED:
            yield from (f"- `{function}`: `{change}`" for function, change in unknown)
            continue
        files: dict[str, int] = defaultdict(int)
        for function, _ in unknown:
            files[function.partition(":")[0]] += 1
        yield ", ".join(f"{path} {count}" for path, count in files.items())


def page(examples: int) -> str:
    """The whole page."""
    tallies = {name: tally(subject) for name, subject in SUBJECTS.items()}
    together = Tally()
    for each in tallies.values():
        together.add(each)
    lines = [HEAD.format(examples=examples).rstrip("\n")]
    lines += [each.row(name) for name, each in tallies.items()]
    lines.append(together.row("engine"))
    spent_s = round(together.cpu_s / max(together.letters.total() - together.letters[WAITING], 1), 2)
    lines.append(f"\nA mutant took {spent_s} s of CPU time on average, beside collecting and looking on.")
    lines += ["\n## Survivors that no test can kill", *explained_lines(tallies)]
    lines += ["\n## Survivors that a test should kill", *open_lines(tallies)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    from tests.mutation.sitting import EXAMPLES

    FILE.write_text(page(EXAMPLES), encoding="utf-8")
