"""Small parts of the generator: the timer, Locust's statistics in bulk, operations of several steps, tokens."""

import json
import select
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.generator.endpoint import endpoint
from loadtests.generator.locust_statistics import summary_of, two_digits
from loadtests.generator.recorder import Batch
from loadtests.generator.reference_target import ReferenceTarget, issued_tokens, tokens_from
from loadtests.generator.target import Reply, Request, Steps, outcome_unknown
from loadtests.generator.timer import Timer
from loadtests.operations import Operation
from tests.loadtests.generator.runs import Run, operations
from tests.loadtests.generator.servers import Server, plainly, serving
from wording import ExitCode, MashangError


def test_a_timer_expires_once_and_can_be_cleared() -> None:
    """Armed, its descriptor becomes readable; cleared or armed anew for later, it is not."""
    timer = Timer()
    try:
        timer.arm(1_000)
        assert select.select([timer.descriptor], [], [], 10)[0]
        timer.clear()
        assert not select.select([timer.descriptor], [], [], 0)[0]
        timer.arm(0)
        assert select.select([timer.descriptor], [], [], 10)[0]
        timer.arm(3_600 * 10**9)
        assert not select.select([timer.descriptor], [], [], 0)[0]
    finally:
        timer.close()


def as_locust_does(milliseconds: float) -> int:
    """What Locust's documentation says of its keys: two digits."""
    if milliseconds < 100:
        return round(milliseconds)
    if milliseconds < 1_000:
        return round(milliseconds / 10) * 10
    if milliseconds < 10_000:
        return round(milliseconds / 100) * 100
    return round(milliseconds / 1_000) * 1_000


@given(st.lists(st.floats(0, 100_000), max_size=40))
def test_response_times_are_rounded_as_locust_rounds(times: list[float]) -> None:
    """Two digits, as Locust keeps them, for any response time."""
    assert two_digits(np.array(times)).tolist() == [as_locust_does(each) for each in times]


rows = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 10**10), st.booleans()), min_size=1, max_size=30)


@given(rows, st.integers(1, 4))
def test_a_summary_is_that_of_its_rows(found: list[tuple[int, int, bool]], batches: int) -> None:
    """Counts, failures and sums over several batches are those of the rows of the type."""
    made = [
        (n, 1, kind, 0, 0, took, 200, b"ab", "", "", b"", True, failed) for n, (kind, took, failed) in enumerate(found)
    ]
    cut = [Batch(made[start::batches]) for start in range(batches) if made[start::batches]]
    ours = [(took, failed) for kind, took, failed in found if kind == 1]
    if not ours:
        return
    summary: dict[str, Any] = summary_of([batch for batch in cut if 1 in batch.kinds()], 1, "read:x")
    assert summary["num_requests"] == sum(summary["response_times"].values()) == len(ours)
    assert summary["num_failures"] == sum(failed for _, failed in ours)
    assert summary["total_response_time"] == pytest.approx(sum(took for took, _ in ours) / 10**6)
    assert summary["total_content_length"] == 2 * len(ours)
    assert summary["method"] == "read"


