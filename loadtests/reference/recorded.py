"""What a desk keeps of every record beside the engine: lines for export, and under which policy it was written."""

from __future__ import annotations

import bisect

from engine import Engine, Outcome
from engine.export import Export


class Recorded:
    """An observer: lines for export, and the policy version of each record."""

    def __init__(self, engine: Engine) -> None:
        self._district = engine.district
        self._export = Export(engine.district)
        self.lines: list[tuple[int, str]] = []
        self.keeps = False
        self._since = [0]
        self._versions = [engine.district.policy.version]

    def observe(self, outcome: Outcome) -> None:
        """One record; the export follows all of them, since it remembers states."""
        if self._district.policy.version != self._versions[-1]:
            self._since.append(outcome.n)
            self._versions.append(self._district.policy.version)
        made = [text for text in self._export.lines(outcome) if outcome.code is None]
        if self.keeps:
            self.lines += enumerate(made, outcome.first_seq)

    def __getstate__(self) -> dict[str, object]:
        """For a snapshot: nobody has asked it to keep lines yet."""
        return {**self.__dict__, "lines": [], "keeps": False}

    def policy_version(self, n: int) -> int:
        """Under which version a record was written."""
        version: int = self._versions[bisect.bisect_right(self._since, n) - 1]
        return version
