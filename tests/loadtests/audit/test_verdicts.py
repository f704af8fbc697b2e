"""Histories from the engine itself, right and with planted faults: every verdict is right."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engine import Policy, new_engine, seeded_salt
from loadtests.audit import Audit, ReferenceWire, RunFolder, audit_run
from loadtests.audit.replaying import give_town
from loadtests.operations import Operation
from tests.loadtests.audit.faults import FAULTS
from tests.loadtests.audit.stage import POLICY, Deployment, Recorded, Stage, stage
from tests.towns import MORNING

RIGHT_RUNS = 40
SEEDS = range(6)


def audited(played: Stage, folder: Path, **options: Any) -> Audit:
    """The audit of a stage's run folder."""
    return audit_run(RunFolder(played.write(folder)), ReferenceWire(), **options)


@pytest.mark.parametrize("runs", [3, pytest.param(RIGHT_RUNS, marks=pytest.mark.slow)])
def test_right_histories_have_no_finding(tmp_path: Path, runs: int) -> None:
    """Random clients at once, lost answers, retries, duplicates and reused keys on a right engine: no violation."""
    checked: Counter[str] = Counter()
    for seed in range(runs):
        found = audited(stage(seed).play(250), tmp_path / str(seed))
        assert not found.counts, (seed, [(each.id, each.layer, each.values) for each in found.findings])
        checked.update(found.invariants)
    assert {"H01", "H04", "H05", "H06", "H07", "S08", "S09", "S10", "S11", "S14", "T08", "T22"} <= checked.keys()


def test_without_lost_answers_every_layer_is_settled(tmp_path: Path) -> None:
    """Where every answer came, nothing is unknown: the replay compares every record."""
    found = audited(stage(3, lost=0).play(250), tmp_path / "run")
    assert not found.counts
    assert found.unknown == 0
    assert found.layers["replay"].checked > 150
    assert found.layers["final_state"].status == "not_checkable"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found_and_named(fault: type[Deployment], tmp_path: Path) -> None:
    """A fault that shows at every ninth occasion is found in one of six runs, and an invariant it breaks is named."""
    runs = (audited(stage(seed, fault).play(250), tmp_path / str(seed)) for seed in SEEDS)
    assert any(FAULTS[fault] & each.counts.keys() for each in runs), fault.__name__


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found_in_most_runs(fault: type[Deployment], tmp_path: Path) -> None:
    """It is found in most of six runs, and what is named is right in eight of ten."""
    found = [audited(stage(seed, fault).play(250), tmp_path / str(seed)) for seed in SEEDS]
    assert sum(each.violated for each in found) >= 3, fault.__name__
    named = sum(bool(FAULTS[fault] & each.counts.keys()) for each in found if each.violated)
    assert named >= sum(each.violated for each in found) * 0.8, [each.counts for each in found]


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_most_faults_are_found_without_the_replay(fault: type[Deployment], tmp_path: Path) -> None:
    """The cheap layers need no replay: without it the fault is found, too."""
    found = [audited(stage(seed, fault).play(250), tmp_path / str(seed), replay=False) for seed in SEEDS]
    assert sum(each.violated for each in found) >= 2
    assert all(each.layers["replay"].status == "not_checkable" for each in found)


def test_an_answer_that_the_export_lacks_is_found(tmp_path: Path) -> None:
    """The export of a right run is right; an answered effect that it lacks, or has otherwise, is a violation (H02)."""
    played, lines = whole_export(tmp_path)
    folder = tmp_path / "run"
    played.write_events(folder, lines)
    right = audit_run(RunFolder(folder), ReferenceWire(), replay=False)
    assert not right.counts
    assert right.layers["final_state"].checked > 300
    assert {"H01", "H02", "H03", "T01", "S05", "S13"} <= right.invariants.keys()
    played.write_events(folder, lines[:-12])
    assert audit_run(RunFolder(folder), ReferenceWire(), replay=False).counts["H02"]
    place = next(place for place, line in enumerate(lines) if '"goods_fen":1000' in line)
    changed = [*lines[:place], lines[place].replace('"goods_fen":1000', '"goods_fen":999'), *lines[place + 1 :]]
    played.write_events(folder, changed)
    assert audit_run(RunFolder(folder), ReferenceWire(), replay=False).counts["H02"] == 1


@pytest.mark.parametrize("runs", [2, pytest.param(8, marks=pytest.mark.slow)])
def test_an_export_settles_what_was_lost(tmp_path: Path, runs: int) -> None:
    """With the exported log every lost answer has its place, and the replay compares all records of the run."""
    for seed in range(runs):
        played, lines = whole_export(tmp_path, seed, lost=0.1)
        played.write_events(tmp_path / "run", lines)
        found = audit_run(RunFolder(tmp_path / "run"), ReferenceWire())
        assert not found.counts, (seed, found.findings)
        assert found.layers["replay"].unknown == 0, seed
        assert found.layers["replay"].reason == ""
        assert found.calls["unknown"] > 0


def whole_export(tmp_path: Path, seed: int = 5, lost: float = 0) -> tuple[Stage, list[str]]:
    """A run and the export of the whole log, its town included."""
    played = stage(seed, lost=lost)
    fresh = new_engine(Policy().changed(POLICY), salt=seeded_salt(1))
    recorded = Recorded(fresh)
    fresh.observers.append(recorded)
    assert not give_town(played.town, fresh, MORNING)
    played.deployment = Deployment(fresh)
    played.play(200).write(tmp_path / "run")
    return played, recorded.lines


def test_two_sessions_see_their_own_writes(tmp_path: Path) -> None:
    """A read that was sent after a purchase was answered, and shows the balance before it, breaks H07."""
    played = stage(1, lost=0, spread=1)
    buy = {
        "person": "per_1",
        "merchant": "mer_1",
        "channel": "wechat",
        "goods_fen": 1_000,
        "excluded_fen": 0,
        "points": 5,
    }
    look = Operation(5, 0, "read:points.balance", "resident:per_1", "", {"person": "per_1"}, "x")
    shown = played.deployment.read(look)
    played.perform(Operation(0, 0, "payments.pay_purchase", "resident:per_1", "k0", buy, "x"))
    played.perform(look)
    assert not audited(played, tmp_path / "right").counts
    played.history[-1]["body"]["value"] = shown
    found = audited(played, tmp_path / "stale", replay=False)
    assert set(found.counts) == {"H07"}
    (finding,) = found.findings
    assert [each.f for each in finding.steps] == ["spend", "read"]
    assert [each.n for each in finding.operations] == [0, 5]
