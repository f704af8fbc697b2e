"""`mashang load run --adapter` on the real command line, and what it refuses."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

from loadtests.adapter import read_adapter
from mashang import answer
from tests.forked import forked
from tests.loadtests.live.runs import LiveRun, lines
from tests.loadtests.live.shop_server import Shop, selling

HERE = Path(__file__).parent
ENGLISH = {**os.environ, "MASHANG_LANG": "en", "SHOP_SECRET": "sesame"}
EPOLL = pytest.param(["--transport", "epoll"], marks=pytest.mark.slow)
PROCESSES = pytest.param(["--transport", "epoll", "--processes", "2"], marks=pytest.mark.slow)


def mashang(*words: str) -> subprocess.CompletedProcess[str]:
    """One command."""
    return forked(*words, environment=ENGLISH)


@pytest.mark.parametrize("how", [["--transport", "fast"], EPOLL, PROCESSES])
def test_a_run_by_an_adapter(tmp_path: Path, how: list[str]) -> None:
    """Users, logins, seed, load and teardown, whatever transport and number of workers; audit and report read it."""
    document = yaml.safe_load((HERE / "shop.yaml").read_text())
    item = {"id": "shelf", "call": "POST /items", "body": {"name": "{{run}}"}, "outputs": {"id": "$response.body#/id"}}
    document |= {"seed": [item], "teardown": [{"id": "tidy", "call": "DELETE /items/{{seed.shelf.id}}"}]}
    document["auth"][0] |= {"lifetime_s": 1}
    for step in ("seed", "teardown"):
        document[step][0]["credentials"] = "clerk"
    login = {**document["auth"][0]["loginEndpointAuth"], "payloadRaw": '{"user": "ann", "password": "pw"}'}
    login.pop("payloadUserPwd")
    document["auth"].append({"name": "clerk", "loginEndpointAuth": login, "per": "run"})
    adapter = tmp_path / "shop.yaml"
    adapter.write_text(yaml.safe_dump(document))
    shop = Shop()
    with selling(shop) as url:
        by, plan, out = ["--adapter", str(adapter)], str(tmp_path / "p"), str(tmp_path / "r")
        planned = mashang("load", "plan", "--profile", "objects", *by, "--ops", "240", "--out", plan)
        assert planned.returncode == 0, planned.stderr
        words = ["--plan", plan, *by, "--target", url, "--out", out, "--with", "lag_limit_ms=100000"]
        done = mashang("load", "run", *words, *how)
    assert done.returncode == 0, (done.stderr, (tmp_path / "r" / "locust.log").read_text()[-2000:])
    assert "240 of 240 operations ended" in done.stdout
    assert shop.seen["POST /users"] == 12
    assert shop.seen["POST /login"] > 13  # everybody and the clerk, and renewals
    assert 1 not in shop.items
    text = "".join(path.read_text() for path in (tmp_path / "r").glob("*.json*"))
    assert "sesame" not in text
    assert len(lines(tmp_path / "r" / "town-history.jsonl")) == 3
    audited = mashang("load", "audit", str(tmp_path / "r"), "--adapter", str(adapter))
    assert audited.returncode == 0, audited.stdout
    reported = mashang("load", "report", str(tmp_path / "r"), "--adapter", str(adapter), "--json")
    gates = {each["metric"]: each["status"] for each in json.loads(reported.stdout)["gates"]}
    assert {gates[name] for name in ("audit.violations", "audit.unknown.ratio", "errors.unexpected.ratio")} == {"pass"}


REFUSED = [
    (["load", "run", "--plan", "p", "--out", "o"], 2, "--adapter FILE"),
    (["load", "plan", "--profile", "objects"], 2, "belong together"),
    (["load", "plan", "--profile", "objects", "--adapter", "reference"], 3, "has no objects"),
    (["load", "adapter", "check", "reference", "--target", "http://127.0.0.1:9"], 5, "cannot be reached"),
]


@pytest.mark.parametrize(("words", "code", "said"), REFUSED)
def test_what_cannot_be_done_is_said(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """One sentence and the exit code."""
    monkeypatch.chdir(tmp_path)
    assert answer(["--lang", "en", *words]) == code
    assert said in capsys.readouterr().err


def test_an_operation_is_written_as_curl(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the id that an earlier answer gave, a variable for the token, and what was answered."""
    shop = Shop()
    adapter = str(HERE / "shop.yaml")
    folder = tmp_path / "run"
    with selling(shop) as url:
        LiveRun(read_adapter(HERE / "shop.yaml"), url, folder).go(60)
    asked = next(each for each in lines(folder / "history-0.jsonl") if "'name'" in str(each["body"]))
    assert answer(["load", "adapter", "replay", str(folder), "--op", str(asked["op"]), "--adapter", adapter]) == 0
    said = capsys.readouterr().out
    assert "curl -sS -X" in said
    assert "${TOKEN}" in said
    assert answer(["load", "adapter", "replay", str(folder), "--op", "999", "--adapter", adapter]) == 2
