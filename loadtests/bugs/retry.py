"""Bugs of retries: what a platform does with a request that it has had before."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

from loadtests.bugs.bug import Bug
from loadtests.bugs.patching import replaced, wrapped

FIND, KEEP = "engine.kernel.idempotency.Keys.find", "engine.kernel.idempotency.Keys.keep"
AGAIN = "engine.kernel.engine.Engine._again"
ONCE, SAME = ("H03", "H04"), ("H04", "H03")


def _only_accepted(right: Any, keys: Any, outcome: Any) -> None:
    if outcome.ok:
        right(keys, outcome)


def _kept_for(change_s: int, factor: int = 1) -> Any:
    """Keys bind for another time than the policy promises: a `factor`th of it, and some seconds more."""

    def find(keys: Any, kind: str, key: str, at: int) -> Any:
        for generation in keys._generations:  # noqa: SLF001 - the bug is in there
            found = generation.answers[kind].get(key)
            if found is not None:
                kept_s = generation.retention_s // factor + change_s
                return found if max(at, keys._district.at) < found.by.at + kept_s else None  # noqa: SLF001
        return None

    return find


def _first_answer(_engine: Any, _by: Any, known: Any) -> Any:
    return known


def _same_type(right: Any, engine: Any, by: Any, known: Any) -> Any:
    """Only the kind of command is compared, not what it asks for."""
    return known if type(by.command) is type(known.by.command) and by.who == known.by.who else right(engine, by, known)


def _mismatch_after_rejection(right: Any, engine: Any, by: Any, known: Any) -> Any:
    """A repeat of what was rejected is taken for other content."""
    if known.ok:
        return right(engine, by, known)
    mismatch = resolve_name("engine.kernel.rejection.IDEMPOTENCY_MISMATCH")
    return type(known)(by, mismatch, 0, engine.seq)


def _posted_again(right: Any, engine: Any, by: Any, known: Any) -> Any:
    """The answer is the old one, and the ledger moves once more."""
    found = right(engine, by, known)
    if found is known:
        for event in known.events:
            engine.district.ledger.post(event.postings())
    return found


def _tried_again(right: Any, engine: Any, by: Any, known: Any) -> Any:
    """A repeat of a rejected command is decided again, and accepted if it is possible by now."""
    if known.ok or known.by.command != by.command:
        return right(engine, by, known)
    return engine._decide(by)  # noqa: SLF001 - the bug is in there


def _numbered_now(right: Any, engine: Any, by: Any, known: Any) -> Any:
    """A repeat is answered with the instant of the repeat."""
    found = right(engine, by, known)
    if found is not known:
        return found
    later = resolve_name("dataclasses.replace")(known.by, at=max(by.at, engine.district.at))
    return resolve_name("copy.copy")(known) if later.at == known.by.at else _copied(known, later)


def _copied(known: Any, later: Any) -> Any:
    copied = resolve_name("copy.copy")(known)
    copied.by = later
    return copied


def _by_hour(right: Any, keys: Any, kind: str, key: str, at: int) -> Any:
    """A process is exchanged every six hours, and takes its memory of keys along."""
    found = right(keys, kind, key, at)
    if found is not None and found.by.at // 21_600 != max(at, keys._district.at) // 21_600:  # noqa: SLF001
        return None
    return found


BUGS = (
    Bug("keys-forgotten", "retry", ONCE, "A repeat is carried out once more.", replaced(FIND, lambda *_: None)),
    Bug(
        "keys-of-rejections-forgotten",
        "retry",
        SAME,
        "Only accepted commands are remembered, so a repeated rejection may be accepted later.",
        wrapped(KEEP, _only_accepted),
    ),
    Bug(
        "keys-a-second-longer",
        "retry",
        ("H04", "H03", "H06"),
        "A key still binds in the second in which its life is over.",
        replaced(FIND, _kept_for(1)),
    ),
    Bug(
        "keys-a-second-shorter",
        "retry",
        ONCE,
        "A key is free one second before its life is over.",
        replaced(FIND, _kept_for(-1)),
    ),
    Bug(
        "keys-half-a-life", "retry", ONCE, "Keys bind half as long as promised.", replaced(FIND, _kept_for(0, factor=2))
    ),
    Bug(
        "keys-lost-at-the-change-of-shift",
        "retry",
        ONCE,
        "Every six hours another process takes over, without the keys.",
        wrapped(FIND, _by_hour),
    ),
    Bug(
        "other-content-gets-the-first-answer",
        "retry",
        SAME,
        "What comes under a known key is answered as the first, whatever it asks for.",
        replaced(AGAIN, _first_answer),
    ),
    Bug(
        "fingerprint-without-amounts",
        "retry",
        SAME,
        "Of a repeat only the kind of command and the person are compared.",
        wrapped(AGAIN, _same_type),
    ),
    Bug(
        "repeated-rejection-is-a-mismatch",
        "retry",
        SAME,
        "A repeat of a rejected command is answered as other content.",
        wrapped(AGAIN, _mismatch_after_rejection),
    ),
    Bug(
        "repeat-posts-again",
        "retry",
        ("H05", "S02", "H10", "S14", "H03", "S03", "T14"),
        "A repeat gets the old answer, and the ledger moves a second time.",
        wrapped(AGAIN, _posted_again),
    ),
    Bug(
        "repeat-of-a-rejection-is-decided",
        "retry",
        SAME,
        "A repeat of a rejected command is decided anew.",
        wrapped(AGAIN, _tried_again),
    ),
    Bug(
        "repeat-has-another-instant",
        "retry",
        SAME,
        "The answer to a repeat says the instant of the repeat.",
        wrapped(AGAIN, _numbered_now),
    ),
)
