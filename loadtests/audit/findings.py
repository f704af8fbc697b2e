"""What an audit says: layers (checked, vacuous or not checkable and why), and violations with their evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from engine.invariants import BY_ID
from loadtests.audit.calls import Call
from loadtests.linearizability import Call as Step
from loadtests.operations import Operation

LayerName = Literal["conformance", "replay", "linearizability", "bounds", "conservation", "final_state"]
LAYERS: tuple[LayerName, ...] = get_args(LayerName)
CONTRACT = "CONTRACT"
CONTRACT_SENTENCE = "Each answer has the status, the shape and the codes that the target's contract declares."
OBJECT = "OBJECT"
OBJECT_SENTENCE = "An object answers as if what was done to it had been done one after the other."
SENTENCES = {CONTRACT: CONTRACT_SENTENCE, OBJECT: OBJECT_SENTENCE}
Status = Literal["checked", "vacuous", "not_checkable"]
TELLING = (
    "H03", "H04", "S02", "T05", "T04", "T10", "T07", "T08", "T09", "S08", "S09", "S10", "S11", "T22", "S21", "S20",
    "T01", "S06", "S13", "S05", "H10", "H07", "H05", "H01", "T03", "H02", "S14", "H14", "H12", "H06", OBJECT, CONTRACT,
)  # fmt: skip
"""Invariants in the order in which findings are shown: what says precisely what is wrong stands first."""
AT_THE_DOOR = ("H03", "H04")
UNNAMED = "H06"
WATCHED, REPLAYED = "audit.seen.invariant", "audit.seen.engine"
ORDERED = (WATCHED, REPLAYED)
"""Texts of what is found record by record: by an invariant of the platform, and by the engine."""
SHOWN = 20
"""Violations of one invariant in one layer that are kept with their evidence; the others are counted."""


@dataclass(slots=True)
class Finding:
    """One violation. `steps` is the shortest history that shows it, `impossible` the step no order reaches.

    `text` and `values` say what was seen (an id of wording), `operations` are what a script repeats; where they have to
    be looked up in the plan, `also` has their numbers.
    """

    id: str
    layer: LayerName
    key: str
    text: str
    values: dict[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    impossible: Step | None = None
    begin: Any = None
    explanations: Sequence[tuple[str, int]] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    expected: Any = None
    also: list[int] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The invariant in English; wording has it in Chinese."""
        return BY_ID[self.id].sentence if self.id in BY_ID else SENTENCES[self.id]


@dataclass(slots=True)
class Layer:
    """What one layer looked at. `reason` is an id of wording; `unknown` counts what could not be settled."""

    name: LayerName
    checked: int = 0
    reason: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    unknown: int = 0

    @property
    def status(self) -> Status:
        """Checked if anything was compared; without, vacuous, or not checkable for a reason."""
        if self.checked:
            return "checked"
        return "not_checkable" if self.reason else "vacuous"


@dataclass(slots=True)
class Audit:
    """The whole verdict. `invariants` counts by id how often one was compared."""

    layers: dict[LayerName, Layer] = field(default_factory=lambda: {name: Layer(name) for name in LAYERS})
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    invariants: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    town_refused: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def checked(self, layer: LayerName, name: str, count: int = 1) -> None:
        """An invariant was compared in a layer."""
        self.layers[layer].checked += count
        self.invariants[name] += count

    def found(self, finding: Finding) -> None:
        """A violation; its evidence is kept unless there is much of the same already."""
        self.counts[finding.id] += 1
        if sum(each.id == finding.id and each.layer == finding.layer for each in self.findings) < SHOWN:
            self.findings.append(finding)

    def sort(self) -> None:
        """The most telling findings first: causes before what follows from them.

        A second effect under a key stands before all. Then comes what went wrong first in the order of the target's
        records: the first event that breaks an invariant, or the first answer that is not the engine's.
        """
        ordered = [each for each in self.findings if each.text in ORDERED and "n" in each.values]
        ordered.sort(key=lambda each: (each.values["n"], each.id == UNNAMED))
        self.findings.sort(key=lambda each: self._rank(each, ordered[:1]))

    @staticmethod
    def _rank(finding: Finding, first: list[Finding]) -> int:
        place = TELLING.index(finding.id) if finding.id in TELLING else len(TELLING) // 2
        if finding.id in AT_THE_DOOR and finding.layer == "conformance":
            return place - len(TELLING)
        return -1 if first and finding is first[0] else place

    @property
    def violated(self) -> bool:
        """True if anything was found."""
        return bool(self.counts)

    @property
    def unknown(self) -> int:
        """What could not be settled, over all layers."""
        return sum(layer.unknown for layer in self.layers.values())


def step_of(call: Call, shown: Any = None) -> Step:
    """A call as a bar of a timeline."""
    operation, answer = call.operation, call.answer
    kind = {"ok": "ok", "rejected": "fail"}.get(call.outcome, "info")
    result = answer.code if kind == "fail" else shown
    name = operation.type.partition(".")[2] if not operation.is_read else operation.type
    end = call.returned_ns if kind != "info" else None
    return Step(name, _said(operation), call.invoked_ns, end, kind, result, None, operation.actor, operation.n)  # type: ignore[arg-type]


def _said(operation: Operation) -> dict[str, Any]:
    return {name: value for name, value in operation.data.items() if value is not None}


def finding_of(name: str, layer: LayerName, calls: Sequence[Call], text: str, **values: Any) -> Finding:
    """A violation that a few calls show as they stand; the last one is the impossible one."""
    steps = [step_of(each, values.get("seen") if each is calls[-1] else None) for each in calls]
    operations = [each.operation for each in calls]
    key = operations[-1].shard if operations else ""
    return Finding(name, layer, key, text, values, steps, steps[-1] if steps else None, None, [], operations)
