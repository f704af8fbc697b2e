"""The adapter file as pydantic sees it: every entry named, nothing else allowed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from loadtests.adapter.credentials import Accounts, Credentials
from loadtests.adapter.entry import Call, Entry, Extraction, HeaderName, When
from loadtests.adapter.extraction import checked_extraction
from loadtests.adapter.objects import Thing
from loadtests.operations import READ

RESERVED = frozenset({"confirm", "resolve"})
"""Names of the steps that a load run adds."""


class Tls(Entry):
    """Files of an own authority and of a client certificate with its key."""

    ca: str = ""
    cert: str = ""
    key: str = ""


class Address(Entry):
    """Where the API is."""

    base_url: str = Field(pattern=r"^https?://[^/?#\s]+(/[^?#\s]*)?$")
    openapi: str = ""
    tls: Tls | None = None


class Idempotency(Entry):
    """The header that carries an operation's key."""

    header: HeaderName


class Money(Entry):
    """How fen are written where a template says `|money`."""

    wire: Literal["integer", "decimal_string"] = "integer"
    scale: int = Field(default=2, ge=0, le=6)


class Step(Entry):
    """One request of an operation."""

    id: str = Field(default="send", pattern=r"^[a-z][a-z0-9_]*$")
    call: Call
    credentials: str = ""
    headers: dict[str, str] = Field(default_factory=dict)
    query: dict[str, str] | Literal["{{data}}"] = Field(default_factory=dict)  # or all of the operation's data
    body: Any = None
    form: dict[str, str] | None = None
    outputs: dict[str, Extraction] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_body(self) -> Step:
        if self.body is not None and self.form is not None:
            raise ValueError("give either body or form, not both")
        return self


class Accepted(Entry):
    """What is taken from the answer to an operation that was done; `events`: the view is the engine's events."""

    view: Extraction | None = None
    events: bool = False
    at: Extraction | None = None
    n: Extraction | None = None
    sequence: Extraction | None = None  # the first and the last number of its events
    made: dict[str, Extraction] = Field(default_factory=dict)  # what later operations of a plan may refer to


class Rule(Entry):
    """The first rule whose `when` holds decides: exactly one of `ok`, `error`, `effect`.

    `at`, `n` and `details` are what a rejection says beside its code.
    """

    when: When
    ok: Accepted | None = None
    error: str | None = None
    at: Extraction | None = None
    n: Extraction | None = None
    details: Extraction | None = None
    effect: Literal["unknown", "none"] | None = None

    @model_validator(mode="after")
    def _one_outcome(self) -> Rule:
        if sum(each is not None for each in (self.ok, self.error, self.effect)) != 1:
            raise ValueError("give exactly one of ok, error, effect")
        return self

    @field_validator("error")
    @classmethod
    def _taken(cls, error: str | None) -> str | None:
        return checked_extraction(error) if error is not None and error.startswith("$") else error


class Resolve(Entry):
    """How an unknown outcome is found out: by the same key again, or by a request whose answer shows that it happened.

    An answer that does not show it proves nothing, since the request may still be on its way: asked up to `max` times
    with `pause_ms` between, the outcome then stays unknown.
    """

    by: Literal["retry_same_key", "read"] = "retry_same_key"
    call: Call | None = None
    query: dict[str, str] = Field(default_factory=dict)
    happened: When | None = None
    max: int = Field(default=5, ge=1, le=100)
    pause_ms: int = Field(default=100, ge=0)

    @model_validator(mode="after")
    def _whole(self) -> Resolve:
        if (self.by == "read") != (self.call is not None and self.happened is not None):
            raise ValueError("by: read needs call and happened; retry_same_key has neither")
        return self


class Confirm(Entry):
    """A read that follows an operation whose outcome is known or not; `data` is the read's, from the operation's."""

    read: str
    data: dict[str, str] = Field(default_factory=dict)


