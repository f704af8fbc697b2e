"""APIs written by others: what each lets be judged, and that the right ones pass and the wrong use of one does not."""

import json
from pathlib import Path
from typing import Any

import pytest

from loadtests.adapter import read_adapter
from mashang import answer
from tests.loadtests.foreign.programs import etcd, roundup, webdis
from tests.loadtests.live.runs import Done, LiveRun

HERE = Path(__file__).parent


def matrix(capsys: pytest.CaptureFixture[str], file: Path, url: str, *more: str) -> dict[str, Any]:
    """What `mashang load adapter check` says, which must be that everything was answered as the file says."""
    code = answer(["load", "adapter", "check", str(file), "--target", url, "--json", *more])
    said = capsys.readouterr()
    assert said.out, said.err
    found: dict[str, Any] = json.loads(said.out)
    assert (code, found["fine"]) == (0, True), found
    return found


def loaded(name: str, url: str, folder: Path, operations: int, rate: float) -> Done:
    """A run and its audit."""
    return LiveRun(read_adapter(HERE / f"{name}.yaml"), url, folder).go(operations, rate=rate)


@pytest.mark.slow
def test_etcd(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Registers with compare-and-swap and keys that can be deleted: all is judged, and nothing is found."""
    with etcd(tmp_path) as url:
        found = matrix(capsys, HERE / "etcd.yaml", url)
        done = loaded("etcd", url, tmp_path / "run", 600, 300)
    assert found["objects"] == {
        "flags": {"model": "register", "served": ["write", "cas", "read:read"], "lacking": [], "why": ""},
        "names": {"model": "key-value", "served": ["put", "delete", "read:get"], "lacking": ["append"], "why": ""},
    }
    assert found["invariants"] == {}
    assert {each["outcome"] for each in found["operations"].values()} == {"ok"}
    assert (dict(done.audit.counts), done.audit.unknown) == ({}, 0)
    assert done.audit.calls["ok"] == 600


@pytest.mark.slow
def test_webdis(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """INCRBY is atomic, and passes; a client that reads, adds and sets loses additions, and the audit says so."""
    with webdis(tmp_path) as url:
        found = matrix(capsys, HERE / "webdis.yaml", url)
        right = loaded("webdis", url, tmp_path / "right", 600, 300)
        composed = matrix(capsys, HERE / "webdis_composed.yaml", url)
        wrong = loaded("webdis_composed", url, tmp_path / "wrong", 600, 300)
    assert found["objects"] == {
        "hits": {"model": "counter", "served": ["add", "read:read"], "lacking": [], "why": ""},
        "tags": {"model": "set", "served": ["add", "remove", "read:read"], "lacking": ["read:contains"], "why": ""},
    }
    assert composed["objects"]["hits"]["why"] == ""
    assert (dict(right.audit.counts), right.audit.unknown) == ({}, 0)
    assert wrong.audit.counts["OBJECT"]
    finding = wrong.audit.findings[0]
    assert finding.impossible is not None
    assert finding.operations


@pytest.mark.slow
def test_roundup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Issues with ETags: a change takes two steps, a change in between is a conflict; what was filed can be read."""
    pool = tmp_path / "people.csv"
    with roundup() as url:
        pool.write_text(f"login,origin\nadmin:adminpw,{url.removesuffix('/t')}\n")
        found = matrix(capsys, HERE / "roundup.yaml", url, "--accounts", str(pool))
        adapter = read_adapter(HERE / "roundup.yaml")
        assert adapter.accounts is not None
        named = adapter.accounts.model_copy(update={"file": str(pool)})
        done = LiveRun(adapter.model_copy(update={"accounts": named}), url, tmp_path / "run").go(60, rate=10)
    assert found["objects"]["issues"] == {
        "model": "collection",
        "served": ["create", "update", "read:get", "read:list"],
        "lacking": ["delete"],
        "why": "",
    }
    assert dict(done.audit.counts) == {}
    assert done.audit.calls["ok"] > 30
