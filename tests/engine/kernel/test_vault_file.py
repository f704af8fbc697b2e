"""The vault in a file: keeps, finds, and purges for good."""

import errno
import hashlib
import io
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import FileVault, MemoryVault, state_digest
from engine.administration import Purge
from engine.kernel.command import Envelope
from engine.kernel.units import DAY_S
from engine.kernel.vault import SALT_BYTES, Vault, VaultRow, commit
from engine.replay import Journal, fold
from tests.engine.kernel.history import GROUPS, lived
from tests.engine.kernel.tampering import FileLikeSink

TAG = "binding.tag_special.tag"
Row = tuple[str, int, str]  # field, instant, value
ROWS = st.lists(
    st.tuples(st.sampled_from(["a.x", "b.y"]), st.integers(0, 50), st.text(max_size=20)), max_size=30
)


def filled(vault: Vault, rows: list[Row]) -> dict[str, VaultRow]:
    """Puts rows into a vault; what was put, by commitment."""
    kept = {}
    for place, (field, at, value) in enumerate(rows):
        row = VaultRow(field, at, hashlib.sha256(str(place).encode()).digest()[:SALT_BYTES], value)
        kept[commit(row.salt, value)] = row
        vault.put(commit(row.salt, value), row)
    return kept


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[], FileVault]:
    """Opens the same file each time."""
    return lambda: FileVault(tmp_path / "vault.sqlite")


