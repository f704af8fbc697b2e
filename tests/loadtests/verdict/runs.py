"""Load runs made up for tests: a plan and a history with latencies from a seed, manifest, faults and an audit."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from loadtests.operations import Operation, write_operations

SECOND = 1_000_000_000
MILLISECOND = 1_000_000
KINDS = ("payments.pay_purchase", "points.grant_award", "read:points.balance")
OK_COMMAND = {"status": "ok", "at": 9, "n": 3, "policy": 1, "events": [7, 7], "view": [{"type": "x", "data": {}}]}
OK_READ = {"at": 9, "n": 3, "value": {"available": 1}}
LAG = {"count": 900, "p50_ms": 0.02, "p90_ms": 0.1, "p95_ms": 0.2, "p99_ms": 0.8, "p99.9_ms": 1.4, "max_ms": 2.0}
Waits = Callable[[int, float], float]
"""Milliseconds that an operation waits before it is sent, by its number and due second."""


def refused(code: str, message: str = "no") -> dict[str, Any]:
    """The body of a refusal."""
    error = {"type": "x", "code": code, "message": message, "retryable": False, "request_id": "r", "at": 9, "n": 3}
    return {"error": error}


@dataclass
class MadeRun:
    """What the run is like; `answers` says the status, body and fault of operations that do not simply succeed."""

    seconds: float = 30.0
    rate: float = 30.0
    seed: int = 1
    median_ms: float = 20.0
    spread: float = 0.3
    kinds: tuple[str, ...] = KINDS
    waits: Waits = lambda _n, _at: 0.0
    answers: dict[int, tuple[int, Any, str]] = field(default_factory=dict)
    unsent: frozenset[int] = frozenset()
    manifest: dict[str, Any] | None = field(default_factory=lambda: {"lag": LAG, "ended": "done", "valid": True})
    faults: list[dict[str, Any]] = field(default_factory=list)
    audit: dict[str, Any] | None = None
    speed: float = 1.0
    intent: str = "day"

    def write(self, folder: Path) -> Path:
        """The run folder."""
        folder.mkdir(parents=True)
        luck = np.random.default_rng(self.seed)
        count = int(self.seconds * self.rate)
        service_ms = self.median_ms * np.exp(self.spread * luck.standard_normal(count))
        operations, lines = [], []
        for n in range(count):
            kind, due = self.kinds[n % len(self.kinds)], int(n / self.rate * SECOND)
            key = "" if kind.startswith("read:") else f"k{n}"
            operations.append(Operation(n, due, kind, f"resident:per_{n % 7}", key, {}, f"s{n % 7}", self.intent))
            if n not in self.unsent:
                lines.append(self._line(operations[-1], int(due / self.speed), float(service_ms[n])))
        write_operations(folder / "operations.jsonl.gz", operations)
        (folder / "plan.json").write_text(json.dumps({"operations": count, "seed": 4}), encoding="utf-8")
        for worker in range(2):
            mine = [json.dumps(line, separators=(",", ":")) for line in lines if line["op"] % 2 == worker]
            text = "\n".join([json.dumps({"mashang": "history", "version": 1}), *mine]) + "\n"
            (folder / f"history-{worker}.jsonl").write_text(text, encoding="utf-8")
        self._beside(folder)
        return folder

    def _line(self, operation: Operation, due: int, service_ms: float) -> dict[str, Any]:
        sent = due + int(self.waits(operation.n, due / SECOND) * MILLISECOND)
        ok = OK_READ if operation.is_read else OK_COMMAND
        status, body, fault = self.answers.get(operation.n, (200, ok, ""))
        done = sent + int(service_ms * MILLISECOND)
        line = {"op": operation.n, "try": 1, "due": due, "sent": sent, "done": done, "status": status, "body": body}
        return line | ({"fault": fault} if fault else {})

    def _beside(self, folder: Path) -> None:
        if self.manifest is not None:
            (folder / "manifest.json").write_text(json.dumps(self.manifest), encoding="utf-8")
        if self.faults:
            text = "".join(json.dumps(fault) + "\n" for fault in self.faults)
            (folder / "faults.jsonl").write_text(text, encoding="utf-8")
        if self.audit is not None:
            (folder / "audit").mkdir()
            (folder / "audit" / "audit.json").write_text(json.dumps(self.audit), encoding="utf-8")


def clean_audit(checked: int = 1000, unknown: int = 0) -> dict[str, Any]:
    """An audit that found nothing: one layer saw everything, the others nothing."""
    names = ("conformance", "replay", "linearizability", "bounds", "conservation", "final_state")
    layers = [
        {
            "name": name,
            "status": "vacuous",
            "checked": 0,
            "unknown": 0,
            "reason": "",
            "cpu_s": 0.0,
        }
        for name in names
    ]
    layers[0] |= {"status": "checked", "checked": checked, "unknown": unknown}
    layers[5] |= {"status": "not_checkable", "reason": "audit.reason.no_export"}
    invariants = [
        {"id": "H03", "sentence": "One effect a key.", "level": "A0", "status": "checked", "checked": checked}
    ]
    return {
        "audit": 1,
        "verdict": "ok",
        "calls": {},
        "layers": layers,
        "cheap_cpu_s": 0.1,
        "invariants": invariants,
        "violations": {},
        "findings": [],
    }


def finding(text: str = "audit.seen.repeat", **changed: Any) -> dict[str, Any]:
    """A violation of the rule of one effect a key."""
    step = {"actor": "resident:per_1", "f": "pay_purchase", "value": {"points": 5}, "type": "ok", "result": "pay_1"}
    return {
        "id": "H03",
        "sentence": "One effect a key.",
        "layer": "linearizability",
        "key": "resident:per_1",
        "text": text,
        "values": {"first": "pay_1", "second": "pay_2"},
        "begin": None,
        "history": [{**step, "op": 4, "start": 10, "end": 30}, {**step, "op": 9, "start": 20, "end": None}],
        "impossible": 9,
        "explanations": [{"why": "twice", "op": 4}],
        "operations": [4, 9],
        "expected": None,
        **changed,
    }


def bad_audit(*findings: dict[str, Any]) -> dict[str, Any]:
    """An audit with findings."""
    made = clean_audit()
    listed = list(findings) or [finding()]
    made["findings"] = listed
    made["violations"] = {each["id"]: sum(other["id"] == each["id"] for other in listed) for each in listed}
    made["verdict"] = "violation"
    return made
