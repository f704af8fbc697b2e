"""A whole run on a target by its adapter, without locust: session, plan, driver over the epoll transport, audit."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from loadtests.adapter import Adapter, AdapterTarget
from loadtests.adapter.reading import Unset
from loadtests.audit import AdapterWire, Audit, RunFolder, audit_run
from loadtests.generator.adapter_target import LiveTarget
from loadtests.generator.driver import Driver, Persistence
from loadtests.generator.endpoint import endpoint
from loadtests.generator.epoll_transport import EpollTransport
from loadtests.generator.feed import AHEAD, Feed, Share, wanted_of
from loadtests.generator.guards import Alarm
from loadtests.generator.keeper import Keeper
from loadtests.generator.reception import Reception
from loadtests.generator.recorder import Recorder
from loadtests.generator.session import Session
from loadtests.operations import read_operations
from loadtests.plan.objects import plan_of_objects
from loadtests.references import MADE, TOWN, Reference

SECRETS = {"SHOP_SECRET": "sesame"}


@dataclass
class Done:
    """What came of a run."""

    folder: Path
    audit: Audit
    session: Session


class LiveRun:
    """Sends the plan of an adapter's objects."""

    def __init__(self, adapter: Adapter, url: str, folder: Path, secrets: Mapping[str, str] | None = None) -> None:
        self.adapter = adapter
        self.folder = folder
        self.to = endpoint(url)
        self.by = AdapterTarget(adapter, secrets or SECRETS)
        self.reception = Reception(self.by, self.to, Session("r1"), secrets or SECRETS)
        folder.mkdir(parents=True)

    def go(self, operations: int, *, rate: float = 400.0, seed: int = 1) -> Done:
        """Town, plan, teardown, audit."""
        plan_of_objects(self.adapter, seed, operations, rate, self.folder)
        files = {name: self.folder / f"{name}.jsonl.gz" for name in ("town", "operations")}
        actors = {each.actor for path in files.values() for each in read_operations(path)}
        session = self.reception.prepare(actors)
        known = self._send(files["town"], "town-history.jsonl", (TOWN, {}), actors, wanted=list(files.values()))
        town = {each: value for each, value in known.items() if each.source == TOWN}
        self._send(files["operations"], "history-0.jsonl", (MADE, town), actors, wanted=[files["operations"]])
        self.reception.teardown()
        wire = AdapterWire(self.adapter, "live", Unset())
        return Done(self.folder, audit_run(RunFolder(self.folder), wire), session)

    def _send(
        self, path: Path, history: str, known: tuple[str, dict[Reference, Any]], actors: set[str], wanted: list[Path]
    ) -> dict[Reference, Any]:
        source, given = known
        target = LiveTarget(self.by, self.reception.session)
        transport = EpollTransport(self.to, 1 if source == TOWN else 16, 5.0)
        feed = Feed(
            read_operations(path), target, transport.prepare, Share(stretch=Fraction(1)), source=source, known=given
        )
        feed.wanted = wanted_of(source, *wanted)
        feed.fill(AHEAD)
        recorder = Recorder(self.folder / history, {}, target.kept_headers)
        driver = Driver(feed, transport, target, recorder, time.monotonic_ns(), Alarm(), Persistence(6))
        driver.patience_ns = 500_000_000
        keeper = Keeper(self.reception, target, actors)

        def renew() -> None:
            for who, actor in list(keeper.due(time.time())):
                target.expired.discard((who.name, actor))
                self.reception.log_in(who, actor)

        driver.pause = renew
        driver.run()
        return feed.known


def lines(path: Path) -> list[Any]:
    """The lines of a history without its header."""
    return [json.loads(line) for line in path.read_text().splitlines()[1:]]
