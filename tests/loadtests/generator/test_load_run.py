"""`mashang load run` and plain locust, end to end: what is sent, what is kept, which exit code."""

import csv
import json
import os
import resource
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadtests.generator.run_folder import read_manifest
from loadtests.history import Exchange, read_history
from loadtests.operations import Operation
from tests.forked import forked
from tests.loadtests.generator.runs import KIND, operations, plan_folder
from tests.loadtests.generator.servers import Authority, Server, saying, serving, silent_once
from tests.style.sources import ROOT
from wording import ExitCode

ENGLISH = {**os.environ, "MASHANG_LANG": "en"}
TWO_WORKERS = pytest.param(["--transport", "epoll", "--processes", "2"], marks=pytest.mark.slow)
MADE = b'{"status":"ok","view":[{"type":"x","data":{"payment":"pay_77"}}]}'


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Two hundred purchases of five people in 0.4 s, and a town of three commands."""
    town = [Operation(n, 0, "town.build", "officer:o", f"t{n}", {"n": n}, "t") for n in range(3)]
    return plan_folder(tmp_path / "plan", operations(200, every_ns=2_000_000), town, speed=1, start_s=1_000)


def load_run(plan: Path, url: str, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """One `mashang load run`; a lenient limit on the lag, since test machines are busy."""
    words = ["load", "run", "--plan", str(plan), "--target", url, "--out", str(out), "--with", "lag_limit_ms=100000"]
    return forked(*words, *more, environment=ENGLISH)


def history(out: Path) -> list[Exchange]:
    """All exchanges of a run."""
    found = [each for path in out.glob("history-*.jsonl") for each in read_history(path)]
    return sorted(found, key=lambda each: (each.op, each.attempt))


@pytest.mark.parametrize("how", [["--transport", "fast"], ["--transport", "epoll"], TWO_WORKERS])
def test_a_plan_is_sent_whole(plan: Path, tmp_path: Path, how: list[str]) -> None:
    """Town first, in order; then every operation once, whatever transport and number of workers; all is kept."""
    out = tmp_path / "run"
    with serving() as server:
        done = load_run(plan, server.url, out, *how)
    assert (done.returncode, done.stderr) == (0, ""), (out / "locust.log").read_text()
    assert "200 of 200 operations ended" in done.stdout
    assert [each.split(b"\r\n")[0] for each in server.requests[:3]] == [b"POST /v1/town/build HTTP/1.1"] * 3
    assert [(each.op, each.attempt, each.status) for each in history(out)] == [(n, 1, 200) for n in range(200)]
    keys = Counter(
        line for each in server.requests for line in each.split(b"\r\n") if line.startswith(b"Idempotency-Key")
    )
    assert len(keys) == 203
    assert set(keys.values()) == {1}
    assert sum(b"Mashang-At: 1000\r\n" in each for each in server.requests) == 203
    manifest = read_manifest(out)
    assert (manifest["ended"], manifest["valid"], manifest["planned"], manifest["operations"]) == (
        "done",
        True,
        200,
        200,
    )
    assert manifest["latency"]["all"]["due"]["count"] == manifest["latency"][KIND]["sent"]["count"] == 200
    assert len(manifest["workers"]) == (2 if "--processes" in how else 1)
    assert {"plan.json", "operations.jsonl.gz", "town.jsonl.gz"} == {each.name for each in (out / "plan").iterdir()}
    with (out / "locust_stats.csv").open() as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    assert (rows[KIND]["Request Count"], rows["Aggregated"]["Failure Count"]) == ("200", "0")
    assert "1/(1-Percentile)" in (out / "latency.hgrm").read_text()
    assert (out / "latency" / f"{KIND}.sent.hgrm").is_file()


@pytest.mark.slow
def test_two_workers_pass_values_on(tmp_path: Path) -> None:
    """A value that one worker's operation made reaches the operation of another worker that needs it."""
    first = operations(8, every_ns=0, shards=8)
    refunds = [
        Operation(8 + n, 10**6, "payments.refund", "m:m", f"r{n}", {"payment": f"$made:{n}:payment"}, f"m{n}")
        for n in range(8)
    ]  # fmt: skip
    plan = plan_folder(tmp_path / "plan", [*first, *refunds])
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(MADE), MADE)
    with serving(saying(reply)) as server:
        done = load_run(plan, server.url, tmp_path / "run", "--transport", "epoll", "--processes", "2")
    assert done.returncode == 0, done.stderr
    asked = [each.rpartition(b"\r\n\r\n")[2] for each in server.requests if b"/refund" in each]
    assert asked == [b'{"payment":"pay_77"}'] * 8


