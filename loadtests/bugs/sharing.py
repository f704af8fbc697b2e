"""Bugs of what requests share: caches, replicas, counters that are written one over the other, answers mixed up."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

from loadtests.bugs.bug import Bug, Patches
from loadtests.bugs.patching import DESK, batch_memory, wrapped

PAY = "engine.payments.purchases.PayPurchase.decide"
GRANT, USE = "engine.points.awards.GrantAward.decide", "engine.district.evidence.Evidence.use"
REFUND = "engine.payments.refunds.RefundPurchase.decide"


def _cached(patches: Patches) -> None:
    """Every other question is answered from a cache that purchases do not clear."""
    cache: dict[Any, Any] = {}
    counts = {"asked": 0}

    def read(right: Any, *given: Any) -> Any:
        district, kind, asked, *_ = given
        name = kind.name, repr(asked)
        counts["asked"] += 1
        at, found = cache.get(name, (-1, None))
        if found is not None and counts["asked"] % 2 and district.at - at < 3_600:  # noqa: PLR2004 - an hour
            return found
        found = right(*given)
        cache[name] = district.at, found
        return found

    wrapped("loadtests.reference.desk.read_at", read)(patches)


def _replica(patches: Patches, memory: dict[Any, Any]) -> None:
    """Balances are read from a replica that is a batch behind, under the number of now."""
    last: dict[Any, Any] = {}

    def read(right: Any, *given: Any) -> Any:
        _, kind, asked, *_ = given
        name = kind.name, repr(asked)
        found = right(*given)
        shown = last.get(name, found)
        memory[name] = True
        last[name] = found
        return shown

    wrapped("loadtests.reference.desk.read_at", read)(patches)


def _torn(patches: Patches) -> None:
    """Of a balance the debt is read in a second step, after the next writes."""
    last: dict[Any, Any] = {}

    def read(right: Any, *given: Any) -> Any:
        _, kind, asked, *_ = given
        found = right(*given)
        if kind.name != "points.balance":
            return found
        before = last.get(repr(asked), found)
        last[repr(asked)] = dict(found)
        return {**found, "available": before["available"]}

    wrapped("loadtests.reference.desk.read_at", read)(patches)


def _numbers_twice(patches: Patches, memory: dict[Any, Any]) -> None:
    """Two commands of a batch are answered with one number."""

    def say(right: Any, *given: Any) -> Any:
        answer = right(*given)
        if answer.status == 200 and memory.get("n") is not None and not answer.replayed:  # noqa: PLR2004 - OK
            found = memory.pop("n")
            now = resolve_name("json.loads")(answer.text)
            answer.text = resolve_name("json.dumps")({**now, "n": found})
        elif answer.status == 200 and not answer.replayed:  # noqa: PLR2004 - OK
            memory["n"] = resolve_name("json.loads")(answer.text)["n"]
        return answer

    wrapped(f"{DESK}.say", say)(patches)


def _mixed_up(patches: Patches, memory: dict[Any, Any]) -> None:
    """A connection gets the answer to the request before it in the batch, if both asked for the same kind of thing."""

    def say(right: Any, desk: Any, said: Any) -> Any:
        answer = right(desk, said)
        kind = type(said.command)
        before = memory.get(kind)
        memory[kind] = answer
        return before if before is not None and len(memory) % 3 == 0 else answer

    wrapped(f"{DESK}.say", say)(patches)


def _owed_lost(patches: Patches, memory: dict[Any, Any]) -> None:
    """Two purchases of a batch at one merchant: what is owed to the merchant grows by one of them."""
    account = resolve_name("engine.district.ledger.MER")
    kind = resolve_name("engine.kernel.event.EVENTS")["payments.purchase_paid"]

    def apply(right: Any, event: Any, district: Any) -> None:
        owed = district.ledger.balances[account]
        early = memory.setdefault(("owed", event.merchant), owed[event.merchant])
        owed[event.merchant] = early
        right(event, district)

    right = kind.apply
    patches.put_in(kind, "apply", lambda event, district: apply(right, event, district))


def _valid_lost(patches: Patches, memory: dict[Any, Any]) -> None:
    """Valid answers to a questionnaire that come at once are counted as one."""
    kind = resolve_name("engine.kernel.event.EVENTS")["participation.response_submitted"]
    right = kind.apply

    def apply(event: Any, district: Any) -> None:
        row = district.board.questionnaires[event.questionnaire]
        early = memory.setdefault(event.questionnaire, row.valid)
        right(event, district)
        row.valid = early + event.valid

    patches.put_in(kind, "apply", apply)


def _moral_lost(patches: Patches, memory: dict[Any, Any]) -> None:
    """Moral points granted to a person at once are written one over the other."""
    account = resolve_name("engine.district.ledger.MORAL")
    kind = resolve_name("engine.kernel.event.EVENTS")["points.award_granted"]
    right = kind.apply

    def apply(event: Any, district: Any) -> None:
        if event.ledger == "MO":
            scores = district.ledger.balances[account]
            scores[event.person] = memory.setdefault(("moral", event.person), scores[event.person])
        right(event, district)

    patches.put_in(kind, "apply", apply)


BUGS = (
    Bug(
        "cached-reads",
        "concurrency",
        ("H07", "H05", "S14", "H14", "H12"),
        "Questions are answered from a cache that no command clears.",
        _cached,
    ),
    Bug(
        "lagging-replica",
        "concurrency",
        ("H07", "H05", "S14", "H14", "H12"),
        "Questions are answered from a replica that is behind.",
        batch_memory(_replica),
    ),
    Bug("torn-reads", "concurrency", ("H07", "H05", "S06"), "A balance is read in two steps.", _torn),
    Bug(
        "numbers-at-once",
        "concurrency",
        ("H01", "H03"),
        "Two commands at once get one record number.",
        batch_memory(_numbers_twice),
    ),
    Bug(
        "answers-mixed-up",
        "concurrency",
        ("H06", "S10", "H01", "H02", "H04"),
        "Of two requests at once one gets the answer to the other.",
        batch_memory(_mixed_up),
    ),
    Bug(
        "owed-at-once",
        "concurrency",
        ("S14", "T14"),
        "Of two purchases at once at one merchant, one is not owed to the merchant.",
        batch_memory(_owed_lost),
    ),
    Bug(
        "sheets-counted-at-once",
        "concurrency",
        ("H14", "H12"),
        "Valid sheets that come at once are counted as one.",
        batch_memory(_valid_lost),
    ),
    Bug(
        "moral-points-at-once",
        "concurrency",
        ("H05",),
        "Moral points that are granted at once are written one over the other.",
        batch_memory(_moral_lost),
    ),
)
