"""One run with everything that a page can show, judged and written once; nobody changes it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loadtests.audit import ReferenceWire
from loadtests.verdict.gates import Gate
from loadtests.verdict.judging import Baselines, judge
from loadtests.verdict.load_run import open_run
from loadtests.verdict.measured import measure
from loadtests.verdict.writing import Outcome, write_verdict
from tests.loadtests.verdict.runs import LAG, MadeRun, bad_audit, finding, refused
from tests.report.page_reader import Page, read_page

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{ 7*7 }}|]]>\x0b"
GATES: list[dict[str, Any]] = [
    {"metric": "latency.due.p99", "max": "30ms"},
    {"metric": "latency.due.p99", "op": HOSTILE, "max": "30ms", "level": "warn"},
    {"metric": "latency.sent.p50", "op": "payments.*", "max": "1s", "window": "5s"},
    {"metric": "audit.violations", "max": 0},
    {"metric": "audit.unknown.ratio", "max": "1%"},
    {"metric": "generator.lag.p99", "max": "5ms"},
    {"metric": "errors.unexpected.ratio", "max": "50%"},
]


@dataclass(frozen=True)
class Written:
    """What was judged and where it lies."""

    outcome: Outcome
    folder: Path

    @property
    def page(self) -> Page:
        """The page, taken apart."""
        return read_page(self.folder / "report.html")

    def text(self, name: str) -> str:
        """A file."""
        return (self.folder / name).read_text(encoding="utf-8")


def judged(folder: Path, gates: list[dict[str, Any]]) -> Outcome:
    """A run folder under gates."""
    run = open_run(folder)
    measured = measure(run, ReferenceWire())
    baselines = Baselines(None, folder, ReferenceWire())
    return Outcome(run, measured, judge(run, measured, [Gate(**gate) for gate in gates], baselines))


def hostile_run() -> MadeRun:
    """Markup wherever a target, a plan or an audit can put text; refusals, timeouts, faults, and three findings."""
    answers: dict[int, tuple[int, Any, str]] = {n: (402, refused("POINTS_INSUFFICIENT", HOSTILE), "") for n in range(9)}
    answers |= {n: (422, refused(HOSTILE), "") for n in range(20, 24)}
    answers |= dict.fromkeys(range(40, 44), (0, None, "timeout")) | {50: (503, HOSTILE, ""), 51: (0, None, HOSTILE)}
    step = {"actor": HOSTILE, "f": HOSTILE, "value": {HOSTILE: HOSTILE}, "type": "ok", "result": HOSTILE}
    history = [{**step, "op": 4, "start": 10, "end": 30}]
    audit = bad_audit(
        finding(),
        finding(id=HOSTILE, key=HOSTILE, sentence=HOSTILE, text=HOSTILE, history=history, impossible=4),
        finding(layer="bounds", id="S14", text="audit.seen.bounds", values={"seen": HOSTILE}),
        finding(layer="conformance", id="CONTRACT", text="audit.problem.shape", values={}, history=[]),
    )
    return MadeRun(
        kinds=("payments.pay_purchase", HOSTILE, "read:points.balance"),
        answers=answers,
        unsent=frozenset({60}),
        faults=[
            {"fault": "delay", "window": 0, "active": True, "at_s": 15.0},
            {"fault": "delay", "window": 0, "number": 4, "at_s": 16.0, "request": "POST /", "key": "k180"},
            {"fault": HOSTILE, "window": 1, "active": True, "at_s": 19.0},
            {"fault": "delay", "window": 0, "active": False, "at_s": 17.0},
        ],
        manifest={"lag": LAG, "target": HOSTILE, "settings": {"transport": HOSTILE}, "ended": HOSTILE, "workers": []},
        audit=audit,
    )


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The outputs of the run above, the page opening in Chinese."""
    folder = hostile_run().write(tmp_path_factory.mktemp("verdict") / "run")
    scripts = folder / "audit" / "01-H03"
    scripts.mkdir()
    (scripts / "replay.sh").write_text(f"curl {HOSTILE}", encoding="utf-8")
    outcome = judged(folder, GATES)
    write_verdict(outcome, folder / "report", "en", "zh")
    return Written(outcome, folder / "report")


@pytest.fixture(scope="session")
def plain_run(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The outputs of a short run that nobody audited, the page opening in English."""
    folder = MadeRun(seconds=3, rate=40).write(tmp_path_factory.mktemp("verdict") / "plain")
    outcome = judged(folder, [{"metric": "latency.due.p99", "max": "1s"}])
    write_verdict(outcome, folder / "report", "zh", "en")
    return Written(outcome, folder / "report")
