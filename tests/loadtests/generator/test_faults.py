"""The fault proxy: what it does to whom, that it is the same for the same seed, and what it writes down."""

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from loadtests.generator.fault_plan import FaultPlan, Window, fault_plan_from
from tests.forked import Forked, forked
from tests.loadtests.generator.runs import Run, operations
from tests.loadtests.generator.servers import REPLY, in_pieces, saying, serving
from wording import ExitCode, MashangError

CHUNKED_REPLY = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"


def proxy_command(folder: Path, url: str, plan: dict[str, Any]) -> list[str]:
    """The command line of a proxy."""
    (folder / "faults.yaml").write_text(yaml.safe_dump(plan))
    words = [
        "load",
        "faults",
        "--to",
        url,
        "--plan",
        str(folder / "faults.yaml"),
        "--out",
        str(folder / "faults.jsonl"),
    ]
    return [*words, "--lang", "en"]


@contextmanager
def proxied(folder: Path, url: str, *windows: dict[str, Any]) -> Iterator[str]:
    """A proxy in a process of its own; gives its URL."""
    command = proxy_command(folder, url, {"seed": 3, "windows": list(windows)})
    with Forked(tuple(command), environment=os.environ) as process:
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found, process.stderr.read()
        try:
            yield found[0]
        finally:
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=20)
        assert (process.returncode, said) == (0, "")


def record(folder: Path) -> list[dict[str, Any]]:
    """What the proxy wrote down."""
    return [json.loads(line) for line in (folder / "faults.jsonl").read_text().splitlines()]


def hits(folder: Path) -> list[dict[str, Any]]:
    """The requests that were hit."""
    return [each for each in record(folder) if "number" in each]


@pytest.mark.parametrize("habit", [saying(REPLY), saying(CHUNKED_REPLY), in_pieces(REPLY, 9)])
def test_without_harm_everything_passes(tmp_path: Path, habit: object) -> None:
    """Requests and answers pass unchanged, chunked or in pieces, where no window is open."""
    assert callable(habit)
    with serving(habit) as server, proxied(tmp_path, server.url, {"kind": "reset", "from_s": 1000}) as url:
        run = Run(url, operations(20), tmp_path)
    assert run.statuses() == [(n, 1, 200, "") for n in range(20)]
    assert len(server.requests) == 20
    assert hits(tmp_path) == []


def test_a_duplicate_reaches_the_server_twice(tmp_path: Path) -> None:
    """The server gets the same request twice, the client one answer, and the record says whose it was."""
    with serving() as server, proxied(tmp_path, server.url, {"kind": "duplicate"}) as url:
        run = Run(url, operations(3), tmp_path)
    assert run.statuses() == [(n, 1, 200, "") for n in range(3)]
    assert len(server.requests) == 6
    assert sorted(each["key"] for each in hits(tmp_path)) == ["k0", "k1", "k2"]
    assert {each["request"] for each in hits(tmp_path)} == {"POST /v1/payments/pay_purchase HTTP/1.1"}


def test_a_dropped_reply_leaves_the_client_waiting(tmp_path: Path) -> None:
    """The server has done it, the client hears nothing and times out."""
    with serving() as server, proxied(tmp_path, server.url, {"kind": "drop_reply"}) as url:
        run = Run(url, operations(2), tmp_path, timeout_s=0.3, tries=2)
    assert run.statuses() == [(n, attempt, 0, "timeout") for n in range(2) for attempt in (1, 2)]
    assert len(server.requests) == 4


@pytest.mark.parametrize(("when", "came"), [("before", 0), ("after", 2)])
def test_a_reset_comes_before_or_after(tmp_path: Path, when: str, came: int) -> None:
    """A reset before the server has the request loses it; one after loses only the answer."""
    with serving() as server, proxied(tmp_path, server.url, {"kind": "reset", "when": when}) as url:
        run = Run(url, operations(2), tmp_path, tries=1)
    assert run.statuses() == [(n, 1, 0, "reset") for n in range(2)]
    assert len(server.requests) == came


def test_a_delay_holds_the_answer_back(tmp_path: Path) -> None:
    """Each answer is later by the delay at least; the instants are those of the history."""
    with serving() as server, proxied(tmp_path, server.url, {"kind": "delay", "ms": 120}) as url:
        run = Run(url, operations(3), tmp_path)
    assert all(each.done_ns - each.sent_ns >= 120_000_000 for each in run.exchanges)


def test_windows_are_written_down(tmp_path: Path) -> None:
    """The record says when each window opened and closed, in the order of time."""
    window = {"kind": "duplicate", "to_s": 0.2, "match": "/pay_"}
    with serving() as server, proxied(tmp_path, server.url, window) as url:
        run = Run(url, operations(2, every_ns=500_000_000), tmp_path)
    assert run.statuses() == [(n, 1, 200, "") for n in range(2)]
    told = record(tmp_path)
    assert [each["active"] for each in told if "active" in each] == [True, False]
    assert [each["number"] for each in hits(tmp_path)] == [0]
    assert [each["at_s"] for each in told] == sorted(each["at_s"] for each in told)


@given(st.integers(0, 100), st.floats(0, 1))
def test_what_is_hit_depends_on_the_seed_only(seed: int, share: float) -> None:
    """The same seed hits the same requests, in about the share that the window says."""
    plan = FaultPlan(seed=seed, windows=(Window(kind="duplicate", share=share),))
    hit = [plan.hit(number, 0, "/") is not None for number in range(400)]
    assert hit == [plan.hit(number, 99, "/x") is not None for number in range(400)]
    assert abs(sum(hit) / 400 - share) < 0.15


BAD = [
    ("windows: []", "windows"),
    ("windows: [{kind: flood}]", "windows.0.kind"),
    ("windows: [{kind: reset, share: 2}]", "windows.0.share"),
    ("windows: [{kind: delay}]", "a delay needs it"),
    ("windows: [{kind: reset, ms: 5}]", "ms belongs to a delay"),
    ("windows: [{kind: reset, from_s: 5, to_s: 5}]", "to_s must be later"),
    ("windows: [{kind: reset}]\nsed: 1", "sed"),
    ("{", "flow"),
    ("", "valid"),
]


@pytest.mark.parametrize(("text", "says"), BAD)
def test_a_bad_plan_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    """Content that is no plan of faults is refused in a sentence that names the place."""
    (tmp_path / "f.yaml").write_text(text)
    with pytest.raises(MashangError) as caught:
        fault_plan_from(tmp_path / "f.yaml")
    assert caught.value.exit_code is ExitCode.CONTENT
    assert says in str(caught.value.values["problem"])


def test_a_record_is_never_overwritten(tmp_path: Path) -> None:
    """A file that is there already is refused with exit code 2 and one sentence."""
    (tmp_path / "faults.jsonl").write_text("precious")
    command = proxy_command(tmp_path, "http://127.0.0.1:9", {"windows": [{"kind": "reset"}]})
    done = forked(*command, environment=os.environ)
    assert done.returncode == ExitCode.USAGE
    assert done.stderr.count("\n") == 1
    assert (tmp_path / "faults.jsonl").read_text() == "precious"