class TwoSteps(Steps):
    """Orders, then pays what the answer names."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation

    def first(self) -> tuple[str, Request]:
        """The order."""
        return "order", Request("POST", f"/orders/{self._operation.n}", (), b"{}")

    def on_step(self, step: str, reply: Reply) -> tuple[str, Request] | None:
        """The payment, if the order stands."""
        if step == "pay" or reply.status != 200:
            return None
        return "pay", Request("POST", f"/pay/{json.loads(reply.body)['n']}", (), b"{}")


class StepTarget(ReferenceTarget):
    """A target where everything takes two steps."""

    def compile(self, operation: Operation) -> Steps:  # type: ignore[override]
        """Both of them."""
        return TwoSteps(operation)


def test_an_operation_of_several_steps_goes_on_with_each_answer(tmp_path: Path) -> None:
    """The second request is made of the first answer; each has its line, and the operation counts once."""
    with serving() as server:
        run = Run(server.url, operations(3), tmp_path, target=StepTarget({}))
    assert sorted((each.op, each.step, each.status) for each in run.exchanges) == [
        (n, step, 200) for n in range(3) for step in ("order", "pay")
    ]
    assert sum(each.startswith(b"POST /pay/2 ") for each in server.requests) == 3
    assert (run.recorder.operations, run.recorder.exchanges) == (3, 6)


def test_a_step_without_an_outcome_is_asked_again(tmp_path: Path) -> None:
    """A lost answer repeats its own step, not the whole operation."""

    def loses_second(server: Server, line: socket.socket, request: bytes, number: int) -> bool:
        return number != 1 and plainly(server, line, request, number)

    with serving(loses_second) as server:
        run = Run(server.url, operations(1), tmp_path, target=StepTarget({}))
    assert [(each.step, each.attempt, each.fault) for each in run.exchanges] == [
        ("order", 1, ""), ("pay", 1, "reset"), ("pay", 2, ""),
    ]  # fmt: skip


def test_the_time_of_the_town_is_told() -> None:
    """A driven clock is told the operation's own instant, or what its due time comes to at the plan's pace."""
    target = ReferenceTarget({}, start_s=1_000, pace=2.0)
    for at_s, told in ((None, "1020"), (-5, "995"), (0, "1000")):
        operation = Operation(0, 10 * 10**9, "a.b", "x:y", "k", {}, "s", at_s=at_s)
        assert ("Mashang-At", told) in target.compile(operation).headers
    assert "Mashang-At" not in dict(ReferenceTarget({}).compile(operation).headers)


@pytest.mark.parametrize(
    ("status", "body", "fault", "is_open", "fails"),
    [
        (200, b'{"retryable":true}', "", False, False),
        (0, b"", "timeout", True, True),
        (500, b"", "", True, True),
        (409, b'{"error":{"retryable":true}}', "", True, False),
        (409, b'{"error":{"retryable": true}}', "", True, False),
        (409, b'{"error":{"retryable":false}}', "", False, False),
        (401, b"", "", False, True),
        (422, b"", "", False, False),
    ],
)
def test_what_an_answer_means_for_going_on(
    status: int, body: bytes, fault: str, is_open: object, fails: object
) -> None:
    """Unknown outcomes and what calls itself retryable are asked again; a rejection is an answer, no failure."""
    reply = Reply(status, b"", body, fault)
    target = ReferenceTarget({})
    assert (target.is_open(reply), target.is_failure(reply)) == (is_open, fails)
    assert outcome_unknown(reply) == (bool(fault) or status >= 500)


def test_tokens_are_issued_to_the_holder_of_the_secret() -> None:
    """One request an actor, with the operator's secret; a refusal is said with its status."""

    def office(_server: Server, line: socket.socket, request: bytes, _number: int) -> bool:
        fine = b"authorization: bearer s3cret\r\n" in request.lower()
        actor = json.loads(request.rpartition(b"\r\n\r\n")[2])["actor"]
        body = json.dumps({"token": f"t-{actor}"}).encode()
        line.sendall(
            b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (b"200 OK" if fine else b"401 No", len(body), body)
        )
        return True

    with serving(office) as server:
        to = endpoint(server.url)
        assert issued_tokens(to, "s3cret", ["a:1", "b:2"]) == {"a:1": "t-a:1", "b:2": "t-b:2"}
        with pytest.raises(MashangError) as caught:
            issued_tokens(to, "wrong", ["a:1"])
    assert caught.value.values["status"] == 401
    with pytest.raises(MashangError) as gone:
        issued_tokens(to, "s3cret", ["a:1"])
    assert gone.value.exit_code is ExitCode.UNREACHABLE


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', "{"])
def test_a_file_that_holds_no_tokens_is_refused(tmp_path: Path, text: str) -> None:
    """It must be a JSON object of texts."""
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(MashangError):
        tokens_from(tmp_path / "t.json")
