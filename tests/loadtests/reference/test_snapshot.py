from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.replay import JournalBroken
from loadtests.reference.desk import Desk
from loadtests.reference.saving import Saving
from loadtests.reference.snapshot import Head, look_of, read_snapshot, unpacked, write_snapshot
from loadtests.reference.store import NotAStore
from tests.loadtests.reference.lives import known, life, opened, say

FEW = settings(max_examples=12, derandomize=True, deadline=None, database=None)


def snapshot_of(store: Path) -> Path:
    """Where it lies."""
    return store.with_name(f"{store.name}.snapshot")


@FEW
@given(st.integers(1, 1_000), st.data())
def test_going_on_from_a_snapshot_is_as_folding_the_whole_log(
    tmp_path_factory: pytest.TempPathFactory, seed: int, data: st.DataObject
) -> None:
    """State, keys, deadlines, chain, invariants and every later answer are those of a desk that was never closed."""
    said = life(seed)
    cut = data.draw(st.integers(1, len(said) - 1))
    later = data.draw(st.integers(cut, len(said)))
    folder = tmp_path_factory.mktemp("store")
    first = opened(folder / "town.db")
    say(first, said[:cut])
    first.close()
    second = opened(folder / "town.db")
    assert second.opened.from_n == second.engine.n > 0
    answers = say(second, said[cut:later])
    second.close(broken=True)  # the snapshot stays behind the log
    third = opened(folder / "town.db")
    assert third.opened.from_n <= third.engine.n
    answers += say(third, said[later:])
    through = opened(folder / "through.db")
    expected = say(through, said)
    assert [each.status for each in answers] == [each.status for each in expected[cut:]]
    assert [json.loads(each.text).get("n") for each in answers] == [
        json.loads(each.text).get("n") for each in expected[cut:]
    ]
    found = known(third)
    third.close(broken=True)
    whole = opened(folder / "town.db", verify=True)
    assert whole.opened.from_n == 0
    assert known(whole) == found
    for desk in (through, whole):
        desk.close()


def test_every_key_that_binds_is_known_after_a_restart(tmp_path: Path) -> None:
    """Commands with personal fields too: each repeat gets its answer word for word, whatever the snapshot left out."""
    said = life(3)
    first = opened(tmp_path / "town.db")
    before = say(first, said)
    engine = first.engine
    living = {(each.by.kind, each.by.key) for each in engine.keys.living(engine.district.at)}
    first.close()
    again = opened(tmp_path / "town.db")
    at = again.engine.district.at
    bound = [place for place, by in enumerate(said) if (by.kind, by.key) in living and by.at <= at]
    repeated = say(again, [replace(said[place], at=at) for place in bound])
    assert bound
    assert all(each.replayed for each in repeated)
    named = [json.loads(each.text) for each in repeated]
    expected = [json.loads(before[place].text) for place in bound]
    for body in (*named, *expected):
        body.get("error", {}).pop("request_id", None)
    assert named == expected
    again.close()


def test_a_key_is_free_after_its_retention_in_a_restarted_deployment(tmp_path: Path) -> None:
    """As in one that was never closed: the last second binds, the next one does not."""
    said = life(4)[:29]
    first = opened(tmp_path / "town.db")
    say(first, said)
    retention_s = first.engine.district.policy.idempotency.retention_s
    first.close()
    again = opened(tmp_path / "town.db")
    by = next(each for each in said if each.command.type == "binding.open_community")
    last = say(again, [replace(by, at=by.at + retention_s - 1)])[0]
    free = say(again, [replace(by, at=by.at + retention_s)])[0]
    assert (last.replayed, last.status) == (True, 200)
    assert (free.replayed, free.status) == (False, 409)
    again.close()


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "other_build", "later", "other_log", "calls"])
def test_a_snapshot_that_does_not_fit_is_left_aside(harm: str, tmp_path: Path) -> None:
    """Damaged anywhere, of another build, of a log that went further, of another log, or made to call something."""
    store = tmp_path / "town.db"
    said = life(5)
    first = opened(store)
    say(first, said[:40])
    shutil.copy(store, tmp_path / "early.db")
    shutil.copy(tmp_path / "town.db-wal", tmp_path / "early.db-wal")
    shutil.copy(tmp_path / "town.db.vault", tmp_path / "early.db.vault")
    say(first, said[40:])
    first.close()
    HARMS[harm](snapshot_of(store), tmp_path)
    if harm == "later":
        store = tmp_path / "early.db"
    found = opened(store)
    assert found.opened.from_n == 0
    state = known(found)
    found.close(broken=True)
    whole = opened(store, verify=True)
    assert known(whole) == state
    whole.close(broken=True)
    assert not (tmp_path / "called").exists()