def test_a_retry_is_in_history_and_statistics(plan: Path, tmp_path: Path) -> None:
    """With Locust's own client, too, an unknown outcome is asked for again with the same key."""
    with serving(silent_once) as server:
        done = load_run(plan, server.url, tmp_path / "run", "--with", "skip_town=true", "--transport", "fast")
    assert done.returncode == 0, done.stderr
    assert "1 answers missing" in done.stdout
    assert len([each for each in history(tmp_path / "run") if each.fault]) == 1
    assert len({each.op for each in history(tmp_path / "run") if each.status == 200}) == 200
    with (tmp_path / "run" / "locust_failures.csv").open() as file:
        assert [row["Error"] for row in csv.DictReader(file)] == ["reset"]


@pytest.mark.parametrize("transport", ["fast", pytest.param("epoll", marks=pytest.mark.slow)])
def test_tls_with_own_certificates(plan: Path, tmp_path: Path, transport: str) -> None:
    """Both transports speak TLS with an own CA and a client certificate."""
    authority = Authority(tmp_path)
    more = [f"ca={authority.ca}", f"client_certificate={authority.client[0]}", f"client_key={authority.client[1]}"]
    words = [word for each in more for word in ("--with", each)]
    with serving(context=authority.context(asks_client=True)) as server:
        done = load_run(plan, server.url, tmp_path / "run", "--transport", transport, *words)
    assert done.returncode == 0, done.stderr
    assert len(history(tmp_path / "run")) == 200
    assert str(authority.folder) not in (tmp_path / "run" / "manifest.json").read_text()


def test_a_late_generator_makes_the_run_invalid(plan: Path, tmp_path: Path) -> None:
    """Beyond the limit of lag the run exits with 6, and what was done is kept."""
    with serving() as server:
        done = load_run(plan, server.url, tmp_path / "run", "--with", "lag_limit_ms=0.000001")
    assert done.returncode == ExitCode.INVALID_LOAD
    assert done.stderr.startswith("The run is invalid")
    assert not read_manifest(tmp_path / "run")["valid"]
    assert len(history(tmp_path / "run")) == 200


def test_a_failing_target_is_left_alone(tmp_path: Path) -> None:
    """When most answers are 5xx the run stops and is invalid."""
    plan = plan_folder(tmp_path / "plan", operations(3_000, every_ns=1_000_000))
    reply = b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
    with serving(saying(reply)) as server:
        done = load_run(plan, server.url, tmp_path / "run", "--transport", "epoll")
    assert done.returncode == ExitCode.INVALID_LOAD
    assert read_manifest(tmp_path / "run")["ended"] == "errors"
    assert len(server.requests) < 1_500


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


REFUSALS: list[tuple[Callable[[Path, Server], list[str]], int, str]] = [
    (lambda folder, _: ["--plan", str(folder)], 2, "There is no plan"),
    (lambda *_: ["--target", "http://8.8.8.8"], 2, "--allow-host 8.8.8.8"),
    (lambda *_: ["--target", "http://x y"], 2, "not an address"),
    (lambda *_: ["--target", f"http://127.0.0.1:{closed_port()}"], 5, "cannot be reached"),
    (lambda folder, _: ["--out", str(folder)], 2, "is not empty"),
    (lambda *_: ["--transport", "pigeon"], 2, "fast | epoll"),
    (lambda *_: ["--speed", "2", "--rate", "3"], 2, "only one of them"),
    (lambda *_: ["--with", "colour=red"], 2, "colour=red is no setting"),
    (lambda *_: ["--with", "connections=many"], 2, "wrong kind"),
    (lambda *_: ["--with", "max_rate=100"], 2, "200 operations due in one second"),
    (lambda folder, _: ["--with", f"tokens={folder / 'none.json'}"], 2, "no file of tokens"),
    (
        lambda folder, _: ["--with", f"ca={folder / 'none.pem'}", "--target", "https://127.0.0.1:1"],
        2,
        "There is no file",
    ),
]


@pytest.mark.parametrize(("words", "code", "says"), REFUSALS)
def test_what_cannot_be_run_is_refused(
    plan: Path, tmp_path: Path, words: Callable[[Path, Server], list[str]], code: int, says: str
) -> None:
    """One sentence on stderr and the exit code of its kind; nothing is sent."""
    with serving() as server:
        done = load_run(plan, server.url, tmp_path / "run", *words(tmp_path, server))
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert server.requests == []


