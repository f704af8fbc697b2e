"""`mashang serve` as a process of its own."""

from __future__ import annotations

import http.client
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.forked import Forked


@dataclass
class Served:
    """`mashang serve` as a process of its own."""

    store: Path
    more: tuple[str, ...] = ()
    clock: str = "driven"
    process: Forked = field(init=False)
    ready: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        """Wait until it is ready."""
        line = ("serve", "--db", str(self.store), "--port", "0", "--clock", self.clock, "--json", *self.more)
        self.process = Forked(line, environment=os.environ)
        self.ready = json.loads(self.process.stdout.readline())

    def end(self, number: int) -> int:
        """Send a signal and wait."""
        self.process.send_signal(number)
        with self.process:
            return self.process.wait(30)

    def connect(self) -> http.client.HTTPConnection:
        """A connection that stays open."""
        return http.client.HTTPConnection("127.0.0.1", self.ready["port"], timeout=30)

    def token(self, actor: str) -> str:
        """From the operator's door."""
        secret = Path(self.ready["secret"]).read_text(encoding="ascii").strip()
        line = self.connect()
        line.request("POST", "/v1/tokens", json.dumps({"actor": actor}), {"Authorization": f"Bearer {secret}"})
        found: str = json.loads(line.getresponse().read())["token"]
        line.close()
        return found