def _flip(path: Path, _folder: Path) -> None:
    content = bytearray(path.read_bytes())
    content[Random(1).randrange(len(content))] ^= 1  # noqa: S311 - a place
    path.write_bytes(content)


def _other_build(path: Path, _folder: Path) -> None:
    head, content = read_snapshot(path)
    write_snapshot(path, replace(head, build="0" * 64), content)


def _other_log(path: Path, folder: Path) -> None:
    other = opened(folder / "other.db")
    say(other, life(6))
    other.close()
    snapshot_of(folder / "other.db").replace(path)


def _calls(path: Path, folder: Path) -> None:
    head, _ = read_snapshot(path)
    content = pickle.dumps(Calls(folder / "called"))
    write_snapshot(path, _resealed(head, content), content)


def _resealed(head: Head, content: bytes) -> Head:
    return replace(head, length=len(content), sha256=hashlib.sha256(content).hexdigest())


class Calls:
    """What a pickle can do to who reads it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self._path}",)


HARMS: dict[str, Any] = {
    "flip": _flip,
    "cut": lambda path, _: path.write_bytes(path.read_bytes()[:-1]),
    "empty": lambda path, _: path.write_bytes(b""),
    "other_build": _other_build,
    "later": lambda path, folder: path.replace(snapshot_of(folder / "early.db")),
    "other_log": _other_log,
    "calls": _calls,
}


@pytest.mark.parametrize("found", [os.system, eval, open, getattr, Path, Desk, shutil.rmtree, write_snapshot])
def test_reading_back_takes_nothing_that_is_not_listed(found: Any) -> None:
    """Functions of the system, of builtins and of modules that open files are refused by their name."""
    with pytest.raises(pickle.UnpicklingError, match=rf"\.{found.__name__}"):
        unpacked(pickle.dumps(found))


@pytest.mark.parametrize("name", ["__reduce__", "real"])
def test_reading_back_takes_methods_only_where_it_looks_for_one(name: str) -> None:
    """Neither a special method nor another attribute can be had."""
    with pytest.raises(pickle.UnpicklingError, match=name):
        unpacked(pickle.dumps(Looks(1, name)))


class Looks:
    """Wants an attribute."""

    def __init__(self, owner: Any, name: str) -> None:
        self._wanted = owner, name

    def __reduce__(self) -> Any:
        return look_of, self._wanted


def test_a_child_writes_snapshots_while_the_desk_goes_on(tmp_path: Path) -> None:
    """A desk that is killed afterwards starts from the snapshot; what followed it is folded."""
    said = life(7, acts=120)
    desk = opened(tmp_path / "town.db")
    desk.saving = Saving(snapshot_of(tmp_path / "town.db"), desk.opened, records=50)
    say(desk, said[:60])
    child = desk.saving._child
    assert child is not None
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    say(desk, said[60:])
    state = known(desk)
    desk.close(broken=True)
    again = opened(tmp_path / "town.db")
    assert 50 <= again.opened.from_n < again.engine.n
    assert known(again) == state
    again.close()


def test_a_start_never_has_much_to_fold(tmp_path: Path) -> None:
    """However fast commands come, the server waits for its child before twice as many records need folding."""
    desk = opened(tmp_path / "town.db")
    desk.saving = Saving(snapshot_of(tmp_path / "town.db"), desk.opened, records=60)
    said = life(9, acts=150)
    for start in range(0, len(said), 5):
        say(desk, said[start : start + 5])
        assert desk.engine.n - desk.saving._saved_n < 120
    desk.close(broken=True)
    again = opened(tmp_path / "town.db")
    assert again.engine.n - again.opened.from_n < 120
    again.close()


def test_a_change_behind_a_snapshot_is_found_by_verifying(tmp_path: Path) -> None:
    """A quick start believes what a snapshot covers; `verify` reads every record again."""
    first = opened(tmp_path / "town.db")
    say(first, life(8))
    first.close()
    rows = sqlite3.connect(tmp_path / "town.db")
    changed = (
        "UPDATE frame SET content = CAST(replace(CAST(content AS TEXT), 'retail', 'repair') AS BLOB) WHERE last < 40"
    )
    assert rows.execute(changed).rowcount
    rows.commit()
    rows.close()
    with pytest.raises(JournalBroken):
        opened(tmp_path / "town.db", verify=True)


def test_a_database_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """A table of the same name with other columns is no store."""
    rows = sqlite3.connect(tmp_path / "other.db")
    rows.execute("CREATE TABLE frame (place INTEGER PRIMARY KEY, content BLOB NOT NULL)")
    rows.commit()
    rows.close()
    with pytest.raises(NotAStore):
        opened(tmp_path / "other.db")
