"""The record of the fault proxy, brought onto the clock of the run."""

import json
from pathlib import Path
from typing import Any

import pytest

from loadtests.audit import ReferenceWire
from loadtests.verdict.faults import ENDLESS, FaultWindow, read_faults
from loadtests.verdict.load_run import open_run
from loadtests.verdict.measured import measure
from tests.loadtests.verdict.runs import MadeRun
from wording import MashangError


def opened(window: int, at_s: float, kind: str = "delay") -> dict[str, Any]:
    """A window opens."""
    return {"fault": kind, "window": window, "active": True, "at_s": at_s}


def closed(window: int, at_s: float, kind: str = "delay") -> dict[str, Any]:
    """A window closes."""
    return {"fault": kind, "window": window, "active": False, "at_s": at_s}


def hit(window: int, at_s: float, key: str = "", kind: str = "delay") -> dict[str, Any]:
    """A request is hit."""
    line = {"fault": kind, "window": window, "number": 3, "at_s": at_s, "request": "POST /v1/a/b HTTP/1.1"}
    return line | ({"key": key} if key else {})


def written(path: Path, *lines: dict[str, Any]) -> Path:
    """A record."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_windows_are_paired_and_hits_counted(tmp_path: Path) -> None:
    """A window that opens twice is two; hits belong to the one that is open; what never closes has no end."""
    record = read_faults(
        written(
            tmp_path / "faults.jsonl",
            opened(0, 1.0),
            opened(1, 2.0, "reset"),
            hit(0, 2.5, "a"),
            hit(0, 2.6, "a"),
            closed(0, 3.0),
            opened(0, 5.0),
            hit(1, 5.5, kind="reset"),
            closed(0, 6.0),
        )
    )
    assert record.windows == [
        FaultWindow("delay", 1.0, 3.0, 2),
        FaultWindow("delay", 5.0, 6.0, 0),
        FaultWindow("reset", 2.0, ENDLESS, 1),
    ]
    assert record.hits == {"a": 2.5}


def test_the_clock_of_the_proxy_is_found_by_the_keys(tmp_path: Path) -> None:
    """The proxy saw the town's requests 100 s before: its windows move to where the requests that it hit were sent."""
    folder = MadeRun(seconds=20, rate=30).write(tmp_path / "run")
    keys = [hit(0, 100 + n / 30 + 0.001, f"k{n}") for n in range(150, 240) if n % 3 != 2]
    written(folder / "faults.jsonl", opened(0, 105.0), *keys, closed(0, 108.0), opened(1, 118.0))
    found = measure(open_run(folder), ReferenceWire()).faults
    starts, ends = [each.from_s for each in found], [each.to_s for each in found]
    assert starts == pytest.approx([5.0, 18.0], abs=0.01)
    assert ends == pytest.approx([8.0, 20.0], abs=0.1)
    assert found[0].hit == len(keys)


def test_a_record_beside_the_folder_is_read_too(tmp_path: Path) -> None:
    """Without a key that the plan knows the proxy's first request is the run's."""
    folder = MadeRun(seconds=20, rate=30).write(tmp_path / "run")
    record = written(tmp_path / "other.jsonl", opened(0, 5.0), hit(0, 5.5, "foreign"), closed(0, 8.0))
    (found,) = measure(open_run(folder, [record]), ReferenceWire()).faults
    assert [found.from_s, found.to_s] == pytest.approx([5.0, 8.0])


@pytest.mark.parametrize("line", [{"window": 1}, {"fault": "delay", "window": "x", "at_s": 1}, {"fault": 1, "at_s": 2}])
def test_what_is_no_record_is_refused(tmp_path: Path, line: dict[str, Any]) -> None:
    """A line that the proxy does not write ends with a sentence."""
    with pytest.raises(MashangError):
        read_faults(written(tmp_path / "faults.jsonl", line))
