"""`mashang load audit`, as it is called, and the scripts that it writes."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from engine import Policy, new_engine, seeded_salt
from loadtests.audit import ReferenceWire
from loadtests.audit.repeating import Target, repeat
from loadtests.operations import Operation
from tests.front_door.command import mashang
from tests.loadtests.audit.faults import Overdraft
from tests.loadtests.audit.stage import POLICY, Deployment, stage
from tests.sim.schemas import complaints
from tests.style.sources import ROOT
from tests.towns import MORNING

SCHEMA = json.loads((ROOT / "schemas" / "audit-1.json").read_text("utf-8"))
POOR = {
    "person": "per_1",
    "merchant": "mer_1",
    "channel": "wechat",
    "goods_fen": 5_000,
    "excluded_fen": 0,
    "points": 150,
}


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A run in which points were spent that were not there."""
    played = stage(0, Overdraft, lost=0)
    played.perform(Operation(0, 0, "payments.pay_purchase", "resident:per_1", "k0", POOR, "resident:per_1"))
    return played.write(tmp_path / "wrong")


def test_a_wrong_run_ends_with_1(wrong: Path) -> None:
    """Both languages name the invariant and draw the calls; scripts lie in the run folder."""
    for language, sentence in (("en", "Nobody has less than zero points"), ("zh", "任何人的可用积分都不小于零")):
        done = mashang("load", "audit", str(wrong), "--lang", language)
        assert done.returncode == 1, done.stderr
        assert "S02" in done.stdout
        assert sentence in done.stdout
        assert "◀" in done.stdout
    folder = min(wrong.glob("audit/*-S02"))
    assert "Idempotency-Key: k0" in (folder / "replay.sh").read_text("utf-8")
    compile((folder / "replay_test.py").read_text("utf-8"), "replay_test.py", "exec")
    syntax = subprocess.run(["sh", "-n", str(folder / "replay.sh")], check=False)  # noqa: S607
    assert syntax.returncode == 0


def test_the_json_keeps_its_schema(wrong: Path, tmp_path: Path) -> None:
    """What is printed and what is written is one document, and the committed schema describes it."""
    out = tmp_path / "out"
    done = mashang("load", "audit", str(wrong), "--json", "--out", str(out))
    found = json.loads(done.stdout)
    assert not list(complaints(found, SCHEMA, SCHEMA))
    assert found == json.loads((out / "audit.json").read_text("utf-8"))
    assert found["verdict"] == "violation"
    assert found["violations"]["S02"]


def test_a_right_run_ends_with_0(tmp_path: Path) -> None:
    """A right run ends with 0, and says of each layer what it looked at."""
    folder = stage(2, lost=0).play(120).write(tmp_path / "right")
    done = mashang("load", "audit", str(folder), "--json", "--no-replay")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert not list(complaints(found, SCHEMA, SCHEMA))
    assert found["verdict"] == "ok"
    statuses = {layer["name"]: layer["status"] for layer in found["layers"]}
    assert statuses["linearizability"] == statuses["bounds"] == "checked"
    assert statuses["replay"] == statuses["final_state"] == "not_checkable"


def test_a_run_without_answers_is_invalid(tmp_path: Path) -> None:
    """Where no operation got a definite answer there is nothing to judge: exit code 6."""
    played = stage(2).play(10)
    played.history = [{**line, "status": 0, "body": None, "fault": "refused"} for line in played.history]
    done = mashang("load", "audit", str(played.write(tmp_path / "run")), "--lang", "en")
    assert done.returncode == 6, done.stdout
    assert len(done.stderr.splitlines()) == 1


def _half(folder: Path) -> None:
    (folder / "history-0.jsonl").write_text('{"history":1}\n{"op":0,"try":1\n', encoding="utf-8")


def _no_json(folder: Path) -> None:
    (folder / "history-0.jsonl").write_text('{"history":1}\nno json\n', encoding="utf-8")


def _no_plan(folder: Path) -> None:
    (folder / "operations.jsonl.gz").unlink()


def _no_history(folder: Path) -> None:
    for path in folder.glob("history-*"):
        path.unlink()


def _cut_plan(folder: Path) -> None:
    path = folder / "operations.jsonl.gz"
    path.write_bytes(path.read_bytes()[:100])


def _bad_policy(folder: Path) -> None:
    (folder / "plan.json").write_text('{"policy": {"points.value_fen": "much"}}', encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "code"), [(_half, 2), (_no_json, 2), (_no_plan, 2), (_no_history, 2), (_cut_plan, 2), (_bad_policy, 3)]
)
def test_a_broken_folder_is_refused_in_a_sentence(spoil: Any, code: int, tmp_path: Path) -> None:
    """Missing or damaged files end with their exit code and one sentence, never a traceback."""
    folder = stage(2).play(20).write(tmp_path / "run")
    spoil(folder)
    done = mashang("load", "audit", str(folder), "--lang", "en")
    assert done.returncode == code, done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert mashang("load", "audit", str(tmp_path / "nowhere")).returncode == 2


def test_out_must_be_new(wrong: Path) -> None:
    """A folder with something in it is left alone."""
    assert mashang("load", "audit", str(wrong), "--out", str(wrong)).returncode == 2
    assert (wrong / "plan.json").exists()


def door(deployment: Deployment) -> type[BaseHTTPRequestHandler]:
    """The wire of the reference deployment over one engine, one request after the other."""
    lock = threading.Lock()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/v1/tokens":
                return self.say(200, {"token": body["actor"]})
            actor = self.headers["Authorization"].removeprefix("Bearer ")
            wire = self.path.removeprefix("/v1/").replace("/", ".")
            operation = Operation(0, 0, wire, actor, self.headers["Idempotency-Key"], body, actor)
            with lock:
                return self.say(*deployment.answer(operation, MORNING))

        def say(self, status: int, body: Any) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    return Door


@pytest.fixture(params=[Overdraft, Deployment], ids=["wrong", "right"])
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, bool]]:
    """The address of a target over an empty engine, and whether it is wrong."""
    empty = new_engine(Policy().changed(POLICY), salt=seeded_salt(1))
    server = HTTPServer(("127.0.0.1", 0), door(request.param(empty)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", request.param is Overdraft
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_script_repeats_the_violation(wrong: Path, served: tuple[str, bool], tmp_path: Path) -> None:
    """The pytest file of a finding fails on the wrong target and passes on the right one, each given the town first."""
    mashang("load", "audit", str(wrong))
    folder = min(wrong.glob("audit/*-S02"))
    base, is_wrong = served
    found = repeat(folder, Target(base), ReferenceWire(), tmp_path)
    assert ("S02" in found.counts) == is_wrong
    script = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder / "replay_test.py")]
    environment = {**os.environ, "MASHANG_TARGET": base, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(script, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == int(is_wrong), done.stdout
