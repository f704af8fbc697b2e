"""The one way of a command: what is due fires first, personal values are sealed, a failure half way stops it all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine import Engine, MemorySink, Outcome, digest, new_engine
from engine.administration import DEADLINES, FireDeadline, Sweep
from engine.binding.special_groups import TagSpecial
from engine.catalogue import BY_TYPE, COMMANDS
from engine.district.clock import ANNOUNCED_POLICY
from engine.district.ledger import Ledger
from engine.kernel.command import PERSONAL_FIELDS
from engine.kernel.engine import EngineStopped
from engine.kernel.event import EVENTS
from tests.purses import DAY_S, Purse, first, purse, rule, said
from tests.towns import MORNING, code_of, small_town

WAITS = rule(points=50, vest_delay_s=60)


def records(sink: MemorySink) -> list[dict[str, Any]]:
    """The records of a journal, parsed."""
    return [found for found in map(json.loads, sink.lines()) if "envelope" in found]


def journalled(**numbers: Any) -> tuple[Purse, MemorySink]:
    """A town whose journal can be looked at after `chain.flush()`."""
    sink = MemorySink()
    return purse(sink, **numbers), sink


def test_what_is_due_fires_at_its_own_instant_before_the_command() -> None:
    """Points that vest a minute later stand in a record of that minute, before that of the later command."""
    town, sink = journalled(points__rules__waits=WAITS)
    town.award("per_1", "waits")
    given = town.at
    town.at += 3_600
    assert town.pay(50).ok
    assert town.engine.chain is not None
    town.engine.chain.flush()
    fired, paid = records(sink)[-2:]
    assert (fired["envelope"]["type"], fired["envelope"]["at"]) == ("clock.fire_deadline", given + 60)
    assert fired["envelope"]["actor"] == "system:clock"
    assert [each["type"] for each in fired["events"]] == ["clock.deadline_fired", "points.award_vested"]
    assert paid["envelope"]["at"] == given + 3_600
    assert paid["n"] == fired["n"] + 1


def test_records_and_events_are_numbered_without_a_gap() -> None:
    """Number n counts all records, rejections too, and seq all events; a rejection has none."""
    town, sink = journalled(points__rules__waits=WAITS)
    town.award("per_1", "waits")
    town.pay(99)
    town.at += 3_600
    town.sweep()
    assert town.engine.chain is not None
    town.engine.chain.flush()
    found = records(sink)
    assert [each["n"] for each in found] == list(range(1, len(found) + 1))
    seqs = [event["seq"] for each in found for event in each["events"]]
    assert seqs == list(range(1, len(seqs) + 1))
    assert all(bool(each["events"]) == (each["status"] == "ok") == (each["code"] is None) for each in found)


def test_nobody_can_fire_a_deadline_but_the_engine() -> None:
    """Every kind of actor is refused, and the deadline stays."""
    town = purse(points__rules__waits=WAITS)
    award = first(town.award("per_1", "waits")).award
    for kind in ("system", "officer", "resident", "grid", "merchant", "nobody"):
        assert said(town.town.say(FireDeadline("award_vest", award), kind, "clock")) == "FORBIDDEN"
    assert town.purse()["pending"] == 50


def test_a_policy_is_the_first_deadline_of_its_instant() -> None:
    """Kinds of one instant fire in the order of their names, so this name has to stay the first one."""
    assert min(DEADLINES) == ANNOUNCED_POLICY


def test_every_kind_of_deadline_that_waits_has_a_rule() -> None:
    """No event adds a deadline that nobody fires: all kinds named in engine/district are in the table."""
    town = small_town(new_engine())
    assert {kind for _, kind, *_ in town.engine.district.deadlines.rows()} <= set(DEADLINES)


def test_a_personal_value_stands_in_no_record() -> None:
    """Accepted, rejected or too late: a record holds the commitment, and the vault the value."""
    town, sink = journalled()
    grid = ("grid", "wkr_1")
    assert said(town.town.say(TagSpecial("per_1", "veteran", "ev_1"), *grid)) == "ok"
    assert said(town.town.say(TagSpecial("per_9", "veteran", "ev_1"), *grid)) == "PERSON_NOT_FOUND"
    assert said(town.town.say(TagSpecial("per_2", "veteran", "ev_1"), *grid, at=town.at - 1)) == "CLOCK_REGRESSION"
    assert town.engine.chain is not None
    town.engine.chain.flush()
    assert not any("veteran" in line for line in sink.lines())
    tags = [each["envelope"]["data"]["tag"] for each in records(sink)[-3:]]
    assert [town.engine.sealing.vault.get(tag).value for tag in tags] == ["veteran"] * 3  # type: ignore[union-attr]


def test_a_repeat_with_the_same_personal_value_is_a_repeat() -> None:
    """Though each value gets a new salt, the same one under the same key is the same command, another one is not."""
    town = purse()
    given = town.town.say(TagSpecial("per_1", "veteran", "ev_1"), "grid", "wkr_1", "k")
    assert town.town.say(TagSpecial("per_1", "veteran", "ev_1"), "grid", "wkr_1", "k") is given
    assert said(town.town.say(TagSpecial("per_1", "disabled", "ev_1"), "grid", "wkr_1", "k")) == "IDEMPOTENCY_MISMATCH"


def test_the_registry_names_every_personal_field() -> None:
    """Each command's personal fields are registered under its wire name with purpose and retention."""
    for command in COMMANDS:
        for name in command.personal:
            mark = PERSONAL_FIELDS[f"{command.type}.{name}"]
            assert mark.purpose
            assert 0 < mark.retention_days <= 3_660


