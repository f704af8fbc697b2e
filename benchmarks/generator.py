"""The load generator: requests a client core-second, beside what else one would use, interleaved in one script.

    python benchmarks/generator.py [--rounds R] [--requests N] [--seconds S] [--connections C] [--json]

Every client sends a JSON POST of its own body to the same small server on loopback, over C keep-alive connections:
  http_user   a locust HttpUser with json=, as locust's first page shows it
  fast_user   a locust FastHttpUser, likewise
  fast        mashang load run, default transport: history on disk, histograms, every answer checked for completeness
  epoll       mashang load run, epoll transport, likewise
  wrk         wrk with a Lua body for each request, if it is on the machine
Core-seconds are user plus system time of the client: while it sends (locust counts itself from the start of its test to
its end), for wrk of the whole process. Compiling a plan into bytes happens before its operations are due.
Median of the rounds.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from loadtests.operations import Operation, write_operations

ROOT = Path(__file__).resolve().parent.parent

REQUIRED = {("fast", "http_user"): 3.0, ("epoll", "http_user"): 25.0, ("epoll", "wrk"): 0.5}
GOALS = {("epoll", "http_user"): 40.0, ("epoll", "fast_user"): 12.0, ("epoll", "wrk"): 0.75}
USER = """
import itertools, os, time
from locust import {base}, events, task
count = itertools.count()
class Buyer({base}):
    @task
    def buy(self):
        n = next(count)
        headers = {{"Authorization": "Bearer resident:per_%06d" % (n % 1000), "Idempotency-Key": "k%d" % n}}
        self.client.post("/v1/payments/pay_purchase", json={{"amount_fen": n, "merchant": "mer_1"}}, headers=headers)
began = []
@events.spawning_complete.add_listener
def begin(**_):
    began[:] = [time.process_time(), next(count)]
@events.test_stopping.add_listener
def end(environment, **_):
    print("measured", next(count) - began[1], time.process_time() - began[0], flush=True)
"""
LUA = """
local n = 0
request = function()
  n = n + 1
  wrk.headers["Authorization"] = string.format("Bearer resident:per_%06d", n % 1000)
  wrk.headers["Idempotency-Key"] = "k" .. n
  wrk.headers["Content-Type"] = "application/json"
  return wrk.format("POST", "/v1/payments/pay_purchase", nil, '{"amount_fen":' .. n .. ',"merchant":"mer_1"}')
end
"""


@dataclass(frozen=True)
class Bench:
    """What every client is told."""

    url: str
    folder: Path
    requests: int
    seconds: int
    connections: int

    def plan(self) -> Path:
        """A plan in which everything is due at once: as fast as it goes."""
        folder = self.folder / "plan"
        if not folder.exists():
            folder.mkdir()
            (folder / "plan.json").write_text("{}")
            write_operations(folder / "operations.jsonl.gz", map(purchase, range(self.requests)))
        return folder


def ran(words: list[str]) -> subprocess.CompletedProcess[str]:
    """One client, run to its end."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - commands of this file
    assert done.returncode == 0, done.stderr
    return done


def purchase(n: int) -> Operation:
    """One operation, the same as the baselines send."""
    body = {"amount_fen": n, "merchant": "mer_1"}
    return Operation(n, n, "payments.pay_purchase", f"resident:per_{n % 1000:06d}", f"k{n}", body, f"s{n % 1000}")


def locust_user(bench: Bench, base: str) -> float:
    """Requests a core-second of a locust user class."""
    path = bench.folder / f"{base}.py"
    path.write_text(USER.format(base=base))
    words = ["-f", str(path), "--headless", "-H", bench.url, "-u", str(bench.connections), "-r", str(bench.connections)]
    words += ["-t", f"{bench.seconds}s", "--only-summary"]
    done = ran([sys.executable, "-m", "locust", *words])
    found = re.search(r"^measured (\d+) ([\d.]+)$", done.stdout, re.MULTILINE)
    assert found, done.stderr
    return int(found[1]) / float(found[2])


