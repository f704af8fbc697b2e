from __future__ import annotations

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine import Engine, Envelope
from tests.loadtests.reference.deployed import Deployed, seen, town_envelopes
from tests.style.sources import ROOT


@dataclass
class Served:
    """`mashang serve` as a process of its own."""

    store: Path
    process: subprocess.Popen[str] = field(init=False)
    ready: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        """Wait until it is ready."""
        line = ["serve", "--db", str(self.store), "--port", "0", "--clock", "driven", "--json"]
        command = [sys.executable, str(ROOT / "mashang.py"), *line]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.ready = json.loads(self.process.stdout.readline())

    def end(self, number: int) -> int:
        """Send a signal and wait."""
        self.process.send_signal(number)
        with self.process:
            return self.process.wait(30)

    def connect(self) -> http.client.HTTPConnection:
        """A connection that stays open."""
        return http.client.HTTPConnection("127.0.0.1", self.ready["port"], timeout=30)

    def token(self, actor: str) -> str:
        """From the operator's door."""
        secret = Path(self.ready["secret"]).read_text(encoding="ascii").strip()
        line = self.connect()
        line.request("POST", "/v1/tokens", json.dumps({"actor": actor}), {"Authorization": f"Bearer {secret}"})
        found: str = json.loads(line.getresponse().read())["token"]
        line.close()
        return found


def give(line: http.client.HTTPConnection, token: str, number: int) -> tuple[str, bool]:
    """Open community `number` under its key; the body, and whether it is a repeat."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"open-{number}", "Mashang-At": str(number)}
    body = json.dumps({"community": f"com_{number}", "subdistrict": "s"})
    line.request("POST", "/v1/binding/open_community", body, headers)
    answer = line.getresponse()
    text = answer.read().decode()
    assert answer.status == 200, text
    return text, answer.headers.get("Idempotent-Replayed") == "true"


def load_until_killed(served: Served, token: str, enough: int) -> tuple[dict[int, str], set[int]]:
    """Four clients at once; the process is killed after `enough` answers. What was answered, and what was sent."""
    acknowledged: dict[int, str] = {}
    sent: set[int] = set()
    reached = threading.Event()

    def client(first: int) -> None:
        line = served.connect()
        try:
            for number in range(first, 10_000, 4):
                sent.add(number)
                acknowledged[number] = give(line, token, number)[0]
                if len(acknowledged) >= enough:
                    reached.set()
        except (OSError, http.client.HTTPException):
            reached.set()
        line.close()

    clients = [threading.Thread(target=client, args=(first,)) for first in range(4)]
    for each in clients:
        each.start()
    reached.wait(60)
    served.end(signal.SIGKILL)
    for each in clients:
        each.join()
    return acknowledged, sent


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_kill_loses_nothing_acknowledged_and_repeats_nothing(seed: int, tmp_path: Path) -> None:
    """Each answer before kill -9 is given again word for word; what had no answer is done once under its key."""
    luck = Random(seed)  # noqa: S311 - when to kill
    store = tmp_path / "town.db"
    served = Served(store)
    token = served.token("officer:off_1")
    acknowledged, sent = load_until_killed(served, token, luck.randrange(1, 120))
    assert acknowledged
    served = Served(store)
    line = served.connect()
    for number in sorted(sent):
        text, replayed = give(line, token, number)
        if number in acknowledged:
            assert (text, replayed) == (acknowledged[number], True)
    line.request("GET", "/v1/events?after=0&limit=1000", headers={"Authorization": f"Bearer {token}"})
    events = json.loads(line.getresponse().read())["events"]
    assert [each["seq"] for each in events] == list(range(1, len(sent) + 1))
    assert sorted(each["key"] for each in events) == sorted(f"open-{number}" for number in sent)
    line.close()
    assert served.end(signal.SIGTERM) == 0


def test_a_second_server_is_refused(tmp_path: Path) -> None:
    """One sentence and exit code 2; the first one goes on."""
    served = Served(tmp_path / "town.db")
    command = [sys.executable, str(ROOT / "mashang.py"), "serve", "--db", str(tmp_path / "town.db"), "--port", "0"]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ})
    assert (second.returncode, len(second.stderr.splitlines())) == (2, 1)
    assert "town.db" in second.stderr
    assert served.token("officer:off_1")
    assert served.end(signal.SIGTERM) == 0


def test_a_store_that_is_no_longer_what_was_written_is_not_served(tmp_path: Path) -> None:
    """A changed record breaks the chain: exit code 4 and one sentence."""
    store = tmp_path / "town.db"
    served = Served(store)
    line = served.connect()
    give(line, served.token("officer:off_1"), 7)
    line.close()
    assert served.end(signal.SIGTERM) == 0
    rows = sqlite3.connect(store)
    rows.execute("UPDATE frame SET content = CAST(replace(CAST(content AS TEXT), 'com_7', 'com_8') AS BLOB)")
    rows.commit()
    rows.close()
    command = [sys.executable, str(ROOT / "mashang.py"), "serve", "--db", str(store), "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (4, 1)


def test_a_restart_goes_on_where_it_ended(tmp_path: Path) -> None:
    """After a clean end: the same numbers, keys with personal fields known again, and the export without a gap."""
    engine, said = town_envelopes()
    first = Deployed(tmp_path / "town.db")
    before = [first.ask(first.command(by))[0].text for by in said]
    first.close()
    again = Deployed(tmp_path / "town.db")
    answers = [again.ask(again.command(by))[0] for by in said]
    assert [each.text for each in answers] == before
    assert all(each.headers["idempotent-replayed"] == "true" for each in answers)
    assert again.read("officer:off_1", "district.totals").json()["n"] == engine.n
    again.close()


def stops(engine: Engine) -> None:
    """Break an engine at one key."""
    execute = engine.execute

    def broken(by: Envelope) -> Any:
        if by.key == "key-9":
            engine.district.ids.last["pay"] = 5
            raise AssertionError
        return execute(by)

    engine.execute = broken  # type: ignore[method-assign]


def test_a_fault_stops_the_deployment_and_keeps_what_was_answered(tmp_path: Path) -> None:
    """From the fault on: 503 and retryable, nothing else; a new start has all answers before and none after."""
    _, said = town_envelopes()
    first = Deployed(tmp_path / "town.db", stops)
    answers = [first.ask(first.command(by))[0] for by in said]
    assert [each.status_code for each in answers] == [200] * 8 + [503] * (len(said) - 8)
    assert all(each.json()["error"]["retryable"] for each in answers[8:])
    assert first.writer.fault is not None
    first.close()
    again = Deployed(tmp_path / "town.db")
    repeated = [again.ask(again.command(by))[0] for by in said]
    assert [seen(each)[2] for each in repeated] == list(range(1, len(said) + 1))
    assert [each.headers.get("idempotent-replayed") for each in repeated] == ["true"] * 8 + [None] * (len(said) - 8)
    again.close()
