"""Sweeping, and deleting personal values: who may, when, and what a record says."""

from __future__ import annotations

from typing import Any

import pytest

from engine import Envelope, Outcome
from engine.administration import Purge, Sweep
from engine.binding.special_groups import TagSpecial
from engine.invariants.answers import Answers
from engine.kernel.command import PERSONAL_FIELDS
from tests.purses import DAY_S, purse, said

TAG = "binding.tag_special.tag"
WHO = {"resident": "per_1", "grid": "wkr_1", "merchant": "mer_1", "officer": "off_1", "system": "clock"}


@pytest.mark.parametrize("kind", WHO)
def test_officers_and_the_platform_run_it(kind: str) -> None:
    """Everybody else is refused."""
    town = purse()
    answer = "ok" if kind in ("officer", "system") else "FORBIDDEN"
    assert said(town.town.say(Sweep(), kind, WHO[kind])) == answer
    assert said(town.town.say(Purge(TAG, 0), kind, WHO[kind])) == answer


def test_a_purge_of_an_unknown_field_is_refused_before_one_of_the_future() -> None:
    """A slip of the pen must not look like a purge that was done."""
    town = purse()
    assert said(town.town.say(Purge("binding.tag_special.tags", town.at + 1))) == "PERSONAL_FIELD_NOT_FOUND"
    assert said(town.town.say(Purge(TAG, town.at + 1))) == "PURGE_IN_FUTURE"
    assert said(town.town.say(Purge(TAG, town.at))) == "ok"


def test_a_purge_takes_what_came_before_its_instant() -> None:
    """A value that came at the instant stays, one that came a second earlier goes; the tag itself stays in force."""
    town = purse()
    tags = []
    for person, evidence in (("per_1", "ev_1"), ("per_2", "ev_2")):
        outcome = town.town.say(TagSpecial(person, "veteran", evidence), "grid", "wkr_1")
        tags.append(outcome.by.command.tag)  # type: ignore[attr-defined]
        town.at += 1
    assert said(town.town.say(Purge(TAG, town.at - 1))) == "ok"
    vault = town.engine.sealing.vault
    assert [vault.get(tag) is None for tag in tags] == [True, False]
    assert len(town.engine.district.special_groups.tags) == 2


def test_a_repeat_outlives_the_purge_of_its_values() -> None:
    """Within the retention of a key: before the purge other values are a mismatch; after it the answer comes again."""
    town = purse()
    answers = Answers(town.engine)

    def tagged(group: Any, evidence: str = "ev_1", person: str = "per_1") -> Outcome:
        return answers.execute(Envelope("tag", "grid", "wkr_1", town.at, TagSpecial(person, group, evidence)))

    first = tagged("veteran")
    assert first.ok
    assert tagged("veteran") is first
    assert said(tagged("disabled")) == "IDEMPOTENCY_MISMATCH"
    town.at += 1
    records = town.engine.n
    assert said(town.town.say(Purge(TAG, town.at))) == "ok"
    assert tagged("veteran") is first
    assert tagged("disabled") is first
    assert said(tagged("veteran", "ev_2")) == said(tagged("veteran", person="per_2")) == "IDEMPOTENCY_MISMATCH"
    assert town.engine.n == records + 1


def test_every_personal_field_can_be_purged() -> None:
    """All of the registry, by the name that the registry gives."""
    town = purse()
    town.at += 5 * DAY_S
    for field in PERSONAL_FIELDS:
        assert said(town.town.say(Purge(field, town.at))) == "ok"


def test_a_sweep_moves_the_clock_and_nothing_else() -> None:
    """It has one event and can be given at any instant from now on."""
    town = purse()
    outcome = town.town.say(Sweep(), at=town.at + 7)
    assert [event.type for event in outcome.events] == ["clock.advanced"]
    assert town.engine.district.at == town.at
    assert said(town.town.say(Sweep(), at=town.at - 1)) == "CLOCK_REGRESSION"
