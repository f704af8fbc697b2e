"""Keys: a repeat gets the same answer for as long as the policy promises, and another command a mismatch (H03, H04)."""

from __future__ import annotations

import pytest

from engine import Envelope, MemorySink, Outcome, digest
from engine.administration import Sweep
from engine.kernel.command import Command
from engine.payments.purchases import PayPurchase
from engine.points.awards import GrantAward
from engine.points.clawback import RevokeAward
from tests.purses import DAY_S, Purse, purse, said

RETENTION_S = DAY_S


def records(town: Purse) -> int:
    """How many records the journal has."""
    return town.engine.n


def say(town: Purse, command: Command, key: str = "k", who: str = "system:awards", at: int | None = None) -> Outcome:
    """Give a command under a key."""
    kind, _, name = who.partition(":")
    return town.town.say(command, kind, name, key, at)


def test_a_success_is_repeated_for_ever_within_its_retention() -> None:
    """The very same answer, without a record, however often and whenever it is asked for within the retention."""
    town = purse()
    given = say(town, GrantAward("per_1", "gift", "ev_1"))
    count, state = records(town), digest(town.engine.district.points)
    for late in (0, 1, RETENTION_S - 1):
        assert say(town, GrantAward("per_1", "gift", "ev_1"), at=given.by.at + late) is given
    assert (records(town), digest(town.engine.district.points)) == (count, state)


def test_a_rejection_is_repeated_though_its_cause_went_away() -> None:
    """Somebody without points is told so again under the same key after points have come; a new key buys."""
    town = purse()
    buy = PayPurchase("per_1", "mer_1", "bank", 1_000_000, 0, 10)
    refused = say(town, buy, who="resident:per_1")
    assert said(refused) == "POINTS_INSUFFICIENT"
    town.award()
    assert say(town, buy, who="resident:per_1") is refused
    assert said(say(town, buy, "other", "resident:per_1")) == "ok"


@pytest.mark.parametrize(
    "command",
    [GrantAward("per_2", "gift", "ev_1"), GrantAward("per_1", "gift", "ev_2"), RevokeAward("awd_00000001"), Sweep()],
)
def test_the_same_key_with_another_command_is_a_mismatch(command: Command) -> None:
    """Whatever differs, a field or the type: no effect, no record, and the first answer stands."""
    town = purse()
    given = say(town, GrantAward("per_1", "gift", "ev_1"))
    count, state = records(town), digest(town.engine.district)
    assert said(say(town, command)) == "IDEMPOTENCY_MISMATCH"
    assert (records(town), digest(town.engine.district)) == (count, state)
    assert say(town, GrantAward("per_1", "gift", "ev_1")) is given


def test_somebody_else_of_the_same_kind_is_a_mismatch_and_another_kind_is_another_key() -> None:
    """Keys belong to a kind of actor: two officers share them, an officer and the platform do not."""
    town = purse()
    command = GrantAward("per_1", "gift", "ev_1")
    say(town, command, who="officer:off_1")
    assert said(say(town, command, who="officer:off_2")) == "IDEMPOTENCY_MISMATCH"
    assert said(say(town, command, who="system:off_1")) == "POINTS_EVIDENCE_USED"


def test_a_key_is_free_after_its_retention_to_the_second() -> None:
    """One second before, the first answer; at the end of the retention the command is decided anew."""
    town = purse()
    given = say(town, GrantAward("per_1", "gift", "ev_1"))
    at = town.at
    assert say(town, GrantAward("per_1", "gift", "ev_1"), at=at + RETENTION_S - 1) is given
    assert said(say(town, GrantAward("per_1", "gift", "ev_2"), at=at + RETENTION_S - 1)) == "IDEMPOTENCY_MISMATCH"
    assert said(say(town, GrantAward("per_1", "gift", "ev_2"), at=at + RETENTION_S)) == "ok"


def test_a_freed_key_that_was_used_again_answers_for_the_later_command() -> None:
    """The later answer binds for its own retention."""
    town = purse()
    at = town.at
    say(town, GrantAward("per_1", "gift", "ev_1"))
    later = say(town, GrantAward("per_1", "gift", "ev_2"), at=at + RETENTION_S)
    assert say(town, GrantAward("per_1", "gift", "ev_2"), at=at + 2 * RETENTION_S - 1) is later
    assert said(say(town, GrantAward("per_1", "gift", "ev_3"), at=at + 2 * RETENTION_S)) == "ok"