@given(rows=ROWS, field=st.sampled_from(["a.x", "b.y", "c.z"]), before=st.integers(0, 60))
def test_both_vaults_do_the_same(
    rows: list[Row], field: str, before: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """After a purge no row of the field that came before its instant is readable, and every other one is."""
    file = FileVault(tmp_path_factory.mktemp("vault") / "vault.sqlite")
    for vault in (MemoryVault(), file):
        kept = filled(vault, rows)
        vault.purge(field, before)
        for commitment, row in kept.items():
            gone = row.field == field and row.at < before
            assert vault.get(commitment) == (None if gone else row)
    file.close()


def test_a_vault_outlives_its_process(opened: Callable[[], FileVault]) -> None:
    """What was put is there when the file is opened again; what nobody put is not."""
    vault = opened()
    kept = filled(vault, [("a.x", at, f"value {at}") for at in range(2_500)])
    vault.close()
    again = opened()
    assert {commitment: again.get(commitment) for commitment in kept} == kept
    assert again.get("no such") is None
    assert (again.count("a.x"), again.count("b.y")) == (2_500, 0)
    again.close()


def test_flushed_rows_are_durable(opened: Callable[[], FileVault]) -> None:
    """Rows of an open batch are seen by others once they are flushed."""
    writing, reading = opened(), opened()
    filled(writing, [("a.x", 1, "one")])
    assert reading.count("a.x") == 0
    writing.flush()
    assert reading.count("a.x") == 1
    writing.close()
    reading.close()


def test_a_purged_value_leaves_no_byte(opened: Callable[[], FileVault]) -> None:
    """Value, salt and commitment of purged rows are in no file of the vault any more, before it is closed."""
    vault = opened()
    kept = filled(vault, [("a.x", at, f"a secret that came at {at}") for at in range(1_200)])
    vault.flush()
    old = {commitment: row for commitment, row in kept.items() if row.at < 1_000}
    before = vault.path.read_bytes()
    assert all(row.value.encode() in before and row.salt in before for row in old.values())
    vault.purge("a.x", 1_000)
    content = b"".join(path.read_bytes() for path in vault.path.parent.iterdir())
    for commitment in kept:
        assert (commitment.encode() in content) != (commitment in old)
    assert content.count(b"a secret that came at") == 200
    assert not [row for row in old.values() if row.salt in content]
    vault.close()


def test_chain_and_digest_survive_a_purge(opened: Callable[[], FileVault]) -> None:
    """After every tag was purged the log still verifies and folds to the same state, and every total stands."""
    vault, sink = opened(), FileLikeSink()
    engine = lived(sink, vault=vault)
    tags = len(engine.district.special_groups.evidence)
    digest = state_digest(engine)
    assert vault.count(TAG) > 0
    vault.purge(TAG, engine.district.at + 1)
    assert vault.count(TAG) == 0
    content = b"".join(path.read_bytes() for path in vault.path.parent.iterdir())
    assert not [group for group in GROUPS if group.encode() in content]
    folded = fold(Journal(io.BytesIO(b"".join(sink.members))))
    assert state_digest(folded) == digest
    assert len(folded.district.special_groups.evidence) == tags > 0
    vault.close()


@given(days=st.integers(0, 200))
def test_nothing_is_kept_beyond_its_retention(days: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The command Purge takes every value that is older, and only those; the journal says that it did."""
    vault = FileVault(tmp_path_factory.mktemp("vault") / "vault.sqlite")
    engine = lived(acts=60, vault=vault)
    now = engine.district.at
    rows = {tag.commitment: vault.get(tag.commitment) for tag in engine.district.special_groups.tags.values()}
    purge = Purge(TAG, max(now - days * DAY_S, 0))
    outcome = engine.execute(Envelope("purge", "system", "clock", now, purge))
    assert [event.type for event in outcome.events] == ["vault.purged"]
    for commitment, row in rows.items():
        kept = row is not None and row.at >= purge.before
        assert vault.get(commitment) == (row if kept else None)
    vault.close()


def test_a_full_disk_is_an_os_error(opened: Callable[[], FileVault]) -> None:
    """A vault that cannot grow says ENOSPC, as a file would, and can still be closed."""
    vault = opened()
    vault._rows.execute("PRAGMA max_page_count = 4")
    with pytest.raises(OSError, match="full") as caught:
        filled(vault, [("a.x", at, "x" * 3_000) for at in range(50)])
    assert caught.value.errno == errno.ENOSPC
    vault.close()


def test_a_purge_that_finds_a_full_disk_loses_nothing(opened: Callable[[], FileVault]) -> None:
    """Where what stays cannot be written again, everything stays, whatever the purge began with."""
    vault = opened()
    kept = filled(vault, [("a.x", at, "x" * 3_000) for at in range(50)])
    vault.flush()
    vault._rows.set_authorizer(lambda act, *_: sqlite3.SQLITE_DENY if act == sqlite3.SQLITE_INSERT else 0)
    with pytest.raises(OSError, match="not authorized"):
        vault.purge("a.x", 10)
    vault._rows.set_authorizer(None)
    vault.close()
    again = opened()
    assert {commitment: again.get(commitment) for commitment in kept} == kept
    again.close()


def test_a_field_is_found_whoever_made_its_table(opened: Callable[[], FileVault]) -> None:
    """A vault that is open already sees values of a field that another one was the first to write."""
    writing, reading = opened(), opened()
    kept = filled(writing, [("a.x", 1, "one"), ('b."y', 2, "two")])
    writing.close()
    assert {commitment: reading.get(commitment) for commitment in kept} == kept
    reading.purge('b."y', 9)
    assert (reading.count("a.x"), reading.count('b."y')) == (1, 0)
    reading.close()


def test_a_foreign_file_is_an_os_error(tmp_path: Path) -> None:
    """A file that is no vault is refused and stays as it was."""
    path, content = tmp_path / "vault.sqlite", b"no database at all, but long enough\n" * 200
    path.write_bytes(content)
    with pytest.raises(OSError, match="not a database") as caught:
        FileVault(path)
    assert caught.value.errno == errno.EINVAL
    assert path.read_bytes() == content


def test_a_missing_folder_is_an_os_error(tmp_path: Path) -> None:
    """A vault in a folder that is not there cannot be opened."""
    with pytest.raises(OSError, match="unable to open"):
        FileVault(tmp_path / "gone" / "vault.sqlite")