def mashang(bench: Bench, transport: str) -> float:
    """Requests a core-second of `mashang load run`; every operation must be in the history with its answer."""
    out = bench.folder / "run"
    shutil.rmtree(out, ignore_errors=True)
    words = ["load", "run", "--plan", str(bench.plan()), "--target", bench.url, "--out", str(out), "--json"]
    words += ["--transport", transport]
    for setting in (f"connections={bench.connections}", "max_rate=100000000", "lag_limit_ms=100000000"):
        words += ["--with", setting]
    done = ran([sys.executable, str(ROOT / "mashang.py"), *words])
    (worker,) = json.loads(done.stdout)["workers"]
    assert worker["exchanges"] == worker["operations"] == bench.requests, worker
    with (out / "history-0.jsonl").open() as file:
        assert sum('"status":200,"body":{"status":"ok"' in line for line in file) == bench.requests
    return float(worker["exchanges"] / worker["cpu_s"])


def wrk(bench: Bench) -> float:
    """Requests a core-second of wrk."""
    path = bench.folder / "post.lua"
    path.write_text(LUA)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = ["wrk", "-t1", f"-c{bench.connections}", f"-d{bench.seconds}s", "-s", str(path), bench.url]
    done = ran(words)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = re.search(r"(\d+) requests in", done.stdout)
    assert found, done.stdout
    assert "Non-2xx" not in done.stdout
    return int(found[1]) / (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


CLIENTS: dict[str, Callable[[Bench], float]] = {
    "http_user": lambda bench: locust_user(bench, "HttpUser"),
    "fast_user": lambda bench: locust_user(bench, "FastHttpUser"),
    "fast": lambda bench: mashang(bench, "fast"),
    "epoll": lambda bench: mashang(bench, "epoll"),
    "wrk": wrk,
}


def measured(bench: Bench, rounds: int, names: list[str]) -> dict[str, list[float]]:
    """Rounds over all clients, one after the other; the fast transport gets a smaller part of the plan."""
    found: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names:
            found[name].append(CLIENTS[name](bench))
            print(
                f"  round {number + 1} {name:<10} {found[name][-1]:>9,.0f} requests/core-s", file=sys.stderr, flush=True
            )
    return found


def main() -> None:
    """Measure, print the table, and say whether what is required was reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=60_000)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    names = [name for name in CLIENTS if name != "wrk" or shutil.which("wrk")]
    if "wrk" not in names:
        print("wrk is left out: it is not on this machine (Debian: apt install wrk)", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder, stub_server() as url:
        bench = Bench(url, Path(folder), options.requests, options.seconds, options.connections)
        rounds = measured(bench, options.rounds, names)
    show(rounds, as_json=options.json)


@contextmanager
def stub_server(*words: str) -> Iterator[str]:
    """The server for the length of a measurement; gives its URL."""
    command = [sys.executable, str(ROOT / "benchmarks" / "targets" / "stub_server.py"), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own file
        assert server.stdout is not None
        try:
            scheme = "https" if "--cert" in words else "http"
            yield f"{scheme}://127.0.0.1:{server.stdout.readline().split()[1]}"
        finally:
            server.kill()


def show(rounds: dict[str, list[float]], *, as_json: bool) -> None:
    """The table, the ratios, and what was required."""
    medians = {name: statistics.median(values) for name, values in rounds.items()}
    ratios = {f"{a}/{b}": medians[a] / medians[b] for a, b in {**REQUIRED, **GOALS} if a in medians and b in medians}
    missed = [f"{a}/{b}" for (a, b), least in REQUIRED.items() if ratios.get(f"{a}/{b}", least) < least]
    if as_json:
        told = {"rounds": rounds, "medians": medians, "ratios": ratios, "missed": missed}
        print(json.dumps({**told, "python": platform.python_version()}, indent=1))
    else:
        for name, value in medians.items():
            each = " ".join(f"{value:>8,.0f}" for value in rounds[name])
            print(
                f"{name:<10} {value:>9,.0f} requests/core-s, {value / medians['http_user']:>5.1f} x http_user   {each}"
            )
        for (a, b), goal in GOALS.items():
            if f"{a}/{b}" in ratios:
                least = REQUIRED.get((a, b))
                print(f"{a}/{b}: {ratios[f'{a}/{b}']:.2f} (required {least}, goal {goal})")
    if missed:
        sys.exit(f"below what is required: {', '.join(missed)}")


if __name__ == "__main__":
    main()
