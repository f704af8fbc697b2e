"""Idempotency: several operations or attempts under one key are one effect and one answer (H03, H04).

Which keys the plan uses more than once is found by a first look at it: a bitmap of hashes, so that a million keys cost
a few megabytes. Operations of such keys are held until the end of the history and become one call for each content.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from loadtests.audit.calls import Answer, Call
from loadtests.audit.findings import Audit, finding_of
from loadtests.audit.run_folder import RunFolder
from loadtests.operations import Operation

BITS = 1 << 26
KEY = re.compile(rb'"key":"([^"]+)"')
REFUNDED = re.compile(rb'"payment":"([^"]+)"')
RETENTION_S = 86_400
"""How long a key binds where the plan's policy does not say."""
WITHOUT_RECORD = {"FORBIDDEN", "OUT_OF_GRID", "UNAUTHENTICATED", "IDEMPOTENCY_MISMATCH", "CLOCK_REGRESSION"}
"""Rejections that are not kept under a key."""
MALFORMED = {"MALFORMED", "UNKNOWN_TYPE", "BAD_VERSION", "BAD_AMOUNT"}
NOT_KEPT = WITHOUT_RECORD | MALFORMED


class Outlook:
    """What a first look at the plan says: keys that it uses more than once, and purchases that it gives back."""

    def __init__(self, run: RunFolder) -> None:
        """Keys whose place in a bitmap is taken already are few; a second look counts these alone."""
        self.refunded: set[str] = set()
        seen, suspects = bytearray(BITS // 8), set()
        for lines in run.raw_operations():
            text = b"\n".join(lines)
            self.refunded.update(each.decode() for each in REFUNDED.findall(text))
            for key in KEY.findall(text):
                place = zlib.crc32(key) % BITS
                if seen[place >> 3] >> (place & 7) & 1:
                    suspects.add(key)
                else:
                    seen[place >> 3] |= 1 << (place & 7)
        counts: Counter[bytes] = Counter()
        for lines in run.raw_operations() if suspects else ():
            counts.update(key for key in KEY.findall(b"\n".join(lines)) if key in suspects)
        self.repeated = {key.decode(): count for key, count in counts.items() if count > 1}


class Groups:
    """Sorts calls: those of their own pass through, those of a shared key wait."""

    def __init__(
        self, repeated: Mapping[str, int], audit: Audit, retention_s: int = RETENTION_S, start_s: int | None = None
    ) -> None:
        """`repeated`: how often the plan uses a key that it uses several times; `retention_s`: how long it binds.

        `start_s` is the start of the plan: with it operations say the earliest instant at which they can be answered.
        """
        self._start_s = start_s
        self._repeated = repeated
        self._audit = audit
        self._retention_s = retention_s
        self._waiting: dict[str, list[Call]] = {}

    def through(self, calls: Iterable[Call]) -> Iterator[Call]:
        """Calls with one effect each, those of a shared key when the last of them came; findings go to the audit."""
        for call in calls:
            key = call.operation.key
            if key and key in self._repeated:
                group = self._waiting.setdefault(key, [])
                group.append(call)
                if len(group) == self._repeated[key]:
                    yield from self._by_kind(self._waiting.pop(key))
            else:
                if call.attempts:
                    self._attempts(call)
                yield call
        for group in self._waiting.values():
            yield from self._by_kind(group)

    def _by_kind(self, group: list[Call]) -> Iterator[Call]:
        """Keys of different kinds of actors are different keys."""
        for kind in dict.fromkeys(call.kind for call in group):
            mine = [call for call in group if call.kind == kind]
            self._mismatches(mine)
            self._outlived(mine)
            for lifetime in self._lifetimes(mine):
                yield from self._resolved(lifetime)

    def _outlived(self, group: list[Call]) -> None:
        """An answer that is older than a key can live must not come again: the key was free by then."""
        if self._start_s is None:
            return
        for call in group:
            told, at = call.operation.at_s, call.answer.at
            if told is None or at is None or not _kept(call.answer):
                continue
            self._audit.checked("conformance", "H04")
            if self._start_s + told >= at + self._retention_s:
                self._audit.found(finding_of("H04", "conformance", [call], "audit.seen.outlived", at=at))

    def _lifetimes(self, group: list[Call]) -> list[list[Call]]:
        """The calls of one life of the key each: when its retention is over, the same key is a new one (H03, H04).

        An answer without an instant belongs to the life before which no other has begun.
        """
        lives: list[list[Call]] = [[]]
        begins: int | None = None
        for call in group:
            at = call.answer.at if _kept(call.answer) else None
            if begins is not None and at is not None and at >= begins + self._retention_s:
                lives.append([])
                begins = at
            elif begins is None:
                begins = at
            lives[-1].append(call)
        return lives

    def _attempts(self, call: Call) -> None:
        """Attempts at one operation get one answer."""
        answers = [each.answer for each in call.attempts if _kept(each.answer)]
        for answer in answers[1:]:
            self._compare(call, answers[0], call, answer)

    def _compare(self, first: Call, one: Answer, second: Call, other: Answer) -> None:
        self._audit.checked("conformance", "H04")
        if _said(one) == _said(other):
            return
        twice = one.outcome == other.outcome == "ok" and one.n != other.n
        name = "H03" if twice and _is_of(first.operation, one) and _is_of(second.operation, other) else "H04"
        calls = [first, second] if first is not second else [first]
        finding = finding_of(name, "conformance", calls, "audit.seen.repeat", first=_short(one), second=_short(other))
        self._audit.found(finding)

    def _resolved(self, group: list[Call]) -> Iterator[Call]:
        """One call for each content of the key; at most one of them may have had an effect."""
        contents: dict[str, list[Call]] = {}
        for call in group:
            if call.attempts:
                self._attempts(call)
            if not _may_bind(call):
                continue
            contents.setdefault(_content(call), []).append(call)
        bound = {name: calls for name, calls in contents.items() if any(_kept(each.answer) for each in calls)}
        if len(bound) > 1:
            first, second = (next(each for each in calls if _kept(each.answer)) for calls in list(bound.values())[:2])
            self._audit.checked("conformance", "H04")
            seen = {"first": _short(first.answer), "second": _short(second.answer)}
            self._audit.found(finding_of("H04", "conformance", [first, second], "audit.seen.other_content", **seen))
        for calls in (bound or contents).values():
            yield from self._merged(calls)

    def _mismatches(self, group: list[Call]) -> None:
        """A mismatch needs another content under the key, in whichever of its lives."""
        kept = {_content(call) for call in group if _may_bind(call)}
        for call in group:
            if call.answer.code != "IDEMPOTENCY_MISMATCH":
                continue
            self._audit.checked("conformance", "H04")
            if not kept - {_content(call)}:
                self._audit.found(finding_of("H04", "conformance", [call], "audit.seen.no_other_content"))

    def _merged(self, calls: list[Call]) -> Iterator[Call]:
        """The effects of one content: one, unless answers say otherwise, which is a finding."""
        kept = [each for each in calls if _kept(each.answer)]
        invoked = min(each.invoked_ns for each in calls)
        if not kept:
            first = min(calls, key=lambda each: each.invoked_ns)
            yield Call(first.operation, invoked, None, first.answer)
            return
        for other in kept[1:]:
            self._compare(kept[0], kept[0].answer, other, other.answer)
        effects: dict[Any, list[Call]] = {}
        for each in kept:
            effects.setdefault(each.answer.n, []).append(each)
        for same in effects.values():
            returned = min(each.returned_ns for each in same if each.returned_ns is not None)
            yield Call(same[0].operation, min(invoked, returned), returned, same[0].answer)


def _may_bind(call: Call) -> bool:
    """Whether the call's answer may be what its key stands for."""
    return call.outcome != "not_done" and not (call.outcome == "rejected" and not _kept(call.answer))


def _kept(answer: Answer) -> bool:
    return answer.outcome == "ok" or (answer.outcome == "rejected" and answer.code not in NOT_KEPT)


def _said(answer: Answer) -> tuple[Any, ...]:
    return (answer.outcome, answer.code, answer.at, answer.n, answer.events, answer.view)


def _short(answer: Answer) -> str:
    return f"{answer.code or answer.outcome} (n={answer.n}, at={answer.at})"


def _is_of(operation: Operation, answer: Answer) -> bool:
    """True if an answer speaks of what was asked; one to another question shows no second effect of this one."""
    if type(answer.view) is not list or not answer.view:
        return True
    told = answer.view[0].get("data", {})
    return all(told.get(name, value) == value for name, value in operation.data.items() if type(value) in (int, str))


def _content(call: Call) -> str:
    operation = call.operation
    return f"{operation.type} {operation.actor} {sorted(operation.data.items())}"
