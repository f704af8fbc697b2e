"""What a run is told: one table of settings, from which locust's options, their variables and their defaults derive."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from loadtests.adapter import Adapter, read_adapter
from loadtests.adapter.document import Tls as AdapterTls
from loadtests.generator.endpoint import Endpoint, Tls, endpoint, refuse_strangers
from loadtests.generator.guards import MOST_A_SECOND, MOST_ERRORS, MOST_OPERATIONS, MOST_SECONDS, Limits
from wording import ExitCode, MashangError

NANOSECONDS = 1_000_000_000
PRIVATE = frozenset(
    {"plan", "out", "ca", "client_certificate", "client_key", "secret_file", "tokens", "adapter", "accounts"}
)
TRANSPORTS = ("fast", "epoll")


@dataclass(frozen=True, slots=True)
class Settings:
    """A run of a plan against a host. Empty texts mean "none"; `rate` (operations a second) excludes `speed`.

    `allow_host`: hosts, separated by commas, to which load may go although they are neither loopback nor private.
    `adapter`: an adapter file or the name of a shipped one; `accounts`: another pool than the file's; `run_id` is what
    its templates find as `{{run}}`.
    """

    plan: str = ""
    host: str = ""
    out: str = ""
    transport: str = TRANSPORTS[0]
    connections: int = 100
    timeout_s: float = 10.0
    tries: int = 5
    speed: float = 1.0
    rate: float = 0.0
    max_ops: int = MOST_OPERATIONS
    max_seconds: int = MOST_SECONDS
    max_rate: int = MOST_A_SECOND
    max_errors: float = MOST_ERRORS
    lag_limit_ms: float = 5.0
    allow_host: str = ""
    ca: str = ""
    client_certificate: str = ""
    client_key: str = ""
    through_proxy: str = ""
    secret_file: str = ""
    tokens: str = ""
    adapter: str = ""
    accounts: str = ""
    run_id: str = ""
    keep_order: bool = False
    skip_town: bool = False

    @classmethod
    def read(cls, options: Mapping[str, Any]) -> Settings:
        """From parsed options, of which others are none of ours; values out of range are refused."""
        found = cls(**{each.name: options[each.name] for each in fields(cls) if options.get(each.name) is not None})
        if found.adapter:
            found = found.with_adapter(read_adapter(Path(found.adapter)))
        for name in ("connections", "timeout_s", "tries", "max_ops", "max_seconds", "max_rate"):
            if not getattr(found, name) > 0:
                raise MashangError(ExitCode.USAGE, "load.run.not_positive", option=option_of(name))
        if found.transport not in TRANSPORTS:
            raise MashangError(
                ExitCode.USAGE, "load.run.no_transport", name=found.transport, names=" | ".join(TRANSPORTS)
            )
        for value in (found.speed, found.rate):
            if not (math.isfinite(value) and value >= 0) or found.speed == 0 or (found.rate and found.speed != 1):
                raise MashangError(ExitCode.USAGE, "load.run.bad_pace")
        return found

    def with_adapter(self, adapter: Adapter) -> Settings:
        """What the adapter's file says where nothing else was said, and never more than its limits."""
        tls, limits = adapter.target.tls or AdapterTls(), adapter.limits
        return replace(
            self,
            host=self.host or adapter.target.base_url,
            ca=self.ca or tls.ca,
            client_certificate=self.client_certificate or tls.cert,
            client_key=self.client_key or tls.key,
            max_ops=min(self.max_ops, limits.max_ops),
            max_seconds=min(self.max_seconds, limits.max_seconds),
            max_rate=min(self.max_rate, limits.max_rps),
            max_errors=min(self.max_errors, limits.stop_on_5xx_ratio),
        )

    def limits(self) -> Limits:
        """The hard limits."""
        return Limits(self.max_ops, self.max_seconds, self.max_rate, self.max_errors)

    def endpoint(self) -> Endpoint:
        """Where the load goes; raises MashangError for a host to which it may not."""
        paths = [Path(text) if text else None for text in (self.ca, self.client_certificate, self.client_key)]
        to = endpoint(self.host, proxy=self.through_proxy, tls=Tls(*paths))
        if to.encrypted:
            to.tls.context()  # whether its files can be used is said before anything is made
        refuse_strangers(to, [host.strip() for host in self.allow_host.split(",") if host.strip()])
        return to

    def secret(self) -> str:
        """The operator's secret, or nothing."""
        if not self.secret_file:
            return ""
        try:
            return Path(self.secret_file).read_text(encoding="utf-8").strip()
        except OSError as wrong:
            raise MashangError(ExitCode.USAGE, "load.run.no_file", path=self.secret_file) from wrong

    def told(self) -> dict[str, Any]:
        """What a run folder says of them: nothing that names a file of this machine or opens a door."""
        return {name: value for name, value in asdict(self).items() if name not in PRIVATE}

    def as_options(self) -> list[str]:
        """As options of a locust command line; those that say nothing new are left out."""
        line: list[str] = []
        for name, value in asdict(self).items():
            if name == "host" or value == getattr(Settings(), name):
                continue
            line += [option_of(name)] if value is True else [option_of(name), str(value)]
        return line


def option_of(name: str) -> str:
    """How an option is written."""
    return "--" + name.replace("_", "-")


def variable_of(name: str) -> str:
    """The environment variable that stands for an option."""
    return "MASHANG_" + name.upper()


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan's folder and what the generator asks of its `plan.json`: when its day begins, and how fast it is told."""

    folder: Path
    start_s: int | None
    pace: float

    @property
    def operations(self) -> Path:
        """The file of operations."""
        return self.folder / "operations.jsonl.gz"

    @property
    def town(self) -> Path:
        """The file of the commands that come before."""
        return self.folder / "town.jsonl.gz"


def plan_in(folder: Path) -> Plan:
    """The plan in a folder; raises MashangError (2) where there is none."""
    try:
        told = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        start = told.get("start_s", told.get("start"))
        plan = Plan(folder, None if start is None else int(start), float(told.get("speed") or 1))
    except (OSError, ValueError, TypeError, AttributeError) as wrong:
        raise MashangError(ExitCode.USAGE, "load.run.no_plan", path=folder) from wrong
    if not plan.operations.is_file():
        raise MashangError(ExitCode.USAGE, "load.run.no_plan", path=folder)
    return plan


def stretch(settings: Settings, dues_ns: list[int]) -> Fraction:
    """By what due times are multiplied: one over the speed, or what makes the mean rate the wished one."""
    if not settings.rate:
        return 1 / Fraction(settings.speed).limit_denominator(10**9)
    span = dues_ns[-1] if dues_ns else 0
    if not span:
        return Fraction(1)
    return Fraction(len(dues_ns) * NANOSECONDS, span) / Fraction(settings.rate).limit_denominator(10**9)
