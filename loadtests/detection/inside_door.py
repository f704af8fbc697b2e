"""A way to a deployment inside this process, with a planted bug that is in only while it answers.

Whoever asks has the right engine beside it, in the same process.
"""

from __future__ import annotations

from pathlib import Path

from loadtests.bugs import Bug, switched
from loadtests.detection.inside import SECRET, Inside
from loadtests.generator.door import Door
from loadtests.generator.endpoint import endpoint
from loadtests.generator.target import Reply, Request

NOWHERE = "http://127.0.0.1:9"
"""An address that nobody is asked for."""


class InsideDoor(Door):
    """As a door to a socket; `secret` is the operator's."""

    secret = SECRET

    def __init__(self, folder: Path, bug: Bug | None) -> None:
        """A fresh deployment over a store in a folder."""
        super().__init__(endpoint(NOWHERE))
        self._bug = switched(bug)
        with self._bug.on():
            self._inside = Inside(folder, 0)

    def ask(self, request: Request) -> Reply:
        """The answer."""
        with self._bug.on():
            status, headers, body = self._inside.answered(request)
        head = b"".join(b"%s: %s\r\n" % each for each in headers)
        return Reply(status, b"HTTP/1.1 %d\r\n%s" % (status, head), body)

    def close(self) -> None:
        """Nothing to hang up."""

    def end(self) -> None:
        """End the deployment."""
        with self._bug.on():
            self._inside.close()
