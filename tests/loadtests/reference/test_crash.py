from __future__ import annotations

import http.client
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine import Engine, Envelope
from loadtests.reference.desk import Desk
from tests.forked import forked
from tests.loadtests.reference.deployed import Deployed, seen, town_envelopes
from tests.loadtests.reference.served import Served
from tests.style.sources import ROOT


def give(line: http.client.HTTPConnection, token: str, number: int) -> tuple[str, bool]:
    """Open community `number` under its key; the body, and whether it is a repeat."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"open-{number}", "Mashang-At": str(number)}
    body = json.dumps({"community": f"com_{number}", "subdistrict": "s"})
    line.request("POST", "/v1/binding/open_community", body, headers)
    answer = line.getresponse()
    text = answer.read().decode()
    assert answer.status == 200, text
    return text, answer.headers.get("Idempotent-Replayed") == "true"


def load_until_killed(served: Served, token: str, enough: int, first: int = 0) -> tuple[dict[int, str], set[int]]:
    """Four clients at once; the process is killed after `enough` answers. What was answered, and what was sent."""
    acknowledged: dict[int, str] = {}
    sent: set[int] = set()
    reached = threading.Event()

    def client(place: int) -> None:
        line = served.connect()
        try:
            for number in range(first + place, first + 10_000, 4):
                sent.add(number)
                acknowledged[number] = give(line, token, number)[0]
                if len(acknowledged) >= enough:
                    reached.set()
        except (OSError, http.client.HTTPException):
            reached.set()
        line.close()

    clients = [threading.Thread(target=client, args=(place,)) for place in range(4)]
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


@pytest.mark.slow
def test_fifty_kills_lose_nothing_acknowledged_and_repeat_nothing(tmp_path: Path) -> None:
    """One store, killed fifty times under load; a few clean ends between leave snapshots. Then all of it verifies."""
    luck = Random(50)  # noqa: S311 - when to kill
    store = tmp_path / "town.db"
    acknowledged: dict[int, str] = {}
    sent: set[int] = set()
    for kill in range(50):
        served = Served(store)
        token = served.token("officer:off_1")
        repeat(served, token, acknowledged, sent, luck.sample(sorted(sent), min(len(sent), 40)))
        found, asked = load_until_killed(served, token, luck.randrange(1, 200), first=1_000 * kill)
        acknowledged |= found
        sent |= asked
        if kill % 10 == 9:
            assert Served(store).end(signal.SIGTERM) == 0
    served = Served(store, ("--verify",))
    token = served.token("officer:off_1")
    repeat(served, token, acknowledged, sent, sorted(sent))
    assert len(acknowledged) > 50
    assert exported_keys(served, token) == sorted(f"open-{number}" for number in sent)
    assert served.end(signal.SIGTERM) == 0


def repeat(served: Served, token: str, acknowledged: dict[int, str], sent: set[int], numbers: list[int]) -> None:
    """Ask again: what was acknowledged gets its answer word for word, what was not gets one."""
    line = served.connect()
    for number in numbers:
        assert number in sent
        text, replayed = give(line, token, number)
        if number in acknowledged:
            assert (text, replayed) == (acknowledged[number], True)
        acknowledged[number] = text
    line.close()


def exported_keys(served: Served, token: str) -> list[str]:
    """The keys of all events, in the order of texts; their numbers have no gap."""
    line = served.connect()
    keys: list[str] = []
    while True:
        asked = f"/v1/events?after={len(keys)}&limit=1000"
        line.request("GET", asked, headers={"Authorization": f"Bearer {token}"})
        events = json.loads(line.getresponse().read())["events"]
        if not events:
            line.close()
            return sorted(keys)
        assert [each["seq"] for each in events] == list(range(len(keys) + 1, len(keys) + len(events) + 1))
        keys += [each["key"] for each in events]


def killed_store(folder: Path) -> tuple[Path, dict[int, str]]:
    """A store of a server that was killed after thirty answers, and these."""
    served = Served(folder / "town.db")
    token, line = served.token("officer:off_1"), served.connect()
    answers = {number: give(line, token, number)[0] for number in range(30)}
    line.close()
    served.end(signal.SIGKILL)
    return folder / "town.db", answers


@pytest.mark.parametrize("tail", ["half a frame", "noise", "half a header"])
def test_a_half_written_last_record_is_dropped(tail: str, tmp_path: Path) -> None:
    """What stands behind the last commit as a power cut leaves it hinders no start, and no answer is lost."""
    store, answers = killed_store(tmp_path)
    log = store.with_name("town.db-wal")
    content = log.read_bytes()
    frame = content[-4_120:]  # the last page with its header, as if it were being written once more
    log.write_bytes(
        content + {"half a frame": frame[:2_000], "noise": b"\x5a" * 9_000, "half a header": frame[:11]}[tail]
    )
    served = Served(store)
    token = served.token("officer:off_1")
    repeat(served, token, answers, set(answers), sorted(answers))
    assert exported_keys(served, token) == sorted(f"open-{number}" for number in answers)
    assert served.end(signal.SIGTERM) == 0


def test_every_end_of_the_log_is_a_beginning(tmp_path: Path) -> None:
    """Cut anywhere, the store opens with the first so many records, whole and chained; none is there by half."""
    store, answers = killed_store(tmp_path)
    log = store.with_name("town.db-wal").read_bytes()
    luck = Random(3)  # noqa: S311 - where to cut
    counts = []
    for cut in sorted(luck.sample(range(len(log)), 25)):
        folder = tmp_path / str(cut)
        folder.mkdir()
        shutil.copy(store, folder)
        (folder / "town.db-wal").write_bytes(log[:cut])
        desk = Desk(folder / "town.db", "driven", verify=True)
        counts.append(desk.engine.n)
        assert sorted(desk.engine.district.grid.communities) == sorted(f"com_{n}" for n in range(desk.engine.n))
        desk.close()
    assert counts == sorted(counts)
    assert 0 in counts or counts[0] < counts[-1] <= len(answers)


def test_a_full_disk_ends_the_server_and_loses_nothing(tmp_path: Path) -> None:
    """Who asks meanwhile hears that it may ask again; exit code 2 and one sentence; with room again all goes on."""
    served = Served(tmp_path / "town.db")
    token, line = served.token("officer:off_1"), served.connect()
    answers = {number: give(line, token, number)[0] for number in range(10)}
    size_bytes = (tmp_path / "town.db-wal").stat().st_size
    resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (size_bytes + 9_000, resource.RLIM_INFINITY))
    statuses: list[int] = []
    for number in range(10, 100):
        try:
            answers[number] = give(line, token, number)[0]
        except (AssertionError, OSError, http.client.HTTPException) as wrong:
            statuses.append(503 if "UNAVAILABLE" in str(wrong) else 0)
            break
    line.close()
    assert statuses == [503]
    _, said = served.process.communicate(timeout=30)
    assert (served.process.returncode, len(said.splitlines())) == (2, 1), said
    served = Served(tmp_path / "town.db")
    token = served.token("officer:off_1")
    repeat(served, token, answers, set(answers), sorted(answers))
    assert served.end(signal.SIGTERM) == 0


def test_a_second_server_is_refused(tmp_path: Path) -> None:
    """One sentence and exit code 2; the first one goes on."""
    served = Served(tmp_path / "town.db")
    command = [sys.executable, str(ROOT / "mashang.py"), "serve", "--db", str(tmp_path / "town.db"), "--port", "0"]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
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
    done = forked("serve", "--db", store, "--port", "0", environment=os.environ)
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
