from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import pytest

from engine import Envelope
from engine.administration import Purge
from engine.kernel import vault_file
from engine.kernel.vault_file import FileVault
from loadtests.reference import store as store_module
from loadtests.reference.answers import OK as ACCEPTED
from loadtests.reference.answers import Answer
from loadtests.reference.desk import Desk, Said
from loadtests.reference.store import NotAStore
from tests.loadtests.reference.disk import Disk
from tests.loadtests.reference.lives import known, life, opened
from tests.loadtests.reference.power import library, plugged

pytestmark = pytest.mark.skipif(
    library() is None, reason="Python's SQLite is not the system's: no VFS can be put below"
)
FAULTS = (OSError, sqlite3.Error, NotAStore)
LIFE = life(11, acts=40)


@dataclass
class Before:
    """What was acknowledged until the power was out, and what was sent."""

    acknowledged: list[tuple[Envelope, Answer]] = field(default_factory=list)
    sent: int = 0


def until_dark(disk: Disk, store: Path) -> Before:
    """Say a life in batches of three; an answer counts once its batch is committed."""
    before = Before()
    with plugged(disk):
        desk = None
        try:
            desk = opened(store)
            for start in range(0, len(LIFE), 3):
                batch = LIFE[start : start + 3]
                before.sent = start + len(batch)
                desk.begin()
                answers = [desk.say(Said(by.key, (by.kind, by.who), by.command, by.at)) for by in batch]
                desk.commit()
                before.acknowledged += zip(batch, answers, strict=True)
        except FAULTS:
            assert disk.out
        finally:
            left(desk)
    return before


def left(desk: Desk | None) -> None:
    """Let go of a desk whose disk may be gone."""
    if desk is not None:
        with contextlib.suppress(*FAULTS):
            desk.close(broken=True)


def lost(before: Before, disk: Disk, store: Path) -> list[str]:
    """What is wrong with the deployment that comes up on a disk: nothing, unless its store promises too much."""
    wrong: list[str] = []
    with plugged(disk):
        try:
            desk = opened(store)
        except FAULTS as fault:
            return [f"it does not come up, all is gone: {fault}"]
        records = {text for n in range(1, desk.engine.n + 1) for text in [desk.store.record(n)]}
        for by, answer in before.acknowledged:
            told = json.loads(answer.text).get("n") or json.loads(answer.text).get("error", {}).get("n", 0)
            if told > desk.engine.n:
                wrong.append(f"record {told} of {by.key} is gone")
        wrong += _values_gone(desk, before)
        said = [by.key for by in LIFE[: before.sent]]
        found = [json.loads(each)["envelope"]["key"] for each in records]
        wrong += [f"{key} was done and never sent" for key in found if not key.startswith("due:") and key not in said]
        state = known(desk)
        left(desk)
        whole = opened(store, verify=True)
        if known(whole) != state:
            wrong.append("the log tells something else")
        left(whole)
    return wrong


def _values_gone(desk: Desk, before: Before) -> Iterator[str]:
    purges = [by.command for by in LIFE[: before.sent] if isinstance(by.command, Purge)]
    for by, answer in before.acknowledged:
        n = json.loads(answer.text).get("n", 0)
        if answer.status != ACCEPTED or n > desk.engine.n:
            continue
        data = json.loads(desk.store.record(n))["envelope"]["data"]
        for name in by.command.personal:
            field = f"{by.command.type}.{name}"
            purged = any(each.field == field and each.before > by.at for each in purges)
            if data[name] is not None and not purged and desk.vault.get(data[name]) is None:
                yield f"{name} of {by.key} is gone"


def all_changes(store: Path) -> int:
    """How many changes of the disk the whole life takes."""
    disk = Disk()
    until_dark(disk, store)
    return disk.made


def darkness(store: Path, instants: int, seed: int) -> list[str]:
    """The power goes out at random instants, and once more while the deployment comes up; what was lost."""
    luck = Random(seed)  # noqa: S311 - when, and what of the writes is left
    wrong: list[str] = []
    for instant in sorted(luck.sample(range(1, all_changes(store)), instants)):
        disk = Disk(changes=instant)
        before = until_dark(disk, store)
        found = disk.after(luck if luck.random() < 0.5 else None)
        again = replace(found, changes=luck.randrange(1, 12))
        with plugged(again):
            desk = None
            try:
                desk = opened(store)
            except FAULTS:
                assert again.out
            finally:
                left(desk)
        wrong += [f"{each} (power out at {instant})" for each in lost(before, again.after(luck), store)]
    return wrong


@pytest.mark.parametrize("seed", [1, 2])
def test_power_that_fails_loses_nothing_acknowledged(seed: int, tmp_path: Path) -> None:
    """At any instant, with what was not synced gone or half there: every answer stands, chain and values too."""
    assert darkness(tmp_path / "town.db", 20, seed) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_power_that_fails_often_loses_nothing_acknowledged(seed: int, tmp_path: Path) -> None:
    """As above, at sixty instants a seed."""
    assert darkness(tmp_path / "town.db", 60, 100 + seed) == []


def without(settings: tuple[str, ...], mode: str) -> tuple[str, ...]:
    """Settings of a store that syncs less."""
    return (*(each for each in settings if "synchronous" not in each), f"PRAGMA synchronous = {mode}")


@pytest.mark.parametrize("mode", ["OFF", "NORMAL"])
def test_a_store_that_does_not_sync_is_found(mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the sync of a commit, acknowledged records are gone after a power cut: these tests can fail."""
    monkeypatch.setattr(store_module, "SETTINGS", without(store_module.SETTINGS, mode))
    assert any("record" in each for each in darkness(tmp_path / "town.db", 12, 1))


@pytest.mark.parametrize("mode", ["OFF", "FULL"])
def test_a_vault_that_does_not_sync_is_found(mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values whose records stand are gone, in mode FULL too: a deleted rollback journal may come back."""
    monkeypatch.setattr(vault_file, "SETTINGS", without(vault_file.SETTINGS, mode))
    assert any("is gone" in each for each in darkness(tmp_path / "town.db", 60, 1))


def test_a_vault_that_is_flushed_too_late_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values come before the records that refer to them."""
    monkeypatch.setattr(FileVault, "flush", lambda _vault: None)
    assert any("is gone" in each for each in darkness(tmp_path / "town.db", 12, 1))


def test_a_disk_that_is_full_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """Whatever room there is: what was answered stands, and with room again the deployment goes on."""
    needed = Disk()
    until_full(needed, tmp_path / "town.db")
    for room in range(40_000, needed.size(), needed.size() // 12):
        disk = Disk(room=room)
        before = until_full(disk, tmp_path / "town.db")
        disk.room = 1 << 40
        assert lost(before, disk.after(), tmp_path / "town.db") == []


def until_full(disk: Disk, store: Path) -> Before:
    """As `until_dark`; a full disk fails, and has its power still."""
    before = Before()
    with plugged(disk):
        desk = None
        try:
            desk = opened(store)
            for by in LIFE:
                before.sent += 1
                desk.begin()
                answer = desk.say(Said(by.key, (by.kind, by.who), by.command, by.at))
                desk.commit()
                before.acknowledged.append((by, answer))
        except FAULTS:
            assert disk.room < 1 << 40
        finally:
            left(desk)
    return before
