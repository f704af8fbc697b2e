"""Statements of channels: matched, long, short, tried again, settled by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.payments.channel_refunds import PayRefundByHand
from engine.payments.checkouts import CancelCheckout
from engine.payments.statements import FileStatement
from tests.engine.payments.counter import Counter, Line, counter
from tests.purses import first, said


def test_a_statement_that_agrees_is_reconciled() -> None:
    """Payments and refunds, line by line; the next statement expects them no more."""
    town = counter()
    late = town.open()
    assert town.say(CancelCheckout(late)).ok
    town.notify(late)
    town.answer("crf_00000001")
    paid = town.open()
    town.notify(paid)
    town.next_day()
    lines: tuple[Line, ...] = (
        (late, "paid", 1_000), (paid, "paid", 1_000), ("crf_00000001", "refunded", 1_000)
    )  # fmt: skip
    assert town.events(town.state_day(*lines)) == ["statement_filed"]
    town.next_day()
    assert town.events(town.state_day()) == ["statement_filed"]
    assert town.books() == {"ch": -1_000}
    town.watchers.whole()


def test_a_day_is_stated_once_and_when_it_is_over() -> None:
    """A later day may be stated at any time, an earlier one not any more."""
    town = counter()
    assert said(town.say(FileStatement("wechat", 99_999, ()), "channel:wechat")) == "STATEMENT_TOO_EARLY"
    town.next_day()
    assert town.state_day().ok
    assert said(town.state_day()) == "STATEMENT_EXISTS"
    assert said(town.say(FileStatement("wechat", 0, ()), "channel:bank")) == "FORBIDDEN"


def test_a_lost_notice_shows_on_the_statement_and_is_cleared_when_it_comes() -> None:
    """Long money waits in suspense; the late notice takes it out on the next day, and the payer has it back."""
    town = counter()
    checkout = town.open()
    town.next_day()
    assert town.events(town.state_day((checkout, "paid", 1_000))) == ["statement_filed", "difference_booked"]
    assert town.books() == {"ch": -1_000, "sus": 1_000}
    town.notify(checkout)
    town.next_day()
    assert town.events(town.state_day()) == ["statement_filed", "difference_cleared", "statement_reconciled"]
    assert town.books() == {"ch": -1_000, "back": 1_000}
    town.watchers.whole()


def test_a_payment_that_statements_lack_is_short_on_the_second_day() -> None:
    """It may stand on the next statement; after that it is in suspense, until a later statement has it."""
    town = counter()
    paid = town.open()
    town.notify(paid)
    town.next_day()
    assert town.events(town.state_day()) == ["statement_filed"]
    town.next_day()
    assert town.events(town.state_day()) == ["statement_filed", "difference_booked"]
    assert town.books() == {"sus": -1_000}
    town.next_day()
    told = town.events(town.state_day((paid, "paid", 1_000)))
    assert told == ["statement_filed", "difference_cleared", "statement_reconciled"]
    assert town.books() == {"ch": -1_000}
    town.watchers.whole()


def test_money_of_nobody_goes_back_by_hand_once() -> None:
    """An officer returns it; a notice that comes even later sends nothing back a second time."""
    town = counter()
    checkout = town.open()
    assert town.say(CancelCheckout(checkout)).ok
    town.next_day()
    assert town.state_day((checkout, "paid", 1_000)).ok
    told = town.events(town.resolve("dif_00000001", "return"))
    assert told == ["difference_cleared", "channel_refund_requested", "statement_reconciled"]
    assert said(town.notify(checkout)) == "PAY_BAD_STATE"
    assert said(town.resolve("dif_00000001", "return")) == "DIFFERENCE_OVER"
    town.answer("crf_00000001", "failed")
    assert town.say(PayRefundByHand("crf_00000001")).ok
    assert town.books() == {"ch": -1_000, "bk": 1_000}
    town.watchers.whole()


def test_money_that_a_payment_may_still_claim_is_not_returned() -> None:
    """While a checkout is under way or its notice is known, and for anything but money that came."""
    town = counter()
    checkout = town.open()
    assert town.state_day((checkout, "paid", 1_000), ("crf_00000007", "refunded", 5)).ok
    assert said(town.resolve("dif_00000001", "return")) == "DIFFERENCE_NOT_RETURNABLE"
    town.notify(checkout)
    assert said(town.resolve("dif_00000001", "return")) == "DIFFERENCE_NOT_RETURNABLE"
    assert said(town.resolve("dif_00000002", "return")) == "DIFFERENCE_NOT_RETURNABLE"
    assert said(town.resolve("dif_00000009", "return")) == "DIFFERENCE_NOT_FOUND"


def test_what_is_written_off_is_cost_or_lessens_it() -> None:
    """Money of nobody is a gain, a refund of nobody a loss; both are out of suspense."""
    town = counter()
    town.next_day()
    assert town.state_day(("cko_x", "paid", 700), ("crf_x", "refunded", 200)).ok
    assert town.books() == {"ch": -500, "sus": 500}
    assert town.events(town.resolve("dif_00000001", "write_off")) == ["difference_written_off"]
    assert town.events(town.resolve("dif_00000002", "write_off"))[-1] == "statement_reconciled"
    assert town.books() == {"ch": -500, "cost": 500}
    town.watchers.whole()


LINES = st.lists(
    st.tuples(
        st.sampled_from(["cko_00000001", "cko_00000002", "cko_00000003", "crf_00000001", "odd"]),
        st.sampled_from(["paid", "refunded"]),
        st.sampled_from([1_000, 7]),
    ),
    max_size=6,
)


@given(st.lists(LINES, min_size=1, max_size=4))
def test_whatever_a_channel_states_every_line_has_its_place(days: list[list[Line]]) -> None:
    """Matched, in suspense, or cleared: the channel's account is what the channel says in all (H13)."""
    town = counter()
    _three_checkouts(town)
    for lines in days:
        town.next_day()
        assert town.state_day(*lines).ok
    for _ in range(3):  # what is missing becomes short
        town.next_day()
        assert town.state_day().ok
    signed = {"paid": -1, "refunded": 1}
    stated = sum(signed[kind] * fen for lines in days for _, kind, fen in lines)
    assert town.books().get("ch", 0) == stated
    town.watchers.whole()


def _three_checkouts(town: Counter) -> None:
    """One paid, one paid late and refunded, one nobody has paid."""
    town.notify(town.open())
    late = town.open()
    assert first(town.say(CancelCheckout(late))).by == "office"
    town.notify(late)
    town.answer("crf_00000001")
    town.open()
