"""The adapter file as pydantic sees it: every entry named, nothing else allowed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from loadtests.adapter.expression import Expression
from loadtests.adapter.extraction import checked_extraction

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _rule(text: str) -> str:
    Expression(text)
    return text


def _call(text: str) -> str:
    method, _, path = text.partition(" ")
    if method not in METHODS or not path.startswith("/"):
        raise ValueError(f"write a method of {', '.join(METHODS)} and a path, as in: POST /orders")
    return text


Extraction = Annotated[str, AfterValidator(checked_extraction)]
When = Annotated[str, AfterValidator(_rule)]
Call = Annotated[str, AfterValidator(_call)]


class Entry(BaseModel):
    """What every part of the file has in common: unknown names and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


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


class FixedHeader(Entry):
    """A header of every request; the value may hold `{{actor}}` and `${env.NAME}`."""

    name: str = Field(pattern=r"^[A-Za-z0-9-]+$")
    value: str


class Signature(Entry):
    """An HMAC over a template (`{{method}}`, `{{path}}`, `{{body}}`, `{{key}}`), sent in a header as hexadecimal."""

    algorithm: Literal["sha256", "sha512"] = "sha256"
    secret: str
    over: str
    header: str = Field(pattern=r"^[A-Za-z0-9-]+$")


class Credentials(Entry):
    """How the holder of a role is known; `fixedHeaders` is spelled as in WFC's auth.yaml."""

    name: str
    fixedHeaders: list[FixedHeader] = []  # noqa: N815 - the name in the standard
    hmac: Signature | None = None


class Idempotency(Entry):
    """The header that carries an operation's key."""

    header: str = Field(pattern=r"^[A-Za-z0-9-]+$")


class Money(Entry):
    """How fen are written where a template says `|money`."""

    wire: Literal["integer", "decimal_string"] = "integer"
    scale: int = Field(default=2, ge=0, le=6)


class Step(Entry):
    """One request of an operation."""

    id: str = Field(default="send", pattern=r"^[a-z][a-z0-9_]*$")
    call: Call
    credentials: str = ""
    headers: dict[str, str] = {}
    query: dict[str, str] | Literal["{{data}}"] = {}  # or all of the operation's data
    body: Any = None
    form: dict[str, str] | None = None
    outputs: dict[str, Extraction] = {}

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


class Rule(Entry):
    """The first rule whose `when` holds decides: exactly one of `ok`, `error`, `effect`."""

    when: When
    ok: Accepted | None = None
    error: str | None = None
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


class Mapped(Entry):
    """How one kind of operation is done: `steps`, the one that makes it happen, what answers mean."""

    steps: list[Step] = Field(min_length=1)
    commit_point: str = ""
    outcome: list[Rule] = []

    @model_validator(mode="after")
    def _known_steps(self) -> Mapped:
        names = [step.id for step in self.steps]
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
    """The whole file. Keys of `operations`: a wire name, `read:NAME`, `subject.*`, `read:*` or `*`."""

    mashang: Literal["1"]
    target: Address
    auth: list[Credentials] = []
    idempotency: Idempotency | None = None
    money: Money = Money()
    operations: dict[str, Mapped] = Field(min_length=1)
    outcome: list[Rule] = []
    export: Export | None = None
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _known_credentials(self) -> Adapter:
        names = {each.name for each in self.auth}
        for operation, mapped in self.operations.items():
            for step in mapped.steps:
                if step.credentials and step.credentials not in names:
                    raise ValueError(f"step {step.id} of {operation} names credentials that auth does not have")
        return self

    def entry(self, kind: str) -> Mapped | None:
        """How operations of this type are done: its own entry before its subject's before the general one."""
        prefix = "read:" if kind.startswith("read:") else ""
        subject = kind.removeprefix(prefix).partition(".")[0]
        for name in (kind, f"{prefix}{subject}.*", f"{prefix}*"):
            if name in self.operations:
                return self.operations[name]
        return None