def test_limits_cut_the_plan(plan: Path, tmp_path: Path) -> None:
    """--max-ops sends the first operations of the plan only, and the run says that it was cut."""
    with serving() as server:
        done = load_run(plan, server.url, tmp_path / "run", "--max-ops", "50", "--json")
    told: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == 0
    assert (told["ended"], told["operations"]) == ("cut", 50)
    assert [each.op for each in history(tmp_path / "run")] == list(range(50))


@pytest.mark.slow  # a machine that is busy with other tests may take long to end locust
@pytest.mark.parametrize("how", [["--transport", "fast"], ["--transport", "epoll", "--processes", "2"]])
def test_an_interrupted_run_keeps_what_was_done(tmp_path: Path, how: list[str]) -> None:
    """Ctrl-C ends with 130; the history, the figures and the manifest of what was sent are complete."""
    plan = plan_folder(tmp_path / "plan", operations(20_000, every_ns=5_000_000))
    out = tmp_path / "run"
    words = ["load", "run", "--plan", str(plan), "--out", str(out), *how]
    with serving() as server:
        command = [sys.executable, str(ROOT / "mashang.py"), *words, "--target", server.url]
        with subprocess.Popen(
            command, env=ENGLISH, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            while len(server.requests) < 100:
                assert process.poll() is None, process.communicate()
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED, said
    manifest = read_manifest(out)
    assert manifest["ended"] == "interrupted"
    assert 100 <= manifest["exchanges"] == len(history(out)) < 20_000
    told = history(out)
    answered = {each.op for each in told if each.status}  # what was under way may not have reached the server
    assert len(answered) <= len(server.requests) <= len({each.op for each in told})


def limited_to(size_bytes: int) -> Callable[[], None]:
    """What a child process does first: no file of it grows beyond a size, as on a full disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))


def test_a_disk_that_fills_while_the_town_is_brought_ends_the_run(tmp_path: Path) -> None:
    """The command ends with one sentence, and no process of it stays behind."""
    town = [Operation(n, 0, "town.build", "officer:o", f"t{n}", {"n": n}, "t") for n in range(2_000)]
    plan = plan_folder(tmp_path / "plan", operations(10), town)
    words = ["load", "run", "--plan", str(plan), "--out", str(tmp_path / "run")]
    with serving() as server:
        command = [sys.executable, str(ROOT / "mashang.py"), *words, "--target", server.url]
        done = subprocess.run(
            command,
            env=ENGLISH,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            preexec_fn=limited_to(90_000),
        )
    assert (done.returncode, len(done.stderr.splitlines())) == (ExitCode.USAGE, 1), done.stderr
    assert "Nothing can be written to" in done.stderr
    assert not [each for each in Path("/proc").glob("[0-9]*/cmdline") if str(plan) in read_or_nothing(each)]


def read_or_nothing(path: Path) -> str:
    """A text of a process that may end while it is read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def test_plain_locust_works(plan: Path, tmp_path: Path) -> None:
    """`locust -f loadtests/locustfile.py -H URL` takes options and variables, writes csv and html, and ends."""
    words = [
        "-f",
        str(ROOT / "loadtests" / "locustfile.py"),
        "--headless",
        "--csv",
        str(tmp_path / "c"),
        "--html",
        str(tmp_path / "r.html"),
    ]
    environment = {
        **ENGLISH,
        "MASHANG_PLAN": str(plan),
        "MASHANG_TRANSPORT": "epoll",
        "MASHANG_OUT": str(tmp_path / "run"),
    }
    with serving() as server:
        command = [sys.executable, "-m", "locust", *words, "-H", server.url, "--lag-limit-ms", "100000"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(history(tmp_path / "run")) == 200
    assert KIND in (tmp_path / "r.html").read_text()
    assert (tmp_path / "c_stats.csv").is_file()


def test_locust_names_what_is_missing(tmp_path: Path) -> None:
    """Without a plan, plain locust ends with exit code 2 and our sentence in its log."""
    words = ["-m", "locust", "-f", str(ROOT / "loadtests" / "locustfile.py"), "--headless", "-H", "http://127.0.0.1:9"]
    done = subprocess.run(
        [sys.executable, *words], env=ENGLISH, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == ExitCode.USAGE, done.stderr
    assert "There is no plan in" in done.stderr
