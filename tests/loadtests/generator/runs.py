"""Driving a transport against a server in this process, and what its history says."""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from loadtests.generator.driver import Driver, Persistence
from loadtests.generator.endpoint import Endpoint, Tls, endpoint
from loadtests.generator.epoll_transport import EpollTransport
from loadtests.generator.feed import Feed, Share
from loadtests.generator.guards import Alarm
from loadtests.generator.recorder import Recorder
from loadtests.generator.reference_target import ReferenceTarget
from loadtests.history import Exchange, read_history
from loadtests.operations import Operation, write_operations

KIND = "payments.pay_purchase"


def operations(count: int, *, every_ns: int = 1_000_000, shards: int = 5) -> list[Operation]:
    """Purchases of some people, evenly spaced."""
    return [
        Operation(
            n, n * every_ns, KIND, f"resident:per_{n % shards}", f"k{n}", {"amount_fen": n}, f"s{n % shards}"
        )
        for n in range(count)
    ]  # fmt: skip


def plan_folder(folder: Path, planned: Iterable[Operation], town: Iterable[Operation] = (), **told: Any) -> Path:
    """A plan on disk."""
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text(json.dumps(told))
    write_operations(folder / "operations.jsonl.gz", planned)
    write_operations(folder / "town.jsonl.gz", town)
    return folder


class Run:
    """One driver over the epoll transport, run to its end; `exchanges` are those of its history."""

    def __init__(self, to: Endpoint | str, planned: Iterable[Operation], folder: Path, **how: Any) -> None:
        """`how`: connections, timeout_s, tries, keep_order, wanted, share, target."""
        target = how.get("target") or ReferenceTarget({})
        if isinstance(to, str):
            to = endpoint(to, tls=how.get("tls") or Tls(), proxy=how.get("proxy", ""))
        self.transport = EpollTransport(to, how.get("connections", 8), how.get("timeout_s", 5.0))
        self.feed = Feed(iter(planned), target, self.transport.prepare, how.get("share") or Share())
        self.feed.wanted = how.get("wanted") or {}
        self.path = folder / "history-0.jsonl"
        self.recorder = Recorder(self.path, {}, target.kept_headers)
        self.driver = Driver(
            self.feed,
            self.transport,
            target,
            self.recorder,
            time.monotonic_ns(),
            Alarm(),
            Persistence(how.get("tries", 3)),
            keep_order=how.get("keep_order", False),
        )
        self.driver.patience_ns = 200_000_000
        self.driver.run()

    @property
    def exchanges(self) -> list[Exchange]:
        """All of them, as they were written."""
        return list(read_history(self.path))

    def statuses(self) -> list[tuple[int, int, int, str]]:
        """Operation, try, status and fault of each exchange, sorted."""
        return sorted((each.op, each.attempt, each.status, each.fault) for each in self.exchanges)
