"""A plan of a day is that day: the same answers on a fresh engine, whoever makes the plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from engine import FileSink, Policy
from engine.replay import Journal, fresh_engine, steps
from engine.views.points import available, debt, moral
from loadtests.plan import Plan, read_plan
from loadtests.plan.making import Asked, plan_of_run
from loadtests.plan.rehearsal import ACCEPTED, Answers, Rehearsal, name_of, view_of
from loadtests.plan.survey import Wish
from loadtests.references import MADE, TOWN, references_in
from sim.profiles import DAY_S, HOUR_S, civil_day
from sim.run import Run, RunOptions
from sim.scenario import load_scenario
from tests.sim.lives import OFTEN
from wording import Wording

AMOUNTS = (
    "points",
    "netted",
    "goods_fen",
    "cash_fen",
    "net_fen",
    "amount_fen",
    "valid",
    "reason",
    "worker",
    "relation",
)
WISHES = {
    "busiest": Wish(),
    "peak": Wish(peak=True),
    "evening": Wish(day="250", peak=True, hours=4),
    "early": Wish(day="40"),
    "noon": Wish(day="180", hours=12),
    "week": Wish(day="2022-03-01", hours=24 * 7),
    "counted": Wish(day="300", operations=400),
}


@dataclass(frozen=True)
class Carried:
    """A plan, carried out once more on a fresh engine."""

    plan: Plan
    rehearsal: Rehearsal
    answers: list[tuple[str, list[dict[str, Any]]]]
    at_start: Any


def made(log: Path, wish: Wish, folder: Path, seed: int = 1) -> Plan:
    """A plan in a new folder."""
    folder.mkdir()
    plan_of_run(log, Asked(wish, seed=seed), folder, Wording("en"))
    return read_plan(folder)


def carried(plan: Plan) -> Carried:
    """Carry out town and operations on an engine that knows nothing."""
    rehearsal = Rehearsal(Policy(), plan.manifest.start_s)
    for operation in plan.town():
        outcome = rehearsal.carry_out(TOWN, operation)
        assert outcome is not None
        assert outcome.ok, operation
    rehearsal.engine.advance(plan.manifest.start_s)
    district = rehearsal.engine.district
    balances = {each: (available(district, each), debt(district, each), moral(district, each))
                for each in district.residents.persons}  # fmt: skip
    rehearsal.answers = Answers()
    answers = []
    for operation in plan.operations():
        outcome = rehearsal.carry_out(MADE, operation)
        assert outcome is not None, operation
        answers.append((name_of(outcome.code), view_of(outcome)))
    return Carried(plan, rehearsal, answers, balances)


def lived(log: Path, manifest: Any) -> tuple[Any, list[tuple[str, list[dict[str, Any]]]]]:
    """The state of the log at the start of the plan, and its answers from there on; two tests look at it."""
    return _lived(log, manifest.start_s, manifest.operations)


@lru_cache(maxsize=1)
def _lived(log: Path, start_s: int, operations: int) -> tuple[Any, list[tuple[str, list[dict[str, Any]]]]]:
    with log.open("rb") as file:
        journal = Journal(file)
        engine = fresh_engine(journal)
        before: Any = []
        after: Any = []
        for record in journal:
            (before if record.found["envelope"]["at"] < start_s else after).append(record)
        for _ in steps(engine, before):
            pass
    engine.advance(start_s)
    said = [each.found for each in after if each.found["envelope"]["type"] != "clock.fire_deadline"]
    return engine, [(each["code"] or ACCEPTED, each["events"]) for each in said[:operations]]


def gist(view: list[dict[str, Any]]) -> list[Any]:
    """What an answer says besides ids and instants."""
    return [(each["type"], {name: each["data"].get(name) for name in AMOUNTS}) for each in view]


@pytest.fixture(scope="module", params=sorted(WISHES))
def day(request: pytest.FixtureRequest, log: Path, tmp_path_factory: pytest.TempPathFactory) -> Carried:
    """Plans of several parts of the year."""
    return carried(made(log, WISHES[request.param], tmp_path_factory.mktemp("plans") / request.param))


def test_the_day_gets_the_answers_of_the_simulation(day: Carried, log: Path) -> None:
    """Town and operations on a fresh engine give, one by one, the codes, events and amounts that the log has."""
    manifest = day.plan.manifest
    _, expected = lived(log, manifest)
    assert len(day.answers) == manifest.operations > 0
    for operation, (code, view), (wanted, shown) in zip(day.plan.operations(), day.answers, expected, strict=True):
        assert code == wanted, operation
        assert gist(view) == gist(shown), operation


def test_the_manifest_states_what_comes(day: Carried) -> None:
    """Expected outcomes are those of a fresh engine; nothing of the town was refused, every answer is the log's."""
    manifest = day.plan.manifest
    told = day.rehearsal.answers.told()
    expected = manifest.expected
    assert (told["accepted"], told["rejected"], told["by_type"]) == (
        expected.accepted, expected.rejected, expected.by_type,
    )  # fmt: skip
    assert expected.town_refused == 0
    assert expected.same_as_source == manifest.operations
    assert not expected.differing