@pytest.mark.parametrize("sweeps", [0, 1, 3])
def test_a_late_repeat_is_judged_by_the_engines_own_clock(sweeps: int) -> None:
    """An instant that is over does not bring a forgotten key back, whether or not anything happened since."""
    town = purse()
    given = say(town, GrantAward("per_1", "gift", "ev_1"))
    at = town.at
    say(town, Sweep(), "s0", at=at + 100)
    assert say(town, GrantAward("per_1", "gift", "ev_1"), at=at) is given
    for number in range(sweeps):
        say(town, Sweep(), f"s{number + 1}", at=at + RETENTION_S + number * RETENTION_S // 2)
    answer = said(say(town, GrantAward("per_1", "gift", "ev_1"), at=at))
    assert answer == ("CLOCK_REGRESSION" if sweeps else "ok")


def test_a_clock_regression_is_recorded_and_not_kept() -> None:
    """It has a record with the earliest instant, moves no clock, and the key is free for the right instant."""
    town = purse()
    say(town, Sweep(), "s", at=town.at + 10)
    count, at = records(town), town.at
    answer = say(town, GrantAward("per_1", "gift", "ev_1"), at=at - 1)
    assert (said(answer), answer.details, answer.n) == ("CLOCK_REGRESSION", {"earliest": at}, count + 1)
    assert town.engine.district.at == at
    assert said(say(town, GrantAward("per_1", "gift", "ev_1"), at=at)) == "ok"


def test_who_may_not_leaves_no_trace() -> None:
    """A refusal has no record and is not kept: the right person may use the key."""
    sink = MemorySink()
    town = purse(sink)
    state, count = digest(town.engine.district), records(town)
    refused = say(town, GrantAward("per_1", "gift", "ev_1"), who="resident:per_1")
    assert (said(refused), refused.n, refused.events) == ("FORBIDDEN", 0, ())
    assert (digest(town.engine.district), records(town)) == (state, count)
    assert said(say(town, GrantAward("per_1", "gift", "ev_1"))) == "ok"


def test_authority_comes_before_the_key_and_the_key_before_the_clock() -> None:
    """A known answer is not shown to who may not ask; a repeat that comes late in time is no clock regression."""
    town = purse()
    say(town, PayPurchase("per_1", "mer_1", "bank", 5, 0, 0), who="resident:per_1")
    say(town, Sweep(), "s", at=town.at + 50)
    other = say(town, PayPurchase("per_1", "mer_1", "bank", 5, 0, 0), who="resident:per_2")
    assert said(other) == "FORBIDDEN"
    at = town.at - 50
    assert said(say(town, PayPurchase("per_1", "mer_1", "bank", 5, 0, 0), who="resident:per_1", at=at)) == "ok"
    assert said(say(town, PayPurchase("per_1", "mer_1", "bank", 6, 0, 0), who="resident:per_1", at=at)) == (
        "IDEMPOTENCY_MISMATCH"
    )


def test_the_retention_that_held_when_an_answer_was_given_is_kept() -> None:
    """A policy that shortens it lets older answers bind as promised; one that lengthens it does not revive them."""
    town = purse(idempotency__retention_s=3 * DAY_S)
    at = town.at
    first = say(town, GrantAward("per_1", "gift", "ev_1"), "a")
    town.change(60, idempotency__retention_s=DAY_S)
    second = say(town, GrantAward("per_1", "gift", "ev_2"), "b", at=at + 60)
    assert said(say(town, GrantAward("per_1", "gift", "ev_3"), "b", at=at + 60 + DAY_S)) == "ok"
    assert second.n > first.n
    assert say(town, GrantAward("per_1", "gift", "ev_1"), "a", at=at + 3 * DAY_S - 1) is first
    assert said(say(town, GrantAward("per_1", "gift", "ev_4"), "a", at=at + 3 * DAY_S)) == "ok"
    town.change(60, idempotency__retention_s=9 * DAY_S)
    town.at += DAY_S
    assert said(say(town, GrantAward("per_1", "gift", "ev_5"), "a")) == "ok"


def test_living_answers_are_those_that_still_bind() -> None:
    """For the digest: each key once, by scope, and none that is free."""
    town = purse()
    at = town.at
    say(town, Sweep(), "a", at=at + RETENTION_S - 10)
    say(town, Sweep(), "b", at=at + RETENTION_S + 10)
    say(town, Sweep(), "c", at=at + 2 * RETENTION_S - 11)
    living = [outcome.by.key for outcome in town.engine.keys.living(town.at)]
    assert living == ["a", "b", "c"]
    assert [each.by.key for each in town.engine.keys.living(town.at + 1)] == ["b", "c"]


def test_equal_commands_under_different_keys_are_two_commands() -> None:
    """A key is all that makes a repeat."""
    town = purse()
    for key in ("a", "b"):
        assert said(say(town, PayPurchase("per_1", "mer_1", "bank", 5, 0, 0), key, "resident:per_1")) == "ok"
    assert len(town.engine.district.trade.payments) == 2


def test_an_envelope_is_not_changed_by_its_answer() -> None:
    """The caller's envelope stands as it was given."""
    town = purse()
    by = Envelope("k", "system", "awards", town.at, GrantAward("per_1", "gift", "ev_1"))
    outcome = town.engine.execute(by)
    assert by == Envelope("k", "system", "awards", town.at, GrantAward("per_1", "gift", "ev_1"))
    assert outcome.by is by
