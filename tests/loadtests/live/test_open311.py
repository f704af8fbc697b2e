"""The adapters for Open311 GeoReport v2 on an endpoint: what was filed is found again as it was described."""

import json
from pathlib import Path

import pytest

from loadtests.adapter import read_adapter
from loadtests.adapter.credentials import Accounts
from mashang import answer
from tests.loadtests.live.open311_server import City, answering
from tests.loadtests.live.runs import LiveRun

NAMES = ("open311", "open311-xml")


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    """One account that everybody shares."""
    path = tmp_path / "city.csv"
    path.write_text("api_key,service,praise_service,lat,long\nkey,001,002,39.6,109.8\n")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_check_tries_both_ways_of_filing(name: str, pool: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Requests are an object that is judged; the platform's own two commands are served, and nothing more."""
    with answering(City()) as url:
        code = answer(["load", "adapter", "check", name, "--target", url, "--accounts", str(pool), "--json"])
    found = json.loads(capsys.readouterr().out)
    tried = {each: found["operations"][each]["outcome"] for each in ("requests.create", "read:requests.get")}
    assert tried == {"requests.create": "ok", "read:requests.get": "ok"}
    assert found["operations"]["reporting.submit_report"]["outcome"] == "ok"
    assert found["objects"]["requests"]["why"] == ""
    assert found["commands"]["served"] == ["reporting.submit_report", "reporting.submit_praise"]
    assert code == 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mixes", [False, True])
def test_a_mixed_up_request_is_found(name: str, *, mixes: bool, pool: Path, tmp_path: Path) -> None:
    """A right endpoint passes; one that shows somebody else's description does not."""
    found = read_adapter(Path(name)).model_copy(update={"accounts": Accounts(file=str(pool), share=True)})
    with answering(City(mixes=mixes)) as url:
        done = LiveRun(found, url, tmp_path / "run").go(80)
    assert bool(done.audit.counts["OBJECT"]) is mixes
    assert done.audit.calls["ok"] > 70