class Mapped(Entry):
    """How one kind of operation is done: `steps`, the one that makes it happen, what answers mean."""

    steps: list[Step] = Field(min_length=1)
    commit_point: str = ""
    outcome: list[Rule] = Field(default_factory=list)
    resolve: Resolve = Resolve()
    confirm: Confirm | None = None

    @model_validator(mode="after")
    def _known_steps(self) -> Mapped:
        names = [step.id for step in self.steps]
        if RESERVED & set(names):
            raise ValueError(f"{' and '.join(sorted(RESERVED))} are steps of our own")
        if len(set(names)) != len(names):
            raise ValueError("two steps have the same id")
        if self.commit_point and self.commit_point not in names:
            raise ValueError(f"commit_point names no step; steps are {', '.join(names)}")
        return self


class Export(Entry):
    """Where events are exported (`{{after}}`, `{{limit}}`), and how much they carry: events, lots, postings."""

    call: Call
    level: Literal["E1", "E2", "E3"]


class Limits(Entry):
    """What a load run must not exceed on this target."""

    max_rps: int = Field(default=500, ge=1)
    max_ops: int = Field(default=200_000, ge=1)
    max_seconds: int = Field(default=600, ge=1)
    stop_on_5xx_ratio: float = Field(default=0.5, gt=0, le=1)


class Adapter(Entry):
    """The whole file. Keys of `operations`: a wire name, `read:NAME`, `subject.*`, `read:*` or `*`.

    `seed` is done once before a load run, `teardown` once after it; `{{seed.STEP.NAME}}` is what a step of the seed
    gave. `python` names a file and a class, which may change any request and any answer.
    """

    mashang: Literal["1"]
    target: Address
    auth: list[Credentials] = Field(default_factory=list)
    accounts: Accounts | None = None
    seed: list[Step] = Field(default_factory=list)
    teardown: list[Step] = Field(default_factory=list)
    objects: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Thing] = Field(default_factory=dict)
    python: str = Field("", pattern=r"^(.+\.py:[A-Za-z_]\w*)?$")
    idempotency: Idempotency | None = None
    money: Money = Money()
    operations: dict[str, Mapped] = Field(min_length=1)
    outcome: list[Rule] = Field(default_factory=list)
    export: Export | None = None
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _known_credentials(self) -> Adapter:
        names = {each.name for each in self.auth}
        places = {name: mapped.steps for name, mapped in self.operations.items()}
        for place, steps in (*places.items(), ("seed", self.seed), ("teardown", self.teardown)):
            for step in steps:
                if step.credentials and step.credentials not in names:
                    raise ValueError(f"step {step.id} of {place} names credentials that auth does not have")
        return self

    @model_validator(mode="after")
    def _served_objects(self) -> Adapter:
        for name, thing in self.objects.items():
            types = set(thing.types(name).values())
            if not types & set(self.operations):
                raise ValueError(f"object {name} has no operation; write one of {', '.join(sorted(types))}")
            unknown = [each for each in self.operations if _of(each) == name and each not in types]
            if unknown:
                raise ValueError(f"{unknown[0]} is no operation of a {thing.model}: {', '.join(sorted(types))}")
        return self

    @model_validator(mode="after")
    def _known_reads(self) -> Adapter:
        for name, mapped in self.operations.items():
            if mapped.confirm is not None and self.entry(f"{READ}{mapped.confirm.read}") is None:
                raise ValueError(f"confirm of {name} names a read that has no entry: {READ}{mapped.confirm.read}")
        return self

    def entry(self, kind: str) -> Mapped | None:
        """How operations of this type are done: its own entry before its subject's before the general one."""
        prefix = READ if kind.startswith(READ) else ""
        subject = kind.removeprefix(prefix).partition(".")[0]
        for name in (kind, f"{prefix}{subject}.*", f"{prefix}*"):
            if name in self.operations:
                return self.operations[name]
        return None


def _of(operation: str) -> str:
    """The object or subject of an operation's type."""
    return operation.removeprefix(READ).partition(".")[0]
