"""What a load run gets from its target before it begins: accounts of its actors, their logins, the values of the seed.

It is made once, by the master or the only process, and handed to the workers; it never touches the disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EVERYBODY = ""
"""In the place of the actor: a login that serves the whole run."""


@dataclass(slots=True)
class Session:
    """`issued`: headers by credentials and actor; `age` counts the renewals of each, `since_s` says when it was made.

    `start_s` and `pace` are the plan's: its first instant, and seconds of its town in one of the load.
    """

    run: str = ""
    start_s: int | None = None
    pace: float = 1.0
    seed: dict[str, dict[str, Any]] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    issued: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    age: dict[tuple[str, str], int] = field(default_factory=dict)
    since_s: dict[tuple[str, str], float] = field(default_factory=dict)

    def headers(self, credentials: str, actor: str) -> Mapping[str, str]:
        """Headers that a login gave to an actor."""
        given = self.issued.get(credentials)
        if not given:
            return {}
        return given.get(actor) or given.get(EVERYBODY) or {}

    def generation(self, credentials: str, actor: str) -> int:
        """How often the login of an actor was renewed."""
        return self.age.get((credentials, actor), self.age.get((credentials, EVERYBODY), 0))

    def issue(self, credentials: str, actor: str, headers: dict[str, str], now_s: float) -> None:
        """Keep what a login gave."""
        self.issued.setdefault(credentials, {})[actor] = headers
        place = credentials, actor
        self.age[place] = self.age.get(place, -1) + 1
        self.since_s[place] = now_s

    def known(self) -> dict[str, Any]:
        """Names for templates."""
        return {"run": self.run, "seed": self.seed}

    def message(self) -> dict[str, Any]:
        """As plain values, for a worker."""
        return {
            "run": self.run,
            "start_s": self.start_s,
            "pace": self.pace,
            "seed": self.seed,
            "accounts": self.accounts,
            "issued": self.issued,
            "since_s": [[*place, value] for place, value in self.since_s.items()],
        }


def session_from(message: Mapping[str, Any] | None) -> Session:
    """The session of a message; an empty one for nothing."""
    if not message:
        return Session()
    rest = {name: value for name, value in message.items() if name != "since_s"}
    since_s = {(name, actor): value for name, actor, value in message["since_s"]}
    return Session(**rest, since_s=since_s, age=dict.fromkeys(since_s, 0))
