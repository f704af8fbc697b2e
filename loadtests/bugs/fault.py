"""Bugs that show when something fails: a restart, a crash, an answer that is lost."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

from loadtests.bugs.bug import Bug, Patches
from loadtests.bugs.patching import DESK, after_restart, wrapped

STORE = "loadtests.reference.store.Store"
WRITER = "loadtests.reference.writer"


def _no_keys(engine: Any) -> None:
    engine.keys = type(engine.keys)(engine.district)


def _no_caps(engine: Any) -> None:
    for usage in engine.district.points.usages:
        usage.used.clear()


def _no_facts(engine: Any) -> None:
    evidence = engine.district.points.evidence
    engine.district.points.evidence = type(evidence)()


def _no_deadlines(engine: Any) -> None:
    """What waits for an instant is kept in memory only."""
    engine.district.deadlines = type(engine.district.deadlines)()


def _numbers_back(engine: Any) -> None:
    """The number of the next record is one that was given before."""
    engine.n -= 1


def _no_debt(engine: Any) -> None:
    account = resolve_name("engine.district.ledger.DEBT")
    engine.district.ledger.balances[account].clear()


def _no_returns(engine: Any) -> None:
    """What came back of purchases is forgotten."""
    engine.district.trade.returned.clear()


def _no_ballots(engine: Any) -> None:
    """Who has voted is kept in memory only; the counts are not."""
    for vote in engine.district.board.votes.values():
        if vote.state == "OPEN":
            vote.ballots.clear()


def _full_lots(engine: Any) -> None:
    """Lots are loaded with what they began with, not with what is left."""
    for wallet in engine.district.points.wallets.values():
        for lot in wallet:
            lot.remaining = lot.quantity


def _answers_before_commit(patches: Patches) -> None:
    """Answers leave when the work is done, the commit comes behind: a crash between the two loses what was answered."""

    def carry_out(right: Any, writer: Any, desk: Any, batch: Any) -> None:
        if writer.fault is not None:
            right(writer, desk, batch)
            return
        deliver = resolve_name(f"{WRITER}._deliver")
        try:
            desk.begin()
            answers = [job(desk) for job, _ in batch]
            batch[0][1].get_loop().call_soon_threadsafe(deliver, batch, answers)
            desk.commit()
        except BaseException as wrong:  # noqa: BLE001 - as the right writer
            writer.fault = wrong

    wrapped(f"{WRITER}.Writer._carry_out", carry_out)(patches)


def _committed_twice(patches: Patches) -> None:
    """When the store fails, the batch is done a second time before it is given up."""

    def carry_out(right: Any, writer: Any, desk: Any, batch: Any) -> None:
        try:
            desk.begin()
            answers = [job(desk) for job, _ in batch]
            try:
                desk.commit()
            except resolve_name("sqlite3.Error"):
                desk.engine.keys = type(desk.engine.keys)(desk.engine.district)
                answers = [job(desk) for job, _ in batch]
                desk.commit()
        except BaseException as wrong:  # noqa: BLE001 - as the right writer
            writer.fault = wrong
            right(writer, desk, batch)
            return
        deliver = resolve_name(f"{WRITER}._deliver")
        batch[0][1].get_loop().call_soon_threadsafe(deliver, batch, answers)

    wrapped(f"{WRITER}.Writer._carry_out", carry_out)(patches)


def _lines_lost(patches: Patches) -> None:
    """Every fiftieth line is not exported."""

    def export(right: Any, store: Any, lines: Any) -> None:
        right(store, [line for line in lines if line[0] % 50])

    wrapped(f"{STORE}.export", export)(patches)


def _retried_inside(patches: Patches) -> None:
    """Whoever is slow is asked a second time by the gateway, under a key of its own."""
    count = {"said": 0}

    def say(right: Any, desk: Any, said: Any) -> Any:
        answer = right(desk, said)
        count["said"] += 1
        if count["said"] % 20 == 0 and answer.status == 200 and not answer.replayed:  # noqa: PLR2004 - OK
            again = resolve_name("dataclasses.replace")(said, key=f"gateway-{count['said']}")
            right(desk, again)
        return answer

    wrapped(f"{DESK}.say", say)(patches)


def _fails_after_the_work(patches: Patches) -> None:
    """Every thirtieth command is done and answered as if it had been rejected."""
    count = {"said": 0}

    def say(right: Any, desk: Any, said: Any) -> Any:
        answer = right(desk, said)
        count["said"] += 1
        if count["said"] % 30 == 0 and answer.status == 200 and not answer.replayed:  # noqa: PLR2004 - OK
            refused = resolve_name("loadtests.reference.answers.refused")
            code = resolve_name("engine.kernel.rejection.FORBIDDEN")
            return refused(code)
        return answer

    wrapped(f"{DESK}.say", say)(patches)


BUGS = (
    Bug(
        "restart-forgets-keys",
        "fault",
        ("H03", "H04"),
        "After a restart no key is known.",
        after_restart(_no_keys),
    ),
    Bug(
        "restart-forgets-caps",
        "fault",
        ("S11", "S12"),
        "After a restart all caps begin anew.",
        after_restart(_no_caps),
    ),
    Bug(
        "restart-forgets-facts",
        "fault",
        ("T22",),
        "After a restart every fact can earn once more.",
        after_restart(_no_facts),
    ),
    Bug(
        "restart-forgets-deadlines",
        "fault",
        ("L08", "T05", "T20", "L01", "T06", "S19", "H06"),
        "After a restart nothing that was due happens by itself.",
        after_restart(_no_deadlines),
    ),
    Bug(
        "restart-numbers-back",
        "fault",
        ("H01", "H03"),
        "After a restart a record number is given a second time.",
        after_restart(_numbers_back),
    ),
    Bug(
        "restart-forgets-debt",
        "fault",
        ("H05", "T10", "S06", "S07"),
        "After a restart nobody owes points.",
        after_restart(_no_debt),
    ),
    Bug(
        "restart-forgets-refunds",
        "fault",
        ("S08", "T08", "T07"),
        "After a restart a purchase can be given back once more.",
        after_restart(_no_returns),
    ),
    Bug(
        "restart-forgets-ballots",
        "fault",
        ("S20",),
        "After a restart a unit can vote once more.",
        after_restart(_no_ballots),
    ),
    Bug(
        "restart-fills-lots",
        "fault",
        ("S05", "T04", "S03", "H10", "H05", "S02", "T09"),
        "After a restart lots hold what they began with.",
        after_restart(_full_lots),
    ),
    Bug(
        "answers-before-the-commit",
        "fault",
        ("H02", "H01", "H07", "H03", "H04"),
        "Answers leave before they are durable; a crash takes back what was answered.",
        _answers_before_commit,
    ),
    Bug(
        "a-failed-commit-is-done-again",
        "fault",
        ("H03", "H04", "H01", "H02", "H05"),
        "When the store fails, the batch is carried out a second time.",
        _committed_twice,
    ),
    Bug(
        "lines-are-lost-in-export",
        "fault",
        ("H01", "H02", "T03"),
        "The export leaves lines out.",
        _lines_lost,
    ),
    Bug(
        "gateway-asks-twice",
        "fault",
        ("H03", "H02", "H05", "S10", "H06", "T22", "H01"),
        "A gateway sends some commands a second time, under a key of its own.",
        _retried_inside,
    ),
    Bug(
        "done-and-denied",
        "fault",
        ("H06", "H04", "H01", "H02", "T02"),
        "Some commands are done and answered as forbidden.",
        _fails_after_the_work,
    ),
)
