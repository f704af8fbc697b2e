"""The `auth` section: spelled as in WFC's auth.yaml where that has a word for it, with what it lacks beside it.

Of ours are `hmac`, `createUsers`, `extract`, `per`, `lifetime_s` and `expired`. Texts may hold `${env.NAME}`,
`{{actor}}`, `{{account.FIELD}}` and `{{run}}` (the name of the load run).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from loadtests.adapter.entry import Entry, Extraction, HeaderName, When

Verb = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class FixedHeader(Entry):
    """A header of every request; the value may hold `{{actor}}` and `${env.NAME}`."""

    name: HeaderName
    value: str


class Signature(Entry):
    """An HMAC over a template (`{{method}}`, `{{path}}`, `{{body}}`, `{{key}}`), sent in a header as hexadecimal.

    With `{{now}}` (seconds UTC) in it, the request is signed at the instant at which it goes out.
    """

    algorithm: Literal["sha256", "sha512"] = "sha256"
    secret: str
    over: str
    header: HeaderName
    prefix: str = ""


class UserPassword(Entry):
    """Name and password, written as JSON or as a form, as the content type says."""

    username: str
    usernameField: str  # noqa: N815 - the name in the standard
    password: str
    passwordField: str  # noqa: N815 - the name in the standard


class Token(Entry):
    """Where the answer to a login has the token, and in which header later requests carry it."""

    extractFromField: str = ""  # noqa: N815 - the names in the standard; a JSON Pointer
    extractFromHeader: str = ""  # noqa: N815
    httpHeaderName: HeaderName = "Authorization"  # noqa: N815
    headerPrefix: str = ""  # noqa: N815
    headerPostfix: str = ""  # noqa: N815

    @model_validator(mode="after")
    def _one_place(self) -> Token:
        if bool(self.extractFromField) == bool(self.extractFromHeader):
            raise ValueError("give either extractFromField or extractFromHeader")
        return self


class Asked(Entry):
    """A request that is made before the load, once for each actor or once for all."""

    endpoint: str = Field("", pattern=r"^(/|$)")
    externalEndpointURL: str = Field("", pattern=r"^(https?://|$)")  # noqa: N815 - the name in the standard
    verb: Verb = "POST"
    contentType: str = "application/json"  # noqa: N815
    payloadRaw: str = ""  # noqa: N815
    headers: list[FixedHeader] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_address(self) -> Asked:
        if bool(self.endpoint) == bool(self.externalEndpointURL):
            raise ValueError("give either endpoint or externalEndpointURL")
        return self


class Login(Asked):
    """A login: the token of its answer, or its cookies, go with later requests."""

    payloadUserPwd: UserPassword | None = None  # noqa: N815
    token: Token | None = None
    expectCookies: bool = False  # noqa: N815

    @model_validator(mode="after")
    def _something(self) -> Login:
        if (self.token is None) != self.expectCookies:
            raise ValueError("give either token or expectCookies: true")
        if self.payloadRaw and self.payloadUserPwd is not None:
            raise ValueError("give either payloadRaw or payloadUserPwd")
        return self


class Generator(Entry):
    """A placeholder of the payload that becomes a new name for each user: prefix, name of the run, number."""

    placeHolder: str = Field(min_length=1)  # noqa: N815 - the name in the standard
    prefix: str = "mashang-"


class CreateUsers(Asked):
    """A user made for each actor; `extract` of the credentials says what the answer gives to the actor's account."""

    generators: list[Generator] = Field(default_factory=list)


class Credentials(Entry):
    """How the holder of a role is known. `per`: everybody logs in alone, or one login serves the whole run.

    A login is renewed when `lifetime_s` seconds are nearly over, and when an answer says `expired`; such an answer is
    one to a request that did nothing.
    """

    name: str
    fixedHeaders: list[FixedHeader] = Field(default_factory=list)  # noqa: N815 - the names in the standard
    hmac: Signature | None = None
    createUsers: CreateUsers | None = None  # noqa: N815
    loginEndpointAuth: Login | None = None  # noqa: N815
    extract: dict[str, Extraction] = Field(default_factory=dict)
    per: Literal["actor", "run"] = "actor"
    lifetime_s: int = Field(default=0, ge=0)
    expired: When | None = None

    @model_validator(mode="after")
    def _extracted(self) -> Credentials:
        if self.extract and self.createUsers is None:
            raise ValueError("extract takes from the answer to createUsers, which is not given")
        return self


class Accounts(Entry):
    """A pool of test accounts: a CSV file with a heading, a row an actor.

    A column `actor` says whose a row is; without one, actors get the rows in order. `share`: a row may serve several.
    """

    file: str
    share: bool = False
