"""Cases of the detection table: what is found, what is not, and how a script is shortened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.kernel.idempotency import Keys
from loadtests.bugs import BUGS
from loadtests.detection.case import Result, hunt, run_case
from loadtests.detection.inside import SECRET
from loadtests.detection.inside_door import InsideDoor
from loadtests.detection.other_table import other_table
from loadtests.detection.other_tools import Seen
from loadtests.detection.playing import Step, play, with_marks
from loadtests.detection.shrinking import Shrinking, needed
from loadtests.detection.table import table
from loadtests.generator.target import Request
from loadtests.operations import Operation

SAMPLE = (
    "keys-forgotten",
    "other-content-gets-the-first-answer",
    "facts-earn-at-once",
    "keys-at-once",
    "torn-reads",
    "restart-forgets-keys",
    "refunds-cash-first",
    "clawback-a-second-longer",
    "points-lapse-at-midnight-utc",
    "refunds-a-fen-more",
)
"""One or two of each kind that are found within a hunt."""


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where hunts are kept."""
    return tmp_path_factory.mktemp("plans")


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
def test_a_planted_bug_is_found_and_named(name: str, plans: Path) -> None:
    """A hunt finds it, the first finding names what it breaks, and its script is short."""
    found = run_case(BUGS[name], 1, plans, hunts=4)
    assert found.found
    assert found.right, (found.invariant, found.others)
    assert found.script is not None
    assert found.script <= 8, found.steps


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_found_on_the_right_deployment(seed: int, plans: Path) -> None:
    """Restarts, crashes and lost answers are no violation."""
    found = run_case(None, seed, plans, hunts=1)
    assert not found.found, (found.invariant, found.steps)
    assert found.operations == 1_000


def test_the_same_operations_get_the_same_answers(plans: Path) -> None:
    """Two plays of one script differ in their times and salts only."""
    stage, operations = hunt(plans, 7)
    steps = with_marks(operations[:60])
    told = []
    for _ in range(2):
        with play(stage, None, steps) as made:
            lines = [json.loads(line) for line in made.inside.lines["made"]]
            told.append([(line["op"], line["try"], line["status"], (line["body"] or {}).get("n")) for line in lines])
    assert told[0] == told[1]
    assert len(told[0]) >= 60


def operation(n: int, refers_to: int | None = None) -> Operation:
    """An operation that refers to another one, or to none."""
    data = {"payment": f"$made:{refers_to}:payment"} if refers_to is not None else {}
    return Operation(n, n, "payments.refund_purchase", "officer:off_1", f"k{n}", data, "client:0")


def test_what_refers_to_a_removed_step_is_removed() -> None:
    """Also what refers to it in turn."""
    steps: list[Step] = [operation(1), operation(3, 2), operation(4, 3), "restart", operation(5, 1)]
    assert needed(steps) == [steps[0], "restart", steps[4]]


@pytest.mark.parametrize("wanted", [{3}, {0, 19}, {4, 5, 6}, {2, 9, 17}])
def test_shrinking_leaves_what_is_needed(wanted: set[int]) -> None:
    """Exactly the steps without which the violation does not show."""
    steps: list[Step] = [operation(n) for n in range(20)]

    def shows(some: Sequence[Step]) -> bool:
        return wanted <= {each.n for each in some if isinstance(each, Operation)}

    found = Shrinking(shows).shortest(steps)
    assert {each.n for each in found if isinstance(each, Operation)} == wanted


def test_the_table_counts_seeds_names_and_false_alarms() -> None:
    """A bug is found in four of five seeds or it is not; a wrong name stands in brackets; the later line counts."""
    hit: dict[str, Any] = {"found": True, "operations": 250}
    rows = [
        Result("keys-forgotten", "retry", seed, invariant="H03", right=True, script=2, **hit) for seed in range(1, 5)
    ]
    rows += [Result("keys-forgotten", "retry", 5), Result("caps-at-once", "concurrency", 1, invariant="H05", **hit)]
    rows += [Result("-", "-", 1, invariant="H02", **hit), Result("-", "-", 1, operations=10_000)]
    told = table(json.loads(row.line()) for row in rows)
    assert "| `keys-forgotten` | retry | 4/5 | 250 | H03 4 | 2 |" in told
    assert "(H05) 1" in told
    assert "2 of 2 (100.0%)" in told
    assert "1 times, 10,000 operations: 0 false alarms" in told


def test_other_tools_have_columns_of_their_own() -> None:
    """Lines that name a tool are not the hunts', the later line counts, and the right deployment counts by itself."""
    hit = Seen(
        "property", "keys-forgotten", "retry", 1, found=True, operations=40, invariant="H04", right=True, script=2
    )
    rows = [Seen("property", "keys-forgotten", "retry", 1), hit, Seen("statuses", "keys-forgotten", "retry", 1)]
    rows += [Seen("property", "caps-at-once", "concurrency", 1), Seen("property", "-", "-", 1, operations=6_000)]
    lines = [json.loads(row.line()) for row in rows]
    told = other_table(lines)
    assert "| `keys-forgotten` | retry | 1/1 | 40 | H04 | 2 |  | 0/1 |" in told
    assert "property: 1/2 cases found (retry 1/1, concurrency 0/1)." in told
    assert "property on the right deployment, 6,000 operations: 0 false alarms." in told
    assert "keys-forgotten" not in table(lines)
    assert other_table([json.loads(Result("keys-forgotten", "retry", 1).line())]) == ""


def test_a_bug_behind_a_switch_is_in_only_when_it_is_on(tmp_path: Path) -> None:
    """Who asks has the right engine; the deployment behind the door has the wrong one, and remembers."""
    right = Keys.find
    door = InsideDoor(tmp_path, BUGS["keys-forgotten"])
    try:
        assert Keys.find is right
        token = json.loads(door.ask(asked("/v1/tokens", {"actor": "officer:off_1"}, SECRET, "")).body)["token"]
        community = {"community": "com_1", "subdistrict": "subdistrict-1"}
        replies = [door.ask(asked("/v1/binding/open_community", community, token, "k")) for _ in range(2)]
        assert [reply.status for reply in replies] == [200, 409]  # a right one would repeat its answer
        assert Keys.find is right
    finally:
        door.end()


def asked(path: str, body: Any, bearer: str, key: str) -> Request:
    """A request as a door takes it."""
    headers = [("Authorization", f"Bearer {bearer}"), ("Content-Type", "application/json"), ("Mashang-At", "9")]
    return Request("POST", path, (*headers, *([("Idempotency-Key", key)] if key else [])), json.dumps(body).encode())
