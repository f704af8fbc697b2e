"""What a hunt can reveal: for each kind of fault its operations get other answers from an engine that has it.

Carried out one after the other; a load run sends them at once and an audit judges the answers. A fault that changes no
answer even so could not be found by any load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine import Outcome, Policy
from engine.catalogue import PayPurchase, SubmitResponse
from engine.district import points as point_rows
from engine.kernel.deadlines import Deadlines
from engine.kernel.idempotency import Keys
from engine.kernel.rejection import Rejected
from engine.payments import purchases
from engine.points import awards
from engine.reporting import closing
from engine.reporting.codes import RPT_REOPEN_WINDOW
from engine.views.catalogue import READ_BY_NAME
from engine.views.read import read_now
from loadtests.operations import READ, Operation
from loadtests.plan.hunt.hunting import Hunt
from loadtests.plan.hunt.small_town import MORNING, town
from loadtests.plan.rehearsal import Rehearsal, name_of, view_of
from loadtests.references import MADE, TOWN, resolved
from tests.broken.faults import Fault, Install, after, before, both, put, replaced
from tests.broken.people import PEOPLE
from tests.broken.value import VALUE

pytestmark = pytest.mark.slow  # ten thousand operations for each fault; `mashang zoo` has a fast sample
COUNT = 10_000


def a_second_late(kind: str) -> Install:
    """Deadlines of a kind fire a second after they are due."""
    add, cancel = Deadlines.add, Deadlines.cancel

    def late_add(deadlines: Deadlines, due: int, what: str, waiting: str) -> None:
        add(deadlines, due + (what == kind), what, waiting)

    def late_cancel(deadlines: Deadlines, due: int, what: str, waiting: str) -> None:
        cancel(deadlines, due, what, waiting)
        cancel(deadlines, due + (what == kind), what, waiting)

    return both(
        lambda patch: patch.setattr(Deadlines, "add", late_add),
        lambda patch: patch.setattr(Deadlines, "cancel", late_cancel),
    )


def only_accepted(right: Callable[..., None]) -> Callable[..., None]:
    """Rejections are not kept under their key."""
    return lambda keys, outcome: right(keys, outcome) if outcome.ok else None


def kept_a_second_longer(keys: Keys, kind: str, key: str, at: int) -> Any:
    """Keys bind one second too long."""
    for generation in keys._generations:
        found = generation.answers[kind].get(key)
        if isinstance(found, Outcome):
            return found if max(at, keys._district.at) <= found.by.at + generation.retention_s else None
    return None


def on_all_goods(right: Callable[..., Any]) -> Callable[..., Any]:
    """The cap on points is taken of all goods, excluded ones too."""

    def decide(command: PayPurchase, district: Any, policy: Any, by: Any) -> Any:
        try:
            return right(command, district, policy, by)
        except Rejected as rejected:
            if rejected.code.name != "PAY_CAP_EXCEEDED":
                raise
            whole = PayPurchase(command.person, command.merchant, command.channel, command.goods_fen, 0, command.points)
            return right(whole, district, policy, by)

    return decide


def forget_parts(event: Any, district: Any) -> None:
    """Only the last part of what came back is remembered."""
    district.trade.returned[event.payment].goods_fen = event.goods_fen


def in_window(policy: Any, row: Any, at: int) -> None:
    """The window to reopen is open a second longer."""
    if at > (row.closed_at or 0) + policy.reporting.reopen_window_s:
        raise Rejected(RPT_REOPEN_WINDOW, closed=row.closed_at or 0)


def twice(right: Callable[..., bool]) -> Callable[..., bool]:
    """The own answer is no obstacle to another one."""

    def taken(response: SubmitResponse, district: Any, questionnaire: Any) -> bool:
        try:
            return right(response, district, questionnaire)
        except Rejected:
            return False

    return taken


def lapsed_lots_too(right: Callable[..., Any]) -> Callable[..., Any]:
    """A lot can be used in the very second in which it lapses."""
    return lambda wallet, points, at: right(wallet, points, at - 1) or right(wallet, points, at)


SILENT = {
    "an award posts on one side only",
    "an expiry books too much",
    "a moral award posts material points",
    "the bank loses a fen",
}
"""Faults of books that no answer and no read tells of."""
UTC_DAY = lambda at: at // 86_400  # noqa: E731 - as short as the fault
FAULTS = {
    "double credit on retry": lambda patch: patch.setattr(Keys, "find", lambda *_: None),
    "rejections are not kept": lambda patch: patch.setattr(Keys, "keep", only_accepted(Keys.keep)),
    "keys bind a second longer": lambda patch: patch.setattr(Keys, "find", kept_a_second_longer),
    "cap of all goods": lambda patch: patch.setattr(PayPurchase, "decide", on_all_goods(PayPurchase.decide)),
    "lots lapse a second late": both(
        a_second_late("lot_expiry"),
        lambda patch: patch.setattr(purchases, "draw", lapsed_lots_too(awards.draw)),
    ),
    "caps of the UTC day": both(
        lambda patch: patch.setattr(awards, "civil_day", UTC_DAY),
        lambda patch: patch.setattr(point_rows, "civil_day", UTC_DAY),
    ),
    "refunds forget earlier parts": after("payments.purchase_refunded", forget_parts),
    "votes close a second late": a_second_late("vote_close"),
    "questionnaires close a second late": a_second_late("questionnaire_close"),
    "cases close a second late": a_second_late("report_close"),
    "a second answer counts": lambda patch: patch.setattr(SubmitResponse, "_taken", twice(SubmitResponse._taken)),
    "reopening a second longer": replaced(f"{closing.__name__}._in_window", in_window),
    "refunds a second longer": both(
        before("payments.purchase_paid", put(refundable_until=lambda event: event.refundable_until + 1)),
    ),
    "clawback a second longer": before("points.award_granted", put(final_at=lambda event: event.final_at + 1)),
    "caps are off by one": replaced(
        "engine.points.awards._within", lambda points, cap, used, _code: min(points, max(0, cap + 1 - used)) or points
    ),
}


def shown(rehearsal: Rehearsal, operation: Operation) -> Any:
    """What a read shows."""
    kind, _, who = operation.actor.partition(":")
    read = READ_BY_NAME[operation.type.removeprefix(READ)]
    try:
        asked = read.parameters(**resolved(operation.data, rehearsal.known))
        return read_now(rehearsal.engine.district, read, asked, (kind, who))
    except (KeyError, Rejected) as refused:
        return str(refused)


def answers(operations: list[Operation]) -> Iterator[Any]:
    """What the engine as it is now says, one after the other."""
    rehearsal = Rehearsal(Policy(), MORNING)
    for operation in town():
        rehearsal.carry_out(TOWN, operation)
    for operation in operations:
        outcome = rehearsal.carry_out(MADE, operation)
        if operation.is_read:
            yield shown(rehearsal, operation)
        elif outcome is None:  # it refers to something that was not made
            yield None
        else:
            yield name_of(outcome.code), view_of(outcome), outcome.by.at, outcome.n, outcome.first_seq


def first_difference(install: Install, operations: list[Operation], right: list[Any]) -> int | None:
    """The first operation that an engine with a fault answers differently."""
    with pytest.MonkeyPatch.context() as patch:
        install(patch)
        for n, (wrong, known) in enumerate(zip(answers(operations), right, strict=True)):
            if wrong != known:
                return n
    return None


@pytest.fixture(scope="module")
def long_hunt() -> list[Operation]:
    """A hunt as long as bugs have time to be found."""
    return Hunt(5, 200.0).go(COUNT)


@pytest.fixture(scope="module")
def right(long_hunt: list[Operation]) -> list[Any]:
    """What a right engine says."""
    return list(answers(long_hunt))


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_shows_in_the_answers(name: str, long_hunt: list[Operation], right: list[Any]) -> None:
    """At least one operation of the hunt is answered differently."""
    assert first_difference(FAULTS[name], long_hunt, right) is not None


def test_a_right_engine_says_the_same_again(long_hunt: list[Operation], right: list[Any]) -> None:
    """Without a fault nothing differs: what differs above is the fault."""
    assert first_difference(lambda _patch: None, long_hunt, right) is None


@pytest.mark.parametrize("fault", [*PEOPLE, *VALUE], ids=lambda fault: fault.name)
def test_known_bad_engines_show_where_answers_can_tell(
    fault: Fault, long_hunt: list[Operation], right: list[Any]
) -> None:
    """Engines of tests/broken answer differently, unless what they break stands in no answer."""
    assert (first_difference(fault.install, long_hunt, right) is None) == (fault.name in SILENT)
