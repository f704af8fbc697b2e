"""`mashang load property` on the real command line, against deployments that are right and wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loadtests.bugs import BUGS
from mashang import answer
from tests.loadtests.foreign import test_foreign
from tests.loadtests.property.serving import deployed, replayed
from tests.style.sources import ROOT

FEW = ("--max-examples", "2", "--steps", "4")
PLANTED = (
    "keys-forgotten",
    "other-content-gets-the-first-answer",
    "fingerprint-without-amounts",
    "repeated-rejection-is-a-mismatch",
    "repeat-has-another-instant",
    "repeat-posts-again",
    "torn-reads",
    "caps-off-by-one",
    "caps-of-the-utc-day",
    "last-award-is-not-cut",
    "refunds-a-fen-more",
    "refunds-cash-first",
)
MOST_STEPS = 8


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A right deployment."""
    with deployed(tmp_path_factory.mktemp("right")) as url:
        yield url


def outcome(url: str, out: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """Exit code and result."""
    code = answer(["load", "property", "--adapter", "reference", "--target", url, "--out", str(out), *more])
    found: dict[str, Any] = json.loads((out / "property.json").read_text("utf-8"))
    return code, found


def test_a_right_deployment_answers_as_the_engine(
    right: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is found, nearly everything is compared, and the same seed makes the same scripts."""
    code, found = outcome(right, tmp_path / "a", *FEW)
    said = capsys.readouterr().out
    assert (code, found["verdict"], found["finding"], found["driven_clock"]) == (0, "same", None, True)
    assert found["compared"] > 5 * found["of_the_past"]
    assert found["unknown"] == 0
    assert str(tmp_path / "a") in said
    code, other = outcome(right, tmp_path / "b", *FEW, "--json")
    assert json.loads(capsys.readouterr().out) == other
    assert (code, other["answers"], other["examples"]) == (0, found["answers"], found["examples"])


@pytest.mark.slow
def test_a_right_deployment_stays_right(right: str, tmp_path: Path) -> None:
    """Many scripts on one deployment that nobody resets: no false alarm."""
    code, found = outcome(right, tmp_path / "out", "--max-examples", "40", "--seed", "5")
    assert (code, found["verdict"]) == (0, "same")
    assert found["commands"]["accepted"] > 60


@pytest.mark.slow
@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found_in_a_short_script(bug: str, right: str, tmp_path: Path) -> None:
    """Curl lines and pytest file show it on the same host again; on a right host neither does."""
    out = tmp_path / "out"
    with deployed(tmp_path, bug) as url:
        code, found = outcome(url, out, "--max-examples", "150")
        assert (code, found["verdict"]) == (1, "different"), BUGS[bug].sentence
        finding = found["finding"]
        assert finding["repeats"]
        assert len(finding["steps"]) <= MOST_STEPS
        wrong = shown(curled(out, url), finding)
        assert replayed(out, url) == 1
    assert replayed(out, right) == 0
    if "_" not in finding["got"]:  # ids are others every time
        assert wrong == finding["got"]
        assert shown(curled(out, right), finding) != finding["got"]


def curled(out: Path, url: str) -> Any:
    """The last answer that the curl lines print."""
    environment = {**os.environ, "BASE": url}
    script = str(out / "finding" / "replay.sh")
    done = subprocess.run(["sh", script], env=environment, capture_output=True, text=True, check=True)  # noqa: S607
    return json.loads(done.stdout.strip().rpartition("\n")[2])


def shown(said: Any, finding: dict[str, Any]) -> str:
    """What an answer says of that in which a finding differs, as the finding writes it."""
    error = said.get("error")
    if finding["what"] == "outcome":
        return f"rejected {error['code']}" if error else "ok"
    if finding["what"] == "code":
        return str(error["code"]) if error else "ok"
    if finding["what"] == "at":
        return finding["got"] if said["at"] != int(finding["expected"]) else ""  # a day of its own
    inner = error["details"] if finding["what"] == "details" else said.get("view", said.get("value"))
    for name in filter(None, finding["where"].split("/")):
        inner = inner[int(name)] if isinstance(inner, list) else inner[name]
    return json.dumps(inner, ensure_ascii=False)


def test_a_limit_ends_it_with_what_is_there(right: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The result says which limit, and counts what was compared by then."""
    code, found = outcome(right, tmp_path / "out", "--max-ops", "45", "--max-examples", "9")
    assert (code, found["limit"], found["verdict"]) == (0, "max_ops", "same")
    assert found["operations"] <= 45


@pytest.mark.slow
def test_an_interrupt_leaves_a_readable_result(right: str, tmp_path: Path) -> None:
    """Exit 130, and property.json says what was compared by then."""
    out = tmp_path / "out"
    command = [sys.executable, "mashang.py", "load", "property", "--adapter", "reference", "--target", right]
    child = subprocess.Popen(
        [*command, "--out", str(out), "--max-examples", "5000"], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    while not (out / "property.json").exists() and child.poll() is None:
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    assert child.wait(60) == 130
    found = json.loads((out / "property.json").read_text("utf-8"))
    assert found["interrupted"]
    assert found["compared"] > 0


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Exit code and the sentence."""
    code = answer(["--lang", "en", "load", "property", *words])
    return code, capsys.readouterr().err


def test_bad_input_gets_a_sentence(right: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file, an adapter without commands, a folder in use, no policy, a strange host, no target."""
    nowhere = ("--target", "http://127.0.0.1:9")
    etcd = str(Path(test_foreign.__file__).with_name("etcd.yaml"))
    assert refusal(capsys, "--adapter", "absent.yaml")[0] == 2
    code, said = refusal(capsys, "--adapter", etcd)
    assert (code, "no command of the platform" in said) == (2, True)
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").touch()
    code, said = refusal(capsys, "--adapter", "reference", "--target", right, "--out", str(tmp_path / "used"))
    assert (code, "--out" in said) == (2, True)
    policy = tmp_path / "policy.json"
    policy.write_text('{"points.nothing": 1}')
    assert refusal(capsys, "--adapter", "reference", "--target", right, "--policy", str(policy))[0] == 3
    policy.write_text("no json")
    assert refusal(capsys, "--adapter", "reference", "--target", right, "--policy", str(policy))[0] == 2
    code, said = refusal(capsys, "--adapter", "reference", "--target", "http://192.0.2.7")
    assert (code, "192.0.2.7" in said) == (2, True)
    assert refusal(capsys, "--adapter", "reference", *nowhere)[0] == 5
