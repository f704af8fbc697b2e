"""One worker's run put together: the share of the plan, the target, the transport, the driver; and what it leaves."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from loadtests.adapter import Adapter, AdapterTarget, read_adapter
from loadtests.adapter.credentials import Accounts
from loadtests.generator.adapter_target import LiveTarget
from loadtests.generator.driver import Driver, Persistence
from loadtests.generator.endpoint import Endpoint
from loadtests.generator.feed import AHEAD, Feed, Share, wanted_of, worker_of
from loadtests.generator.guards import Alarm, refuse_too_dense
from loadtests.generator.health import is_valid
from loadtests.generator.histograms import figures
from loadtests.generator.keeper import Keeper
from loadtests.generator.reception import Reception
from loadtests.generator.recorder import Recorder
from loadtests.generator.reference_target import ReferenceTarget, issued_tokens, tokens_from
from loadtests.generator.session import Session
from loadtests.generator.settings import Plan, Settings, plan_in, stretch
from loadtests.generator.target import Target
from loadtests.generator.transport import Transport
from loadtests.operations import Operation, read_operations
from loadtests.references import MADE, TOWN, Reference
from wording import ExitCode, MashangError

MakeTransport = Callable[[Endpoint, Settings], Transport]
TOWN_SHARD = "town"


@dataclass(frozen=True, slots=True)
class Seat:
    """Which worker this is, of how many, what the town's commands made (by operation and field), and its logins."""

    worker: int = 0
    workers: int = 1
    town: Mapping[Reference, Any] = field(default_factory=dict)
    session: Session = field(default_factory=Session)


@dataclass(slots=True)
class Work:
    """A worker ready to go."""

    settings: Settings
    seat: Seat
    driver: Driver
    cpu_s: float = 0.0
    keeper: Keeper | None = None

    def start(self, zero_ns: int) -> None:
        """Run the schedule from an instant on the clock of the machine on; returns when it is over."""
        before_s = time.process_time()
        self.driver.zero_ns = zero_ns
        try:
            self.driver.run()
        finally:
            if self.keeper is not None:
                self.keeper.over = True
        self.cpu_s = time.process_time() - before_s

    def summary(self) -> dict[str, Any]:
        """What this worker did, for the run folder and for the master."""
        driver, recorder = self.driver, self.driver.recorder
        driver.lag.settle()
        return {
            "worker": self.seat.worker,
            "workers": self.seat.workers,
            "planned": driver.feed.planned,
            "incapable": driver.feed.incapable,
            "sent": driver.sent,
            "tries_again": driver.retried,
            "unresolved": driver.holding.unresolved + driver.holding.count,
            "exchanges": recorder.exchanges,
            "operations": recorder.operations,
            "faults": recorder.faults,
            "server_errors": recorder.server_errors,
            "cpu_s": round(self.cpu_s, 3),
            "ended": driver.stopped or "done",
            "lag": figures(driver.lag.histogram),
            "lag_hdr": driver.lag.encoded(),
            "valid": is_valid(driver.lag.histogram, self.settings.lag_limit_ms) and driver.stopped != "errors",
        }

    def write_summary(self) -> None:
        """Leave summary and histograms in the run folder, beside the history."""
        told = {**self.summary(), "latencies": self.driver.recorder.latencies.encoded()}
        path = Path(self.settings.out) / f"worker-{self.seat.worker}.json"
        path.write_text(json.dumps(told) + "\n", encoding="utf-8")


def target_of(settings: Settings, plan: Plan, to: Endpoint, actors: Callable[[], set[str]]) -> Target:
    """The reference deployment; its tokens are fetched now where only a secret is given."""
    tokens: dict[str, str] = {}
    if settings.tokens:
        tokens = tokens_from(Path(settings.tokens))
    elif secret := settings.secret():
        tokens = issued_tokens(to, secret, sorted(actors()))
    return ReferenceTarget(tokens, start_s=plan.start_s, pace=plan.pace)


def seen_target(settings: Settings, plan: Plan, session: Session, actors: Callable[[], set[str]]) -> Target:
    """The target that the settings speak of: the adapter's with the logins of the session, or the reference."""
    if settings.adapter:
        return LiveTarget(AdapterTarget(read_adapter(Path(settings.adapter))), session)
    return target_of(settings, plan, settings.endpoint(), actors)


def adapter_in(settings: Settings) -> Adapter:
    """The adapter that the settings name, with the pool of accounts that they name."""
    found = read_adapter(Path(settings.adapter))
    pool = Accounts(file=settings.accounts, share=True)
    return found.model_copy(update={"accounts": pool}) if settings.accounts else found


def reception_of(settings: Settings, session: Session | None = None) -> Reception:
    """Who logs in for the adapter of the settings."""
    plan = plan_in(Path(settings.plan))
    by = AdapterTarget(adapter_in(settings))
    at = session or Session(settings.run_id, plan.start_s, plan.pace)
    return Reception(by, settings.endpoint(), at, os.environ, settings.allow_host)


def receive(settings: Settings) -> Session:
    """Accounts, logins and seed for everybody who acts in the plan; an empty session without an adapter.

    Raises MashangError for what the target refuses.
    """
    if not settings.adapter:
        return Session()
    plan = plan_in(Path(settings.plan))
    stretch_of(settings, schedule_of(plan, Seat())[0])  # what is too dense is refused before anything is made
    files = [plan.operations, *([plan.town] if plan.town.is_file() else [])]
    reception = reception_of(settings)
    try:
        return reception.prepare({each.actor for path in files for each in operations_in(path)})
    finally:
        reception.close()


