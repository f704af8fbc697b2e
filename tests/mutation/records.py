"""Results of trials, one JSON line a function and sitting, in a file a subject.

    {"function": "engine/points/awards.py:draw", "source": "5f…", "revision": "2de41f8", "verdicts": "kkskt",
     "survivors": {"3": "if a < b: -> if a <= b:"}, "cpu_s": 1.2}

`verdicts` has a letter a mutant, in mutmut's order: k killed, t timed out, s survived, u unreached by any test that was
asked. Lines are only appended; the last line of a function counts, as long as its source is what it was.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "results"
REASONS = Path(__file__).parent / "reasons.json"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the mutants of a function."""

    function: str
    source: str
    revision: str
    verdicts: str
    survivors: dict[str, str] = field(default_factory=dict)
    cpu_s: float = 0.0


def written(subject: str, folder: Path = FOLDER) -> dict[str, Result]:
    """The last result of each function of a subject."""
    file = folder / f"{subject}.jsonl"
    if not file.exists():
        return {}
    lines = file.read_text("utf-8").splitlines()
    return {each.function: each for each in (Result(**json.loads(line)) for line in lines)}


def write(subject: str, result: Result, folder: Path = FOLDER) -> None:
    """Append a result."""
    folder.mkdir(exist_ok=True, parents=True)
    with (folder / f"{subject}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")


def reasons() -> dict[str, dict[str, str]]:
    """Why a survivor cannot be killed: by function and by change."""
    if not REASONS.exists():
        return {}
    read: dict[str, dict[str, str]] = json.loads(REASONS.read_text("utf-8"))
    return read
