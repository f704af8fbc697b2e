"""What is measured in a run: both clocks, ends, what counts as offered."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.audit import ReferenceWire
from loadtests.operations import READ
from loadtests.verdict.figures import ends_of, operations_of, steps_of
from loadtests.verdict.load_run import open_run
from loadtests.verdict.measured import NEVER, Measured, measure
from loadtests.verdict.metrics import latencies, statistic, windows
from tests.loadtests.verdict.runs import MILLISECOND, OK_COMMAND, SECOND, MadeRun, refused
from wording import ExitCode, MashangError


def measured(path: Path) -> Measured:
    """A run folder, measured."""
    return measure(open_run(path), ReferenceWire())


def test_both_clocks(tmp_path: Path) -> None:
    """From the due time counts what an operation waited before it was sent; from the send time does not."""
    run = MadeRun(seconds=10, rate=10, spread=0.0, waits=lambda n, _at: 1000.0 if n == 7 else 0.0)
    found = measured(run.write(tmp_path / "run"))
    every = np.ones(len(found.types), dtype=bool)
    due, sent = (latencies(found, clock, every)[1] for clock in ("due", "sent"))
    assert due.max() == 1020 * MILLISECOND
    assert sent.max() == sent.min() == 20 * MILLISECOND


def test_an_operation_that_was_tried_again_counts_once(tmp_path: Path) -> None:
    """Latency from the due time ends with the last exchange; a lost answer that was got later is no failure."""
    folder = MadeRun(seconds=10, rate=10, answers={4: (0, None, "timeout")}).write(tmp_path / "run")
    again = {"op": 4, "try": 2, "due": 400 * MILLISECOND, "sent": 2 * SECOND, "done": 3 * SECOND, "status": 200}
    with (folder / "history-0.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(again | {"body": OK_COMMAND}, separators=(",", ":")) + "\n")
    found = measured(folder)
    assert found.done_ns[4] == 3 * SECOND
    assert found.answered.all()
    assert not found.unexpected().any()
    assert len(found.exchanges.op) == len(found.kind) + 1
    assert found.exchanges.whole.sum() == len(found.kind)


@pytest.mark.parametrize(
    ("answer", "intent", "name", "expected"),
    [
        ((402, refused("POINTS_INSUFFICIENT"), ""), "day", "POINTS_INSUFFICIENT", True),
        ((404, refused("PERSON_NOT_FOUND"), ""), "day", "PERSON_NOT_FOUND", True),
        ((400, refused("MALFORMED"), ""), "day", "MALFORMED", False),
        ((400, refused("MALFORMED"), ""), "boundary", "MALFORMED", True),
        ((422, refused("IDEMPOTENCY_MISMATCH"), ""), "day", "IDEMPOTENCY_MISMATCH", False),
        ((422, refused("IDEMPOTENCY_MISMATCH"), ""), "key_reuse", "IDEMPOTENCY_MISMATCH", True),
        ((401, refused("UNAUTHENTICATED"), ""), "boundary", "UNAUTHENTICATED", False),
        ((500, refused("INTERNAL"), ""), "day", "INTERNAL", False),
        ((422, refused("WHAT_IS_THIS"), ""), "day", "WHAT_IS_THIS", False),
        ((503, "busy", ""), "day", "http_503", False),
        ((404, {"detail": "no route"}, ""), "day", "http_404", False),
        ((0, None, "timeout"), "day", "timeout", False),
        ((0, None, "reset"), "day", "reset", False),
        ((0, None, "refused"), "day", "refused", False),
        ((0, None, ""), "day", "no_answer", False),
    ],
)
def test_how_an_operation_ended(
    tmp_path: Path, answer: tuple[int, object, str], intent: str, name: str, *, expected: bool
) -> None:
    """A refusal by the rules is expected; what no plan asks for, and what is no answer, is not."""
    folder = MadeRun(seconds=3, rate=10, answers={3: answer}, intent=intent).write(tmp_path / "run")
    ends = {each.end.name: each for each in ends_of(measured(folder))}
    assert ends[name].count == 1
    assert ends[name].end.expected is expected


def test_what_was_not_sent_was_offered_all_the_same(tmp_path: Path) -> None:
    """An operation without an exchange counts as offered and as an unexpected end."""
    found = measured(MadeRun(seconds=10, rate=10, unsent=frozenset({5, 99})).write(tmp_path / "run"))
    every = operations_of(found)[0]
    assert (every.offered, every.answered, every.unexpected) == (100, 98, 2)
    assert found.sent_ns[5] == found.done_ns[5] == NEVER


def test_what_lies_behind_the_end_of_a_cut_run_was_not_offered(tmp_path: Path) -> None:
    """A run that stopped early offers what was due until then."""
    run = MadeRun(seconds=10, rate=10, unsent=frozenset(range(60, 100)), manifest={"ended": "cut"})
    every = operations_of(measured(run.write(tmp_path / "run")))[0]
    assert (every.offered, every.answered) == (60, 60)


def test_a_plan_at_another_speed(tmp_path: Path) -> None:
    """Due times are those of the run; what was not sent is stretched like the others."""
    found = measured(MadeRun(seconds=10, rate=10, speed=2.0, unsent=frozenset({50})).write(tmp_path / "run"))
    assert found.due_ns[50] == pytest.approx(2.5 * SECOND, rel=1e-6)


def test_a_history_of_another_plan_is_refused(tmp_path: Path) -> None:
    """Exchanges of operations that the plan does not hold end with exit code 2."""
    folder = MadeRun(seconds=1, rate=10).write(tmp_path / "run")
    with (folder / "history-0.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"op":99,"try":1,"due":0,"sent":0,"done":1,"status":200,"body":null}\n')
    with pytest.raises(MashangError) as wrong:
        measured(folder)
    assert wrong.value.exit_code == ExitCode.USAGE


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=200), st.sampled_from(["p50", "p90", "p99", "p99.9"]))
def test_a_percentile_is_the_smallest_value_with_so_many_at_or_below_it(values: list[int], name: str) -> None:
    """At least the share lies at or below the percentile, and less than the share below any smaller value."""
    share = float(name[1:]) / 100
    found = statistic(np.array(values, dtype=np.int64), name)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    smaller = [value for value in values if value < found]
    assert not smaller or len(smaller) < share * len(values)


@given(st.lists(st.integers(0, 10**11), max_size=100), st.integers(1, 10**10))
def test_windows_hold_everything_once(due: list[int], length: int) -> None:
    """Windows are in order, each operation is in one, and lies inside it."""
    column = np.array(due, dtype=np.int64)
    starts, seen = [], []
    for start, part in windows(column, length):
        assert start is not None
        assert ((column[part] >= start) & (column[part] < start + length)).all()
        starts.append(start)
        seen += part.tolist()
    assert starts == sorted(set(starts))
    assert sorted(seen) == list(range(len(due)))


@pytest.mark.parametrize("seconds", [0.5, 3.0, 30.0, 400.0])
def test_steps_count_every_operation(tmp_path: Path, seconds: float) -> None:
    """Rates times lengths of the steps give the operations again, for short and long runs; steps leave no gap."""
    found = measured(
        MadeRun(seconds=seconds, rate=20, kinds=("points.grant_award", f"{READ}a.b")).write(tmp_path / "r")
    )
    steps = steps_of(found)
    ends = [step.from_s for step in steps[1:]] + [max(found.span_ns / SECOND, steps[-1].from_s)]
    total = sum(step.offered_a_second * (end - step.from_s) for step, end in zip(steps, ends, strict=True))
    assert total == pytest.approx(seconds * 20, rel=0.02, abs=2)
    assert 2 <= len(steps) <= 300