def recorder_at(settings: Settings, name: str, told: Mapping[str, Any], target: Target) -> Recorder:
    """A new history in the run folder; raises MashangError (2) where one lies already or none can."""
    out = Path(settings.out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        return Recorder(out / name, dict(told), target.kept_headers)
    except OSError as wrong:
        raise MashangError(ExitCode.USAGE, "load.run.bad_out", path=out) from wrong


def work_of(settings: Settings, seat: Seat, make: MakeTransport) -> Work:
    """A worker with the first part of its share compiled; raises MashangError for what a person can put right."""
    plan, to = plan_in(Path(settings.plan)), settings.endpoint()
    dues, actors = schedule_of(plan, seat)
    factor = stretch_of(settings, dues)
    target = seen_target(settings, plan, seat.session, lambda: actors)
    transport = make(to, settings)
    share = Share(seat.worker, seat.workers, factor, settings.max_ops, settings.max_seconds * 10**9)
    feed = Feed(operations_in(plan.operations), target, transport.prepare, share, known=dict(seat.town))
    feed.wanted = wanted_of(MADE, plan.operations)
    feed.fill(AHEAD)
    told = {"worker": seat.worker, "workers": seat.workers, "stretch": [factor.numerator, factor.denominator]}
    recorder = recorder_at(settings, f"history-{seat.worker}.jsonl", told, target)
    keeper = Keeper(reception_of(settings, seat.session), target, actors) if isinstance(target, LiveTarget) else None
    return Work(settings, seat, driver_of(settings, feed, (transport, target, recorder)), keeper=keeper)


def driver_of(settings: Settings, feed: Feed, parts: tuple[Transport, Target, Recorder]) -> Driver:
    """A driver as the settings want it."""
    transport, target, recorder = parts
    driver = Driver(feed, transport, target, recorder, 0, Alarm(settings.max_errors), Persistence(settings.tries))
    driver.patience_ns = int(settings.timeout_s * 2 * 10**9)
    driver.keep_order = settings.keep_order
    driver.holding.keep_order = settings.keep_order
    return driver


def operations_in(path: Path) -> Iterator[Operation]:
    """The operations of a file; raises MashangError (2) where it breaks off or holds something else."""
    try:
        yield from read_operations(path)
    except (OSError, EOFError, ValueError, TypeError) as wrong:
        raise MashangError(ExitCode.USAGE, "load.run.bad_operations", path=path.name) from wrong


def stretch_of(settings: Settings, dues: list[int]) -> Fraction:
    """By what due times are multiplied; raises MashangError for a schedule that is then too dense."""
    factor = stretch(settings, dues)
    refuse_too_dense((due * factor.numerator // factor.denominator for due in dues), settings.limits())
    return factor


def schedule_of(plan: Plan, seat: Seat) -> tuple[list[int], set[str]]:
    """Due times of the whole plan, and who acts in this worker's share of it."""
    dues: list[int] = []
    actors: set[str] = set()
    for operation in operations_in(plan.operations):
        dues.append(operation.due_ns)
        if worker_of(operation.shard, seat.workers) == seat.worker:
            actors.add(operation.actor)
    if not dues:
        raise MashangError(ExitCode.USAGE, "load.run.no_plan", path=plan.folder)
    return dues, actors


def bring_town(settings: Settings, make: MakeTransport, session: Session) -> dict[Reference, Any]:
    """Look at the whole plan, then send its town's commands, one after the other; what they made, for the plan.

    Each is asked for until its outcome is known. Leaves `town-history.jsonl`. Raises MashangError (5) where one gets no
    answer.
    """
    plan, to = plan_in(Path(settings.plan)), settings.endpoint()
    stretch_of(settings, schedule_of(plan, Seat())[0])
    if settings.skip_town or not plan.town.is_file():
        return {}
    in_town = list(operations_in(plan.town))
    if not in_town:
        return {}
    target = seen_target(settings, plan, session, lambda: {each.actor for each in in_town})
    one = replace(settings, connections=1, transport="epoll", keep_order=True)
    transport = make(to, one)
    ordered = (replace(each, shard=TOWN_SHARD, due_ns=0) for each in in_town)
    feed = Feed(ordered, target, transport.prepare, Share(stretch=Fraction(1)), source=TOWN)
    feed.wanted = wanted_of(TOWN, plan.town, plan.operations)
    feed.fill(AHEAD)
    recorder = recorder_at(one, "town-history.jsonl", {"town": True}, target)
    driver = driver_of(one, feed, (transport, target, recorder))
    driver.zero_ns = time.monotonic_ns()
    driver.run()
    if not feed.planned:
        return {}
    if recorder.operations < feed.planned or driver.stopped or recorder.server_errors == recorder.exchanges:
        raise MashangError(ExitCode.UNREACHABLE, "load.run.town_failed", done=recorder.operations, all=feed.planned)
    return {each: value for each, value in feed.known.items() if each[0] == TOWN}


def flat(found: Mapping[Reference, Any]) -> list[list[Any]]:
    """Values that were made, as JSON."""
    return [[*each, value] for each, value in found.items()]


def unflat(found: list[list[Any]]) -> dict[Reference, Any]:
    """The reverse."""
    return {Reference(source, n, name): value for source, n, name, value in found}
