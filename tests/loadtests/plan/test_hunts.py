"""A hunt has what finds bugs in its measure, carries every command, and stands on the street of the tests."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from engine import Engine, MemorySink, Policy, new_engine, seeded_salt
from engine.catalogue import BY_TYPE, COMMANDS
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import PaymentId, PersonId
from engine.kernel.rejection import Code, Precedence, Rejected
from engine.kernel.units import Days, Name, PositiveFen
from engine.views.catalogue import READS
from loadtests.operations import Operation
from loadtests.plan.hunt.hunting import Hunt
from loadtests.plan.hunt.measures import CLIENTS
from loadtests.plan.hunt.small_town import LIVELY, MORNING, town
from loadtests.plan.rehearsal import Rehearsal
from loadtests.references import MADE, TOWN
from tests.towns import small_town


def again(hunt: Hunt) -> tuple[Rehearsal, list[str]]:
    """The hunt carried out on another fresh engine, with the answers by operation."""
    rehearsal = Rehearsal(Policy(), MORNING)
    for operation in town():
        rehearsal.carry_out(TOWN, operation)
    answers = []
    for operation in hunt.operations:
        before = Counter(rehearsal.answers.by_type[operation.type])
        rehearsal.carry_out(MADE, operation)
        (answer,) = rehearsal.answers.by_type[operation.type] - before
        answers.append(answer)
    return rehearsal, answers


def records(engine: Engine, sink: MemorySink) -> list[str]:
    """What an engine has written down."""
    assert engine.chain is not None
    engine.chain.flush()
    return [line for line in sink.lines() if '"envelope"' in line]


def test_the_street_is_that_of_the_tests() -> None:
    """The town of a hunt is tests/towns.py, record by record, and one change of policy after it."""
    mine, theirs = MemorySink(), MemorySink()
    rehearsal = Rehearsal(Policy(), MORNING)
    rehearsal.engine = new_engine(Policy(), mine, salt=seeded_salt(0))
    for operation in town():
        outcome = rehearsal.carry_out(TOWN, operation)
        assert outcome is not None
        assert outcome.ok, operation
    other = new_engine(Policy(), theirs, salt=seeded_salt(0))
    small_town(other)
    street = records(rehearsal.engine, mine)
    assert street[:-1] == records(other, theirs)
    assert len(street) == 30
    assert '"policy.change"' in street[-1]


def test_the_policy_is_lively(hunt: Hunt) -> None:
    """From the second second on the hunt runs under the numbers of the lively policy."""
    document = hunt.policy.document()
    for path, value in LIVELY.items():
        found: Any = document
        for name in path.split("."):
            found = found[name]
        if isinstance(value, dict):
            assert {name: found[name] for name in value} == value
        else:
            assert found == value


def test_patterns_have_their_measure(hunt: Hunt) -> None:
    """15 % duplicates, 3 % reused keys, every sixth a read, a fifth about the hot account, 24 clients."""
    total = len(hunt.operations)
    intents = Counter(each.intent for each in hunt.operations)
    assert abs(intents["duplicate"] / total - 0.15) < 0.01
    assert abs(intents["key_reuse"] / total - 0.03) < 0.005
    assert abs(sum(each.is_read for each in hunt.operations) / total - 1 / 6) < 0.01
    chance = sum(not each.key.startswith("walk") for each in hunt.operations)
    assert hunt.counts["of hot"] / chance >= 0.2
    assert len({each.shard for each in hunt.operations}) == CLIENTS
    for name in ("race", "boundary", "hot", "any"):
        assert intents[name] > total * 0.01, name


def test_waves_overlap(hunt: Hunt) -> None:
    """Many operations are due at one instant, up to a couple of dozen, by different clients."""
    waves: dict[int, list[Operation]] = {}
    for each in hunt.operations:
        waves.setdefault(each.due_ns, []).append(each)
    assert max(map(len, waves.values())) >= CLIENTS - 4
    assert sum(len(wave) > 1 for wave in waves.values()) > len(waves) / 3
    assert all(len({each.at_s for each in wave}) == 1 for wave in waves.values())


def test_every_command_and_every_read_is_carried(hunt: Hunt) -> None:
    """Every command that somebody may give comes up; nearly all of them are accepted at least once; all reads come."""
    kinds = {kind.type for kind in COMMANDS if kind.actors}
    by_type = hunt.rehearsal.answers.by_type
    assert {each.type for each in hunt.operations if not each.is_read} == kinds
    accepted = {wire for wire in kinds if by_type[wire]["ok"]}
    assert len(accepted) >= len(kinds) * 0.9, kinds - accepted
    assert {each.type for each in hunt.operations if each.is_read} == {f"read:{read.name}" for read in READS}


def test_the_plan_comes_out_as_it_was_rehearsed(hunt: Hunt) -> None:
    """Carried out in its order on another fresh engine, a hunt gets the answers that its manifest states."""
    rehearsal, _ = again(hunt)
    found, wanted = rehearsal.answers.told(), hunt.rehearsal.answers.told()
    reads = sum(each.is_read for each in hunt.operations)
    assert found["by_type"].keys() >= wanted["by_type"].keys()
    for wire, answers in wanted["by_type"].items():
        town_too = Counter(found["by_type"][wire]) - Counter(answers)
        assert set(town_too) <= {"ok"}, wire
    assert wanted["reads"] == reads
    assert wanted["accepted"] + sum(wanted["rejected"].values()) + reads == len(hunt.operations)
    assert "UNRESOLVED" not in found["rejected"]


def test_one_seed_is_one_hunt() -> None:
    """The same seed gives the same operations, another seed other ones."""
    lines = []
    for seed in (3, 3, 4):
        made = Hunt(seed, 200.0)
        lines.append([each.line() for each in made.go(300)])
    assert lines[0] == lines[1] != lines[2]


def test_a_duplicate_is_the_same_and_a_reused_key_is_not(hunt: Hunt) -> None:
    """Under one key: a duplicate repeats actor and content of what came first; a reused key brings something else."""
    first: dict[tuple[str, str], Operation] = {}
    reused = 0
    for each in hunt.operations:
        if each.is_read:
            continue
        before = first.setdefault((each.actor.partition(":")[0], each.key), each)
        if each.intent == "duplicate":
            assert each.key in {other.key for other in hunt.operations[: each.n]}
        elif each.intent == "key_reuse":
            reused += (before.type, before.data) != (each.type, each.data)
        else:
            assert before is each
    assert reused > 0.9 * sum(each.intent == "key_reuse" for each in hunt.operations)


def test_races_cannot_all_be_won(hunt: Hunt) -> None:
    """Of commands that are each possible alone and come at once, many are refused: who accepts all of them is wrong."""
    _, answers = again(hunt)
    lost = [each for each, answer in zip(hunt.operations, answers, strict=True)
            if each.intent == "race" and answer != "ok"]  # fmt: skip
    assert len(lost) > 100
    kinds = {each.type for each in lost}
    assert {"payments.pay_purchase", "payments.refund_purchase", "points.grant_award"} <= kinds


def test_both_sides_of_a_moment_come(hunt: Hunt) -> None:
    """The last second of a civil day and the first of the next are met, and so are ends of keys and windows."""
    civil = [(MORNING + (each.at_s or 0) + 28_800) % 86_400 for each in hunt.operations]
    assert civil.count(86_399) > 5
    assert civil.count(0) > 5
    codes = hunt.rehearsal.answers.told()["rejected"]
    for code in ("REFUND_WINDOW_CLOSED", "POINTS_DAILY_CAP", "POINTS_INSUFFICIENT", "PAY_CAP_EXCEEDED"):
        assert codes[code] > 0, code


TOO_DEAR = Code("TOO_DEAR", Precedence.LIMIT, "More than the test allows.")
DEAREST_FEN = 4_321


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> type[Command]:
    """A command that comes to the catalogue after the hunt was written."""

    @command("payments.lend_umbrella", {"merchant": anyone, "resident": anyone}, (TOO_DEAR,))
    class LendUmbrella(Command):
        person: PersonId
        payment: PaymentId | None
        deposit_fen: PositiveFen
        lent_days: Days
        colour: Name

        def decide(self, _district: Any, _policy: Any, _by: Envelope) -> tuple[Event, ...]:
            if self.deposit_fen > DEAREST_FEN:
                raise Rejected(TOO_DEAR)
            return ()

    monkeypatch.setitem(BY_TYPE, LendUmbrella.type, LendUmbrella)
    return LendUmbrella


def test_a_later_command_is_carried_without_edits(later: type[Command]) -> None:
    """It is drawn by the types of its fields, found possible, repeated, raced, and met at the edge of its amount."""
    hunt = Hunt(1, 200.0, kinds=(*(kind for kind in COMMANDS if kind.actors), later))
    hunt.go(5_000)
    mine = [each for each in hunt.operations if each.type == later.type]
    deposits = {each.data["deposit_fen"] for each in mine}
    assert {"race", "duplicate", "boundary"} <= {each.intent for each in mine}
    assert {DEAREST_FEN, DEAREST_FEN + 1} <= deposits
    assert hunt.rehearsal.answers.by_type[later.type]["ok"] > 5
    assert any(str(each.data["payment"]).startswith("$made:") for each in mine)