def test_everybody_has_what_they_had(day: Carried, log: Path) -> None:
    """Whoever acts in the plan begins it with the points, debt and moral points of the log."""
    engine, _ = lived(log, day.plan.manifest)
    actors = {each.actor.partition(":")[2] for each in day.plan.operations() if each.actor.startswith("resident:")}
    known = [each for each in sorted(actors) if each in engine.district.residents.persons]
    assert known
    for who in known:
        wanted = (available(engine.district, who), debt(engine.district, who), moral(engine.district, who))
        had = day.at_start.get(who)
        assert had is not None, who
        assert had[:2] == wanted[:2], who
        if day.plan.manifest.start_s == civil_day(day.plan.manifest.start_s) * DAY_S - 8 * HOUR_S:
            assert had[2] == wanted[2], who


@pytest.fixture(scope="module")
def busy_week(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A week of a town in which everything that is rare happens."""
    folder = tmp_path_factory.mktemp("busy")
    path = folder / "journal.jsonl.gz"
    run = Run(load_scenario(settings=OFTEN), RunOptions(scale=0.01, days=200, invariants=False, sink=FileSink(path)))
    run.live()
    assert run.engine.chain is not None
    run.engine.chain.close()
    return made(path, Wish(day="2022-03-01", hours=24 * 7), folder / "plan")


def test_a_week_in_which_everything_rare_happens_is_carried(busy_week: Plan) -> None:
    """Suggestions, topics, shifts, orders, bills, statements, deductions and the rest all find what they lean on."""
    expected, manifest = busy_week.manifest.expected, busy_week.manifest
    assert not expected.differing
    assert expected.same_as_source == manifest.operations
    assert expected.town_refused == 0
    kinds = {each.type for each in busy_week.operations()}
    assert len(kinds) > 75
    assert {"reporting.adopt_suggestion", "participation.sign_shift", "marketplace.deliver_order"} <= kinds
    assert {"payments.answer_refund", "payments.settle_billers", "points.appeal_deduction"} <= kinds


def test_the_plan_is_in_order(day: Carried) -> None:
    """Numbers are dense, keys differ, instants and due times never fall; the town lies before the start."""
    manifest = day.plan.manifest
    operations, town = list(day.plan.operations()), list(day.plan.town())
    for rows in (operations, town):
        assert [each.n for each in rows] == list(range(len(rows)))
        instants = [each.at_s for each in rows]
        assert instants == sorted(instants, key=lambda at: at if at is not None else 0)
    assert len({each.key for each in [*operations, *town]}) == len(operations) + len(town)
    assert [each.due_ns for each in operations] == sorted(each.due_ns for each in operations)
    assert all(0 <= (each.at_s or 0) < manifest.span_s for each in operations)
    assert all((each.at_s or 0) < 0 and each.due_ns == 0 for each in town)
    assert manifest.town_at == manifest.start_s + (town[0].at_s or 0)
    assert (len(operations), len(town)) == (manifest.operations, manifest.town_commands)


def test_references_lead_back(day: Carried) -> None:
    """What an operation refers to was made by an earlier one, or by the town; ids of the log stand nowhere."""
    town, operations = list(day.plan.town()), list(day.plan.operations())
    kinds: Counter[str] = Counter()
    for source, rows in ((TOWN, town), (MADE, operations)):
        for each in rows:
            for reference in references_in(each.data):
                kinds[reference.source] += 1
                assert reference.source == TOWN or reference.n < each.n
                assert reference in day.rehearsal.known
            assert source == MADE or not any(found.source == MADE for found in references_in(each.data))
    made_here = ("rsp_", "rpt_", "pay_", "qst_", "vot_", "art_", "bnd_", "qr_", "prs_", "awd_")
    values = [text for each in [*town, *operations] for text in each.data.values() if isinstance(text, str)]
    assert not [text for text in values if text.startswith(made_here)]
    assert kinds[TOWN]


def test_steps_of_one_case_keep_their_order(log: Path, tmp_path: Path) -> None:
    """Who files, sends, takes on and resolves a case are different people; what they do to it is one shard."""
    plan = made(log, Wish(day="200", hours=24 * 14), tmp_path / "fortnight")
    by_case: dict[str, set[str]] = {}
    for operation in plan.operations():
        if "report" in operation.data:
            by_case.setdefault(operation.data["report"], set()).add(operation.shard)
    assert by_case
    assert all(len(shards) == 1 for shards in by_case.values())


def test_one_source_and_seed_give_one_plan(log: Path, tmp_path: Path) -> None:
    """The same log and seed give the same bytes; another seed gives other keys and nothing else."""
    wish = WISHES["busiest"]
    for name, seed in (("one", 1), ("two", 1), ("three", 2)):
        made(log, wish, tmp_path / name, seed)
    files = ("plan.json", "town.jsonl.gz", "operations.jsonl.gz")
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)
    one, three = read_plan(tmp_path / "one"), read_plan(tmp_path / "three")
    for first, other in zip(one.operations(), three.operations(), strict=True):
        assert first.key != other.key
        assert (first.data, first.actor, first.at_s) == (other.data, other.actor, other.at_s)


def test_more_operations_come_from_the_next_days(log: Path, tmp_path: Path) -> None:
    """--ops goes on beyond the day until there are enough, and takes the first ones of a day that has more."""
    short = made(log, Wish(day="300", operations=5), tmp_path / "short")
    long = made(log, Wish(day="300", operations=400), tmp_path / "long")
    assert (short.manifest.operations, long.manifest.operations) == (5, 400)
    assert long.manifest.source.days > 1
    begun = [(each.type, each.actor, each.at_s) for each in long.operations()][:5]
    assert [(each.type, each.actor, each.at_s) for each in short.operations()] == begun
