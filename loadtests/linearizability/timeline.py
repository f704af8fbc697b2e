"""A few calls drawn as bars over time: as text for a terminal, as SVG for a page.

Time is drawn by rank: each instant at which something starts or ends is one step, so that microseconds beside minutes
can be read. The bar of a call that never answered is open at its end. The impossible call is marked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from loadtests.linearizability.calls import Call

MOST_CALLS = 24
LABEL_CHARACTERS = 46
STEP_CHARACTERS = 3
STEP, ROW, LABEL_WIDTH, MARGIN = 26, 26, 330, 10
STYLE = (
    ".call{fill:#d8e3ee;stroke:#5b7083}.lost{stroke-dasharray:4 3}.bad{fill:#f6d5d0;stroke:#b23a2a}"
    "text{font:12px ui-monospace,monospace;fill:#1f2d3a}.bad-text{fill:#8f2416;font-weight:bold}.rule{stroke:#e4e9ee}"
)


def label(call: Call) -> str:
    """What was asked and answered, on one line."""
    asked = f"{call.f} {_short(call.value)}" if call.value is not None else call.f
    if call.type == "info":
        return f"{asked} → ?"
    if call.type == "fail":
        return f"{asked} → ✗ {_short(call.result)}" if call.result is not None else f"{asked} → ✗"
    return f"{asked} → {_short(call.result)}" if call.result is not None else f"{asked} → ok"


def _short(found: object) -> str:
    if isinstance(found, dict):
        return " ".join(f"{name}={_short(value)}" for name, value in found.items())
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _rows(calls: Sequence[Call], impossible: Call | None) -> tuple[list[Call], dict[int, int]]:
    """The calls to draw, by their start: the last ones if they are many; and the step of each instant."""
    ordered = sorted(calls, key=lambda call: call.start)
    shown = ordered[-MOST_CALLS:]
    if impossible is not None and not any(each is impossible for each in shown):
        shown = [impossible, *shown[1:]]
    instants = sorted({call.start for call in shown} | {call.end for call in shown if call.end is not None})
    return shown, {instant: step for step, instant in enumerate(instants)}


def timeline_text(calls: Sequence[Call], impossible: Call | None = None) -> list[str]:
    """One line a call: who, what, and its bar."""
    shown, steps = _rows(calls, impossible)
    wide = min(LABEL_CHARACTERS, max((len(label(call)) for call in shown), default=0))
    who = max((len(str(call.process)) for call in shown), default=0)
    lines = []
    for call in shown:
        text = label(call)
        text = text if len(text) <= wide else f"{text[: wide - 1]}…"
        mark = "  ◀" if call is impossible else ""
        lines.append(f"{call.process!s:>{who}}  {text:<{wide}}  {_bar(call, steps)}{mark}")
    return lines


def _bar(call: Call, steps: dict[int, int]) -> str:
    first = steps[call.start] * STEP_CHARACTERS
    if call.end is None:
        return " " * first + "├" + "─" * (len(steps) * STEP_CHARACTERS - first) + "…"
    return " " * first + "├" + "─" * max(0, steps[call.end] * STEP_CHARACTERS - first - 1) + "┤"


def timeline_svg(calls: Sequence[Call], impossible: Call | None = None) -> str:
    """A picture for a page, complete in itself; its texts are what was asked and answered."""
    shown, steps = _rows(calls, impossible)
    width = LABEL_WIDTH + STEP * (len(steps) + 1) + 2 * MARGIN
    height = ROW * len(shown) + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f"<style>{STYLE}</style>",
    ]
    for row, call in enumerate(shown):
        parts += _drawn(call, MARGIN + ROW * row, steps, bad=call is impossible)
    return "".join([*parts, "</svg>"])


def _drawn(call: Call, top: int, steps: dict[int, int], *, bad: bool) -> list[str]:
    x = MARGIN + LABEL_WIDTH + STEP * steps[call.start]
    last = steps[call.end] if call.end is not None else len(steps)
    width = max(STEP // 2, STEP * (last - steps[call.start]))
    kind = " ".join(["call", *(["lost"] if call.end is None else []), *(["bad"] if bad else [])])
    text = f"{call.process}  {label(call)}"
    short = text if len(text) <= LABEL_CHARACTERS else f"{text[: LABEL_CHARACTERS - 1]}…"
    middle = top + ROW // 2 + 4
    style = ' class="bad-text"' if bad else ""
    box = f'x="{x}" y="{top + 4}" width="{width}" height="{ROW - 9}" rx="3"'
    return [
        f'<line class="rule" x1="{MARGIN}" y1="{top + ROW}" x2="{x + width}" y2="{top + ROW}"/>',
        f'<text x="{MARGIN}" y="{middle}"{style}>{escape(short)}</text>',
        f'<rect class="{kind}" {box}><title>{escape(text)}</title></rect>',
    ]
