"""Whole small districts: exact totals, one seed one journal, what a policy may touch, and the shape of what happens."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from engine.views import points as point_views
from sim.outcomes import simulated_totals
from sim.population.build import totals_at
from sim.profiles import DAY_S, HOUR_S, ZONE_OFFSET_S, weekday_of
from sim.run import Run, RunOptions, Stopped
from sim.scenario import load_scenario
from sim.simulate import run_tables, sheet_of
from tests.sim.lives import MUCH_PAID, Life, life
from tests.style.sources import ROOT

CAP = ("points.deduction_cap_bp=500",)
RICH = ("points.rules.questionnaire.points=20", "behaviour.shopping.redeem_logits=2.0")
"""Points in plenty, so that a cap on deduction bites in a small town too."""
TALKATIVE = tuple(f"behaviour.reporting.{each}=5_000.0" for each in ("problem_reports", "suggestions", "praises"))


@pytest.mark.parametrize("scale", [0.003, 0.01])
def test_totals_are_exact_at_every_scale(scale: float) -> None:
    """People, households, members and merchants are the rounded products; 81, 16 and 6 are never scaled."""
    run = life(scale=scale).run
    totals, wanted = simulated_totals(run), totals_at(run.scenario.population, scale)
    assert totals["bound_people"] == wanted.people == run.engine.district.residents.bound_count
    assert totals["community_people"] == wanted.community_people
    assert totals["community_households"] == wanted.households
    assert totals["grid_members"] == wanted.grid_members
    assert totals["merchants_payment"] == wanted.payees
    assert (totals["questionnaires"], totals["votes"], totals["news_sections"]) == (81, 16, 6)
    judged = {row.key: row.within for row in sheet_of(run)}
    assert all(judged[key] for key in ("bound_people", "community_households", "questionnaires", "votes"))


def test_every_invariant_holds() -> None:
    """A whole year is watched; each invariant says whether it was checked, and nearly all that can be were."""
    found = life(settings=MUCH_PAID).run.findings()
    found = [row for row in found if not row["id"].startswith("P")]  # epidemics are switched off
    counts = Counter(row["status"] for row in found)
    assert counts.keys() <= {"checked", "vacuous", "not checkable"}
    assert counts["checked"] >= 50
    assert counts["vacuous"] <= 0.1 * counts["checked"], [row["id"] for row in found if row["status"] == "vacuous"]


def digest_in_a_new_process(seed: int, hash_seed: str) -> str:
    """Hash of the journal's lines of 60 days, from a process of its own."""
    code = (
        "import hashlib, sys\n"
        "from tests.sim.lives import life\n"
        f"lines = life(settings=('horizon.seed={seed}',), days=60).lines\n"
        "sys.stdout.write(f'{len(lines)} ' + hashlib.sha256(chr(10).join(lines).encode()).hexdigest())\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_one_seed_is_one_journal() -> None:
    """Same seed, other hash seed of Python, other process: the same records to the byte. Another seed: others."""
    one = digest_in_a_new_process(1, "1")
    lines = life(settings=("horizon.seed=1",), days=60).lines
    assert one == f"{len(lines)} {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"
    assert one == digest_in_a_new_process(1, "2022")
    assert one != digest_in_a_new_process(2, "1")


def looks(found: Life) -> dict[str, list[Any]]:
    """What a policy on deduction must leave as it is: instants, persons, places, goods, answers."""
    return {
        "reports": [(e["at"], e["actor"], e["data"]["kind"]) for e in found.said("reporting.submit_report")],
        "suggestions": [(e["at"], e["actor"], e["data"]) for e in found.said("reporting.submit_suggestion")],
        "entries": [(e["at"], e["actor"], e["data"]["category"]) for e in found.said("reporting.enter_report")],
        "praises": [(e["at"], e["actor"]) for e in found.said("reporting.submit_praise")],
        "answers": [(e["at"], e["actor"], e["data"]) for e in found.said("participation.submit_response")],
        "ballots": [(e["at"], e["actor"], e["data"]) for e in found.said("participation.cast_ballot")],
        "purchases": [
            (e["at"], e["actor"], e["data"]["merchant"], e["data"]["goods_fen"], e["data"]["channel"])
            for e in found.said("payments.pay_purchase")
        ],
        "refunds": [(e["at"], e["actor"], e["data"]["goods_fen"]) for e in found.said("payments.refund_purchase")],
        "bindings": [(e["at"], e["actor"], e["data"]) for e in found.said("binding.scan_bind")],
        "visits": [(e["at"], e["actor"], e["data"]) for e in found.said("binding.worker_bind")],
    }


def test_a_cap_on_deduction_moves_points_and_nothing_else() -> None:
    """Arrivals, ages, report times, answers, baskets stay to the second and the fen; points paid fall under the cap."""
    free, capped = (life(settings=(*RICH, *TALKATIVE, *more), days=200) for more in ((), CAP))
    for (kind, rows), others in zip(looks(free).items(), looks(capped).values(), strict=True):
        assert rows, kind
        assert rows == others, kind
    assert np.array_equal(free.run.world.town.people.age_group, capped.run.world.town.people.age_group)
    paid = [sum(e["data"]["points"] for e in each.said("payments.pay_purchase")) for each in (free, capped)]
    assert 0 < paid[1] < paid[0]
    assert free.run.measures.highest_deduction > 0.05 >= capped.run.measures.highest_deduction > 0


def test_no_points_at_all_means_none() -> None:
    """Without points fewer answer, nobody earns or pays with points, and everything without reward stays as it was."""
    plain, none = life(), life("no_points")
    flows = [sum(each.run.measures.flows.values()) for each in (plain, none)]
    assert flows[1] == 0 < flows[0]
    answers = [len(list(each.said("participation.submit_response"))) for each in (plain, none)]
    assert 0.4 * answers[0] < answers[1] < 0.9 * answers[0]
    one, other = looks(plain), looks(none)
    for kind in ("reports", "suggestions", "entries", "ballots", "purchases", "bindings", "visits"):
        assert one[kind] == other[kind], kind
    # Who answers without reward answers with it, too: the same luck against a lower probability.
    first, second = (
        {(e["actor"], e["data"]["questionnaire"]): e for e in each.said("participation.submit_response")}
        for each in (plain, none)
    )
    assert len(second.keys() - first.keys()) <= 0.1 * len(second)  # fatigue of the rewarded lets a few pass by
    both = first.keys() & second.keys()
    assert all(first[key]["data"] == second[key]["data"] for key in both)  # the same sheet, as fast, as valid
    assert all(first[key]["at"] == second[key]["at"] for key in both)


def test_fewer_members_mean_later_entries() -> None:
    """With fewer grid members the same people ask for a visit at the same time, and wait longer for it."""
    busy = (
        "population.traits.bind_alone_shares=[0.5, 0.5, 0.5, 0.5, 0.5, 0.5]",
        "behaviour.binding.visit_minutes=240.0",
        "behaviour.binding.merge_share=0.0",
        "horizon.as_of_date=2021-12-31",
    )
    lives = [life(settings=(*busy, f"population.members.grid_members={n}")) for n in (900, 300)]
    assert [len(each.run.world.members) for each in lives] == [9, 3]
    wished = [each.run.residents.present_from for each in lives]
    assert np.array_equal(wished[0], wished[1])
    visits = [{e["data"]["person"]: e["at"] for e in each.said("binding.worker_bind")} for each in lives]
    both = visits[0].keys() & visits[1].keys()
    assert len(both) > 100
    later = [visits[1][person] - visits[0][person] for person in both]
    assert np.mean(later) > DAY_S
    assert sum(wait < 0 for wait in later) < 0.05 * len(later)
    assert len(life("fewer_members", scale=0.02, days=1).run.world.members) == 6
    assert len(life(scale=0.02, days=1).run.world.members) == 9


@pytest.mark.parametrize("days", [1, 20])
def test_a_shorter_run_is_the_beginning_of_the_longer_one(days: int) -> None:
    """--days N gives the first N days: records, tables and counts of a longer run up to that midnight."""
    short, long = life(days=days), life(days=60)
    assert short.records == long.records[: len(short.records)]
    end = long.run.world.start + days * DAY_S
    after = long.records[len(short.records) :]
    assert all(record["envelope"]["at"] >= end for record in after)
    assert not any(record["envelope"]["type"] == "clock.fire_deadline" for record in after[:1])
    assert all(record["envelope"]["at"] <= end for record in short.records)
    first = short.run.measures
    assert first.bound_days == long.run.measures.bound_days[:days]
    assert (first.sales == long.run.measures.sales[:days]).all()
    assert short.run.days_done == days == len(first.point_days)


def test_a_wish_to_stop_is_heard_at_midnight() -> None:
    """Who asks on the third day gets three whole days, and a journal that says so."""
    wish: list[int] = []
    run = Run(load_scenario(), RunOptions(scale=0.002, progress=lambda day, *_: wish.append(day)))
    run.options.stop_asked = lambda: len(wish) >= 3
    with pytest.raises(Stopped):
        run.live()
    assert run.days_done == 3 == len(run.measures.bound_days)
    assert [str(day) for day in run_tables(run)["bound_by_day"]["day"]] == ["2021-09-15", "2021-09-16", "2021-09-17"]


def test_flows_of_points_add_up_to_what_is_left() -> None:
    """Issued + restored - spent - expired - clawed back + debts = outstanding - owed, as the ledgers say."""
    for found in (life(), life(settings=RICH, days=200)):
        run = found.run
        sums: Counter[str] = Counter()
        for (_, ledger, _, flow), n in run.measures.flows.items():
            if ledger == "MP":
                sums[flow] += n
        outstanding, owed, _ = point_views.sums(run.engine.district)
        left = sums["issued"] + sums["restored"] - sums["spent"] - sums["expired"] - sums["clawed_back"]
        assert left == outstanding - owed or left + sums["debt"] == outstanding, (sums, outstanding, owed)
        assert run.measures.point_days[-1][1:] == point_views.sums(run.engine.district)


def test_tables_count_every_event_once() -> None:
    """Events by day, commands by hour and sales by merchant add up to the journal."""
    found = life(days=60)
    tables = run_tables(found.run)
    events = Counter(event["type"] for record in found.records for event in record["events"])
    assert total(tables["events_by_day"], "kind") == events
    said = Counter(record["envelope"]["type"] for record in found.records if record["code"] is None)
    assert total(tables["commands_by_hour"], "kind") == said
    paid = [data for _, data in found.events("payments.purchase_paid")]
    sales = tables["purchases"]
    assert total(sales, "merchant") == Counter(data["merchant"] for data in paid)
    assert sum(sales["goods_fen"]) == sum(data["goods_fen"] for data in paid)
    assert sum(sales["points"]) == sum(data["points"] for data in paid)
    days = {str(day) for day in tables["bound_by_day"]["day"]}
    assert len(days) == 60
    for name in ("purchases", "points_flows", "events_by_day", "points_outstanding"):
        assert {str(day)[:10] for day in tables[name]["day"]} <= days, name


def total(table: Mapping[str, Any], by: str) -> Counter[str]:
    """Sums of a table's `n` by one of its columns."""
    sums: Counter[str] = Counter()
    for label, n in zip(table[by], table["n"], strict=True):
        sums[str(label)] += int(n)
    return +sums


def test_little_holds_for_cases() -> None:
    """Open cases over time, counted from events, are arrival rate times time to close (Little 1961)."""
    settings = ("behaviour.reporting.member_entries=100_000.0", "horizon.as_of_date=2022-01-31")
    found = life(settings=settings)
    opened = {
        data["report"]: at for kind in ("submitted", "entered") for at, data in found.events(f"reporting.report_{kind}")
    }
    closed = {row.id: row.closed_at for row in found.run.engine.district.cases.reports.values() if row.closed_at}
    assert len(opened) == len(found.run.engine.district.cases.reports) > 500
    start, stop = found.run.world.start, found.run.world.stop
    spent = sum(min(closed.get(report, stop), stop) - at for report, at in opened.items())
    by_day = np.zeros(found.run.days + 1)
    for name, sign in ((opened, 1), (closed, -1)):
        for at in name.values():
            by_day[(at - start) // DAY_S if at < stop else -1] += sign
    present = float(np.cumsum(by_day)[:-1].mean())  # at each midnight
    rate, wait = len(opened) / (stop - start), spent / len(opened)
    assert present == pytest.approx(rate * wait, rel=0.05)


def test_little_holds_for_members_queues() -> None:
    """Work that waits for grid members or is done, averaged over time, is its rate times the time that it takes."""
    settings = ("behaviour.reporting.member_entries=60_000.0", "horizon.as_of_date=2021-12-31")
    run = Run(load_scenario(settings=settings), RunOptions(scale=0.01))
    members, env = run.members, run.world.env
    stays: list[tuple[float, float]] = []
    area, last = 0.0, float(env.now)
    does = members.does

    def watched(*arguments: Any, **named: Any) -> Any:
        nonlocal area, last
        area, last = area + sum(members.waiting) * (env.now - last), env.now
        came = env.now
        yield from does(*arguments, **named)
        area, last = area + (sum(members.waiting) + 1) * (env.now - last), env.now
        stays.append((came, env.now))

    members.does = watched  # type: ignore[method-assign]
    run.live()
    length = env.now - run.world.start
    assert len(stays) > 500
    present = area / length
    rate, wait = len(stays) / length, float(np.mean([left - came for came, left in stays]))
    assert present == pytest.approx(rate * wait, rel=0.05)
    assert sum(members.waiting) < 20


SHAPES = (
    "behaviour.reporting.problem_reports=600_000.0",
    "behaviour.shopping.purchases_merchant_day=12.0",
    "behaviour.binding.innovation_year=50.0",
    "profiles.report_day_gamma_k=1_000.0",
)


def hours_and_weekdays(instants: list[int]) -> tuple[Any, Any]:
    """Shares of the 24 hours and of Monday to Sunday."""
    local = np.array(instants) + ZONE_OFFSET_S
    hours = np.bincount(local % DAY_S // HOUR_S, minlength=24)
    weekdays = np.bincount([weekday_of(int(day)) for day in local // DAY_S], minlength=7)
    return hours / hours.sum(), weekdays / weekdays.sum()


@pytest.mark.slow
def test_reports_and_shops_keep_their_hours_and_weekdays() -> None:
    """Hour curves within 10 % in total, weekdays within 5 %, and a week that goes opposite ways for the two."""
    found = life(settings=SHAPES, scale=0.02)
    profiles = found.run.world.profiles
    indices = {}
    for kind, shape in (("reporting.submit_report", profiles.self_service), ("payments.pay_purchase", profiles.shops)):
        instants = [e["at"] for e in found.said(kind) if e["data"].get("kind", "problem") == "problem"]
        instants = [at for at in instants if at >= found.run.world.start + 98 * DAY_S]  # everybody bound, shops open
        hours, weekdays = hours_and_weekdays(instants)
        assert len(instants) > 500
        assert np.abs(hours - shape.hours).sum() <= 0.10, (kind, np.abs(hours - shape.hours).sum())
        assert np.abs(weekdays - shape.weekdays / 7).sum() <= 0.05, (kind, weekdays)
        indices[kind] = weekdays[5:].mean() / weekdays[:5].mean() - 1
    assert indices["reporting.submit_report"] < 0 < indices["payments.pay_purchase"]
