"""Random histories of binding: what must hold after every command, recomputed from the rows by brute force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import District, Outcome, Policy, new_engine
from engine.administration import Sweep
from engine.binding.bindings import RegisterPerson, ScanBind, WorkerBind
from engine.binding.moving import EndBinding, TransferBinding
from engine.binding.places import IssueQr, RevokeQr
from engine.binding.review import ApproveBinding, RejectBinding
from engine.binding.special_groups import TagSpecial, UntagSpecial
from engine.binding.workers import AppointWorker, AssignGrid, DismissWorker
from engine.district.grid import CODE_EDGES
from engine.district.residents import BINDING_EDGES, MEMBER_RELATIONS, PERSON_EDGES
from engine.invariants.watchers import attach
from engine.kernel.command import Command
from engine.kernel.digest import digest
from engine.kernel.units import DAY_S
from engine.merging.persons import MergePersons
from engine.views import residents as views
from tests.towns import Town, small_town

POLICY = Policy().changed(
    {
        "binding.household_limit": 3,
        "binding.household_code_days": 20,
        "binding.household_code_uses": 3,
        "binding.tag_days": 10,
    }
)
PERSONS = [f"per_{n}" for n in range(1, 10)]
DWELLINGS = [f"dwl_{n}" for n in range(1, 6)]
BINDINGS = [f"bnd_{n:08}" for n in range(1, 13)]
CODES = [f"qr_{n:08}" for n in range(1, 6)]
WORKERS = [f"wkr_{n}" for n in range(1, 5)]
RELATIONS = ["owner", "tenant", "family", "worker", "visitor"]

person, dwelling = st.sampled_from(PERSONS), st.sampled_from(DWELLINGS)
binding, relation = st.sampled_from(BINDINGS), st.sampled_from(RELATIONS)
worker, grid = st.sampled_from(WORKERS), st.sampled_from(["grd_1", "grd_2"])
code = st.sampled_from(CODES)
tag, group = st.sampled_from([f"tag_{n:08}" for n in range(1, 4)]), st.sampled_from(["veteran", "disabled"])
evidence = st.sampled_from([f"doc_{n}" for n in range(1, 20)])
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(ScanBind, person, code, dwelling, relation),
    st.builds(lambda who, at, how: ScanBind(who, f"qr_{int(at[-1]):08}", at, how), person, dwelling, relation),
    st.builds(WorkerBind, person, dwelling, relation),
    st.builds(TransferBinding, binding, dwelling),
    st.builds(EndBinding, binding, st.sampled_from(["moved", "deceased", "error"])),
    st.builds(ApproveBinding, binding),
    st.builds(RejectBinding, binding),
    st.builds(MergePersons, person, person),
    st.builds(RegisterPerson, person),
    st.builds(IssueQr, dwelling),
    st.builds(RevokeQr, code),
    st.builds(AppointWorker, worker, st.sampled_from(["community_worker", "mediator"])),
    st.builds(AssignGrid, worker, grid),
    st.builds(DismissWorker, worker),
    st.builds(TagSpecial, person, group, evidence),
    st.builds(UntagSpecial, tag),
)
STEPS = st.lists(st.tuples(COMMANDS, worker, st.sampled_from([0, 0, 0, 1, 3_600, 2 * DAY_S])), min_size=30, max_size=60)


def lively_town() -> Town:
    """The small town, every published invariant watching, with a second community worker who covers both grids."""
    engine = new_engine(POLICY)
    attach(engine)
    town = small_town(engine)
    town.must(AppointWorker("wkr_4", "community_worker"))
    for each in town.grids:
        town.must(AssignGrid("wkr_4", each))
    return town


def aimed(town: Town, command: Command) -> Command:
    """A review or an untagging goes to something that waits or stands, if anything does and the drawn id is even."""
    district = town.engine.district
    if isinstance(command, ApproveBinding | RejectBinding) and district.residents.reviews:
        if int(command.binding[-1]) % 2 == 0:
            return replace(command, binding=max(district.residents.reviews))
    elif isinstance(command, UntagSpecial) and district.special_groups.tags and int(command.tag[-1]) % 2 == 0:
        return replace(command, tag=max(district.special_groups.tags))
    return command


def give(town: Town, command: Command, member: str, pause_s: int) -> Outcome:
    """Give a command as the office where it may; else residents speak for themselves, grid members are drawn."""
    command = aimed(town, command)
    kind = "officer" if "officer" in command.actors else next(iter(command.actors))
    who = {"grid": member, "resident": getattr(command, "person", ""), "officer": "off_1"}[kind]
    return town.say(command, kind, who, at=town.clock + pause_s)


def counts_agree(district: District) -> None:
    """F05, F03: every count that events keep is what the rows say."""
    residents, grid = district.residents, district.grid
    active = [each for each in residents.bindings.values() if each.state == "ACTIVE"]
    members = [each for each in active if each.relation in MEMBER_RELATIONS]
    by_person = Counter(each.person for each in active)
    assert {each.id: each.active_bindings for each in residents.persons.values() if each.active_bindings} == by_person
    assert residents.bound_count == len(by_person)
    assert residents.household_count == len({each.dwelling for each in members})
    for row in grid.dwellings.values():
        inside = {each.household for each in members if each.dwelling == row.id}
        assert row.members == len([each for each in members if each.dwelling == row.id])
        assert inside == ({row.household} if row.household else set())
    for each in grid.grids.values():
        assert each.active_bindings == len([one for one in active if one.grid == each.id])
    whole = views.totals(district)
    parts = views.by_grid(district)
    assert {name: sum(part[name] for part in parts.values()) for name in whole} == dict(whole)
    assert sum(size * n for size, n in views.persons_per_household(district).items()) == len(members)


def persons_stand(district: District) -> None:
    """S17, H11: one home a bound person, no dwelling bound twice, closed rows hold nothing."""
    residents = district.residents
    for row in residents.persons.values():
        held = [residents.bindings[each] for each in row.bindings]
        living = [each for each in held if each.state != "ENDED"]
        assert {each.person for each in held} <= {row.id}
        assert len({each.dwelling for each in living}) == len(living)
        active = [each for each in held if each.state == "ACTIVE"]
        assert (row.home in {each.id for each in active}) if active else row.home == ""
        if any(each.relation in MEMBER_RELATIONS for each in active):
            assert residents.bindings[row.home].relation in MEMBER_RELATIONS
        if row.state != "ACTIVE":
            assert living == []
            assert (row.state == "MERGED") == bool(row.merged_into) == (not held and row.state == "MERGED")
        assert set(residents.rows_of(row.id)) == {
            each for each in residents.persons if residents.root(each) == residents.root(row.id)
        }
    assert set(residents.reviews) == {each.id for each in residents.bindings.values() if each.state == "PENDING_REVIEW"}


def grids_are_staffed(district: District) -> None:
    """S17, S18: a binding stands in the grid of its dwelling, and a grid with bindings has a community worker."""
    grid = district.grid
    for each in district.residents.bindings.values():
        assert (
            each.grid
            == grid.dwellings[each.dwelling].grid
            == grid.buildings[grid.dwellings[each.dwelling].building].grid
        )
        if each.state == "ACTIVE":
            kinds = [member.kind for member in grid.members(each.grid) if member.active and each.grid in member.grids]
            assert "community_worker" in kinds
    for row in grid.grids.values():
        expected = [each.id for each in grid.workers.values() if each.active and row.id in each.grids]
        assert sorted(row.workers) == sorted(expected)
        assert row.community_workers == len([each for each in grid.members(row.id) if each.kind == "community_worker"])


def tags_are_in_force(district: District) -> None:
    """S19: a tag has evidence of its own and a time that is not over; it stands on a living row."""
    rows = district.special_groups
    assert len({each.evidence for each in rows.tags.values()}) == len(rows.tags)
    assert sorted(each for tags in rows.tags_of.values() for each in tags) == sorted(rows.tags)
    for each in rows.tags.values():
        assert each.valid_to > district.at
        assert each.id in rows.tags_of[each.person]
        assert district.residents.persons[each.person].state == "ACTIVE"


CHECKS: tuple[Callable[[District], None], ...] = (counts_agree, persons_stand, grids_are_staffed, tags_are_in_force)


def states(district: District) -> dict[str, str]:
    """State of every binding, person and code by id."""
    return (
        {each.id: each.state for each in district.residents.bindings.values()}
        | {each.id: each.state for each in district.residents.persons.values()}
        | {each.id: each.state(district.at) for each in district.grid.codes.values()}
    )


EDGES = {"bnd": BINDING_EDGES, "per": PERSON_EDGES, "qr": CODE_EDGES}


def edges_are_published(before: dict[str, str], after: dict[str, str]) -> None:
    """T01: whatever changed took one edge, or for a request that came and went two; a row that went was rejected."""
    for one in before | after:
        edge = before.get(one, ""), after.get(one, "REJECTED")
        assert edge[0] == edge[1] or edge in EDGES[one.partition("_")[0]], (one, edge)


@given(steps=STEPS)
def test_everything_holds_after_every_command(steps: list[tuple[Command, str, int]]) -> None:
    """S17, S18, S19, F05, T01, T02: no history of commands breaks a rule, and a rejection writes nothing."""
    town = lively_town()
    district = town.engine.district
    text = ""
    for command, member, pause_s in steps:
        if pause_s:  # what is due comes first, so that the digest is the command's
            town.must(Sweep(), at=town.clock + pause_s)
            text = ""
        before, text = states(district), text or digest(district)
        if give(town, command, member, 0).ok:
            text = ""
        else:
            assert digest(district) == text
        edges_are_published(before, states(district))
        for check in CHECKS:
            check(district)


@given(steps=STEPS)
@settings(max_examples=20)
def test_the_events_rebuild_the_state(steps: list[tuple[Command, str, int]]) -> None:
    """H02: applying the events of the accepted commands to an empty district gives the same digest."""
    seen: list[Outcome] = []

    class Keep:
        def observe(self, outcome: Outcome) -> None:
            seen.append(outcome)

    town = small_town(new_engine(POLICY, observers=[Keep()]))
    for command, member, pause_s in steps:
        give(town, command, member, pause_s)
    rebuilt = District(POLICY)
    for outcome in seen:
        rebuilt.at = outcome.by.at
        for event in outcome.events:
            event.apply(rebuilt)
    assert digest(rebuilt) == digest(town.engine.district)


@given(steps=STEPS)
@settings(max_examples=20)
def test_a_repeat_of_every_command_changes_nothing(steps: list[tuple[Command, str, int]]) -> None:
    """M2: giving each command twice under its key leaves the state and gives the same answers."""
    once, twice = lively_town(), lively_town()
    for command, member, pause_s in steps:
        first = give(once, command, member, pause_s)
        other = give(twice, command, member, pause_s)
        again = twice.engine.execute(other.by)
        assert (first.code, first.details) == (again.code, again.details)
        assert again is other or other.n == 0  # what the door of authority refuses leaves no record
    drawn = once.engine.district.special_groups.tags, twice.engine.district.special_groups.tags
    assert [each.evidence for each in drawn[0].values()] == [each.evidence for each in drawn[1].values()]
    assert views.totals(once.engine.district) == views.totals(twice.engine.district)
    assert states(once.engine.district) == states(twice.engine.district)
