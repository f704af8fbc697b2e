"""The audit of objects that only an adapter knows: small histories, right and wrong, by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from loadtests.adapter.document import Adapter
from loadtests.adapter.reading import Unset, adapter_from
from loadtests.audit import AdapterWire, Audit, RunFolder, audit_run
from loadtests.audit.scripts import write_scripts
from loadtests.operations import Operation, write_operations

OK = [{"when": "status == 200", "ok": {"view": "$response.body", "made": {"id": "$response.body#/id"}}}]
ENTRY = {"steps": [{"call": "POST /x/{{id?}}", "body": {"v": "{{value?}}"}}], "outcome": OK}
FUNCTIONS = ("create", "update", "delete", "read:get", "read:list")


def adapter(*, all_listed: bool = False) -> Adapter:
    """A collection, a counter and a register."""
    named = [f"read:things.{each[5:]}" if each.startswith("read:") else f"things.{each}" for each in FUNCTIONS]
    others = ["hits.add", "read:hits.read", "flags.write", "read:flags.read"]
    things = {"model": "collection", "fields": {"a": {"kind": "text"}, "b": {"kind": "text"}}, "lists_all": all_listed}
    return adapter_from(
        {
            "mashang": "1",
            "target": {"base_url": "http://127.0.0.1:1"},
            "idempotency": {"header": "Key"},
            "objects": {"things": things, "hits": {"model": "counter"}, "flags": {"model": "register"}},
            "operations": dict.fromkeys([*named, *others], ENTRY),
            "outcome": [{"when": "status == 404", "error": "NOT_FOUND"}],
        },
        Path("x.yaml"),
    )


Did = tuple[str, dict[str, Any], int, Any]
"""Type, data, status (0: no answer came), body of the answer."""


def audited(folder: Path, did: list[Did], keys: dict[int, str] | None = None, **how: Any) -> tuple[Audit, RunFolder]:
    """The audit of operations that were done one after the other."""
    folder.mkdir()
    operations, lines = [], ['{"mashang":"history"}']
    for n, (kind, data, status, body) in enumerate(did):
        key = "" if kind.startswith("read:") else (keys or {}).get(n, f"k{n}")
        operations.append(Operation(n, n, kind, f"client:{n}", key, data, str(n), "hot"))
        line = {"op": n, "try": 1, "due": n, "sent": 10 * n, "done": 10 * n + 5, "status": status, "body": body}
        lines.append(json.dumps(line | ({} if status else {"fault": "timeout"})).replace(", ", ",").replace(": ", ":"))
    write_operations(folder / "operations.jsonl.gz", operations)
    (folder / "plan.json").write_text(json.dumps({"profile": "objects", "operations": len(did)}))
    (folder / "history-0.jsonl").write_text("\n".join(lines) + "\n")
    run = RunFolder(folder)
    return audit_run(run, AdapterWire(adapter(**how), "x", Unset())), run


A, B = {"a": "x", "b": "y"}, {"a": "z", "b": "y"}
MADE = ("things.create", {"value": A}, 200, {"id": 7})
ID = {"id": "$made:0:id"}
RIGHT: list[list[Did]] = [
    [MADE, ("read:things.get", ID, 200, {"id": 7, **A})],
    [MADE, ("read:things.get", ID, 200, {"id": 7, "a": "x"})],  # the field that no read shows is not judged
    [MADE, ("things.update", ID | {"value": B}, 0, None), ("read:things.get", ID, 200, {"id": 7, **A}),
     ("read:things.get", ID, 200, {"id": 7, **B})],
    [MADE, ("things.delete", ID, 200, None), ("read:things.get", ID, 404, {})],
    [MADE, ("things.delete", ID, 200, None), ("things.update", ID | {"value": B}, 404, {})],
    [MADE, ("read:things.list", {}, 200, [7, 8])],
    [("hits.add", {"id": "h", "amount": 2}, 200, None), ("read:hits.read", {"id": "h"}, 200, 2)],
    [("hits.add", {"id": "h", "amount": 2}, 200, 2), ("hits.add", {"id": "h", "amount": 3}, 200, 5)],
    [("read:hits.read", {"id": "h"}, 200, None)],
]  # fmt: skip
WRONG: list[tuple[list[Did], str]] = [
    ([MADE, ("read:things.get", ID, 200, {"id": 7, **B})], "OBJECT"),
    ([MADE, ("read:things.get", ID, 404, {})], "OBJECT"),
    ([MADE, ("things.update", ID | {"value": B}, 404, {})], "OBJECT"),
    ([MADE, ("things.delete", ID, 200, None), ("read:things.list", {}, 200, ["7"])], "OBJECT"),
    ([("hits.add", {"id": "h", "amount": 2}, 200, 3)], "OBJECT"),
    ([("hits.add", {"id": "h", "amount": 2}, 200, None), ("read:hits.read", {"id": "h"}, 200, 4)], "OBJECT"),
    ([("read:hits.read", {"id": "h"}, 200, "many")], "CONTRACT"),
    ([("flags.write", {"id": "f", "value": "v"}, 200, None), ("read:flags.read", {"id": "f"}, 200, "w")], "OBJECT"),
]


@pytest.mark.parametrize("did", RIGHT)
def test_what_an_order_explains_is_right(tmp_path: Path, did: list[Did]) -> None:
    """A lost answer may have happened, a field that is never shown and an item of others say nothing."""
    audit, _ = audited(tmp_path / "run", did)
    assert not audit.counts


@pytest.mark.parametrize(("did", "found"), WRONG)
def test_what_no_order_explains_is_found(tmp_path: Path, did: list[Did], found: str) -> None:
    """With the operation that is impossible, and a script that says what was really sent."""
    audit, run = audited(tmp_path / "run", did)
    assert dict(audit.counts) == {found: 1}
    finding = audit.findings[0]
    assert finding.operations[-1].n == len(did) - 1
    write_scripts(tmp_path / "script", finding, AdapterWire(adapter(), "x", Unset()), run)
    script = (tmp_path / "script" / "replay.sh").read_text()
    assert '"$BASE"/x/' in script
    assert "$made" not in script
    assert not (tmp_path / "script" / "replay_test.py").exists()


def test_a_list_that_leaves_nothing_out_is_judged_for_what_it_lacks(tmp_path: Path) -> None:
    """Only if the adapter says so: other lists are pages."""
    did: list[Did] = [MADE, ("read:things.list", {}, 200, [])]
    assert not audited(tmp_path / "pages", did)[0].counts
    assert audited(tmp_path / "all", did, all_listed=True)[0].counts["OBJECT"]


def test_a_key_makes_one_thing(tmp_path: Path) -> None:
    """The same key with the same answer is one effect; two ids under one key are two (H03)."""
    again = {1: "k0"}
    assert not audited(tmp_path / "one", [MADE, MADE], again)[0].counts
    twice: Did = ("things.create", {"value": A}, 200, {"id": 8})
    assert audited(tmp_path / "two", [MADE, twice], again)[0].counts["H03"] == 1


def test_an_answer_that_no_rule_explains_is_not_settled(tmp_path: Path) -> None:
    """It is named with its status; it may have happened."""
    did: list[Did] = [("flags.write", {"id": "f", "value": "v"}, 418, "?"), ("read:flags.read", {"id": "f"}, 200, "v")]
    audit, _ = audited(tmp_path / "run", did)
    layer = audit.layers["conformance"]
    assert (dict(audit.counts), layer.unknown, layer.values) == ({}, 1, {"type": "flags.write", "status": 418})


def test_nothing_definite_is_nothing_checked(tmp_path: Path) -> None:
    """A run in which no answer came is no right run."""
    audit, _ = audited(tmp_path / "run", [("flags.write", {"id": "f", "value": "v"}, 0, None)])
    assert not any(layer.checked for layer in audit.layers.values())