def test_a_failure_half_way_stops_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that breaks while an event is written: the error comes through, and no later command is answered."""
    town = purse()
    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "post", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            town.award()
    with pytest.raises(EngineStopped):
        town.award()


class FullDisk:
    """A sink that takes nothing more."""

    def write(self, frame: bytes) -> None:
        """Refuse."""
        raise OSError(28, "no space left on device")

    def close(self) -> None:
        """Nothing to do."""


def test_a_full_disk_stops_the_engine() -> None:
    """A command that could not be journalled is not answered, and neither is any later one, repeats included."""
    town, _ = journalled()
    assert town.engine.chain is not None
    town.engine.chain._sink = FullDisk()
    town.award()
    with pytest.raises(OSError, match="no space"):
        town.engine.chain.flush()
    town.engine.chain._frame_length = 1
    with pytest.raises(OSError, match="no space"):
        town.award()
    with pytest.raises(EngineStopped):
        town.award()


def test_an_error_in_a_decision_leaves_the_state_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deciding only reads: a fault of ours there changes nothing, and the engine goes on."""
    town = purse()
    before = digest(town.engine.district)
    with monkeypatch.context() as broken:
        broken.setattr(Sweep, "decide", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            town.sweep()
    assert digest(town.engine.district) == before
    town.sweep()


class Recorder:
    """An observer that remembers what it saw."""

    def __init__(self, engine: Engine) -> None:
        """Observe an engine."""
        self.seen: list[tuple[int, str, int]] = []
        self.engine = engine
        engine.observers.append(self)

    def observe(self, outcome: Outcome) -> None:
        """Note number and answer, and the clock of the district."""
        self.seen.append((outcome.n, code_of(outcome), self.engine.district.at))


def test_observers_see_every_record_after_its_events() -> None:
    """Accepted, rejected and fired ones, in order, with the district as it was left; refusals they do not see."""
    town = purse(points__rules__waits=WAITS)
    recorder = Recorder(town.engine)
    start, at = town.engine.n, town.at
    town.award("per_1", "waits")
    town.town.say(Sweep(), "resident", "per_1")
    town.at += 60
    town.pay(99)
    assert recorder.seen == [
        (start + 1, "ok", at), (start + 2, "ok", at + 60), (start + 3, "POINTS_INSUFFICIENT", at + 60),
    ]  # fmt: skip


def test_watchers_see_the_events_that_they_ask_for() -> None:
    """By type, after all events of the record were written."""
    town = purse()
    seen: list[tuple[str, int]] = []
    town.engine.watch["points.award_granted"] = [
        lambda event, outcome: seen.append((event.award, outcome.first_seq)),
    ]
    town.award()
    town.pay(1)
    assert seen == [("awd_00000001", town.engine.seq - 1)]


def test_a_rejection_changes_nothing_but_the_clock() -> None:
    """T02: rows, balances, caps, counters and deadlines are the same before and after."""
    town = purse()
    town.award()
    town.at += 5
    town.sweep()
    district = town.engine.district
    before = digest(district)
    assert said(town.pay(101)) == "POINTS_INSUFFICIENT"
    assert said(town.award(evidence="ev_1")) == "POINTS_EVIDENCE_USED"
    assert digest(district) == before
    town.at += 5
    assert said(town.pay(101)) == "POINTS_INSUFFICIENT"
    assert district.at == town.at
    district.at -= 5
    assert digest(district) == before


def test_names_on_the_wire_are_subject_and_verb() -> None:
    """Commands and events are found by their wire names, each of which says its subject."""
    assert len(BY_TYPE) == len(COMMANDS)
    for name in (*BY_TYPE, *EVENTS):
        subject, _, verb = name.partition(".")
        assert subject.islower()
        assert verb.replace("_", "").isalpha()


def test_the_town_of_the_tests_is_built_in_a_morning() -> None:
    """The clock of a new engine stands at the first command's instant, and an idle day costs no record."""
    town = small_town(new_engine(), MORNING)
    count = town.engine.n
    assert town.engine.district.at == MORNING
    town.say(Sweep(), "system", "clock", at=MORNING + DAY_S)
    assert town.engine.n == count + 1
