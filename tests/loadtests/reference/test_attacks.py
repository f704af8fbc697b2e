"""Attacks: whoever asks for what is not theirs learns nothing, changes nothing, and breaks nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import Phase, find, settings

from engine import Command, Rejected
from engine.catalogue import BY_TYPE, COMMANDS
from engine.contract import ACTOR_KINDS, command_from
from engine.views.catalogue import READS
from loadtests.property.strategies import Known, commands
from loadtests.reference.answers import STATUS
from loadtests.reference.description import path_of
from loadtests.reference.tokens import Tokens
from tests.loadtests.reference.deployed import BASE, MORNING, SECRET, Deployed, town_envelopes

IDS = {"per": ["per_1", "per_2", "per_4"], "dwl": ["dwl_1", "dwl_3"], "grd": ["grd_1"], "mer": ["mer_1"]}
KEYS = count()
NOBODY = {
    "none": None,
    "forged": "cmVzaWRlbnQ6cGVyXzF8OTk5OTk5OTk5OQ==.AAAA",
    "foreign": Tokens("t" * 40).issue("officer:off_1")[0],
    "over": Tokens(SECRET, now=lambda: 1_000.0).issue("officer:off_1")[0],
    "secret": SECRET,
}
"""Who shows no token that holds."""
DECLARED = {"FORBIDDEN", "OUT_OF_GRID", "IDEMPOTENCY_MISMATCH", "MALFORMED", "BAD_AMOUNT"}


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The small town."""
    found = Deployed(tmp_path_factory.mktemp("store") / "town.db")
    for by in town_envelopes()[1]:
        assert found.ask(found.command(by))[0].status_code == 200
    yield found
    found.close()


def given(deployed: Deployed, wire: str, actor: str | None, data: Any, **headers: str) -> httpx.Response:
    """A command as JSON, with a token for an actor, or the headers that are given."""
    sent = {"Idempotency-Key": f"attack-{next(KEYS)}", "Mashang-At": str(MORNING + 60), **headers}
    if actor is not None:
        sent = deployed.headers(actor, **sent)
    return deployed.ask(httpx.Request("POST", f"{BASE}{path_of(BY_TYPE[wire])}", json=data, headers=sent))[0]


def records(deployed: Deployed) -> int:
    """How many records the log has."""
    found: int = deployed.read("officer:off_1", "district.totals").json()["n"]
    return found


def code(answer: httpx.Response) -> str:
    """The code of an answer, ok for an accepted one."""
    return "ok" if answer.status_code == 200 else str(answer.json()["error"]["code"])


@cache
def example(wire: str) -> dict[str, Any]:
    """A command that the schema takes, the same in every run."""
    kind = BY_TYPE[wire]

    def fits(made: Command) -> bool:
        try:
            command_from(wire, kind.version, json.loads(made.encode()))
        except Rejected:
            return False
        return True

    any_that_fits = settings(derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    made = find(commands(kind, Known(IDS, now=MORNING + 60)), fits, settings=any_that_fits)
    found: dict[str, Any] = json.loads(made.encode())
    return found


@pytest.mark.parametrize("wire", sorted(BY_TYPE))
def test_the_whole_table_of_roles_and_commands(wire: str, deployed: Deployed) -> None:
    """Nobody gets 401, a kind that is not named 403, a body that is none 400, all others a code of the contract."""
    kind, good = BY_TYPE[wire], example(wire)
    allowed = DECLARED | {each.name for each in kind.codes} | {"ok"}
    before = records(deployed)
    for token in NOBODY.values():
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        assert code(given(deployed, wire, None, {"none": 1}, **headers)) == "UNAUTHENTICATED"
    for role in ACTOR_KINDS:
        assert code(given(deployed, wire, f"{role}:x_1", {**good, "no_such_field": 1})) == "MALFORMED"
        if role not in kind.actors:
            assert code(given(deployed, wire, f"{role}:x_1", good)) == "FORBIDDEN"
    assert records(deployed) == before
    for role in kind.actors:
        answer = given(deployed, wire, f"{role}:x_1", good)
        assert code(answer) in allowed
        assert answer.status_code == (200 if code(answer) == "ok" else STATUS[code(answer)])


PERSONAL = sorted(kind.type for kind in COMMANDS if "resident" in kind.actors and "person" in kind.__dataclass_fields__)  # type: ignore[attr-defined]


@pytest.mark.parametrize("wire", PERSONAL)
def test_a_resident_acts_for_nobody_else(wire: str, deployed: Deployed) -> None:
    """Whoever is named in body or headers: the token decides, and the answer does not tell who exists."""
    before = records(deployed)
    tricks = {"Mashang-Actor": "resident:per_1", "X-Forwarded-User": "per_1", "X-Original-URL": "/v1/tokens"}
    answers = [
        given(deployed, wire, "resident:per_3", {**example(wire), "person": person}, **tricks)
        for person in ("per_1", "per_nobody")
    ]
    assert {code(each) for each in answers} == {"FORBIDDEN"}
    assert without_id(answers[0]) == without_id(answers[1])
    assert records(deployed) == before


def without_id(answer: httpx.Response) -> dict[str, Any]:
    """The body of an error but for the number of the request."""
    found: dict[str, Any] = answer.json()["error"]
    return {name: value for name, value in found.items() if name != "request_id"}


def case_of(deployed: Deployed, person: str) -> str:
    """A case that a person has brought."""
    data = {**example("reporting.submit_report"), "person": person, "grid": "grd_1", "kind": "problem"}
    data |= {"category": "facilities", "text": "the lamp is dark", "place": "at the gate"}
    for category in ("facilities", "other", "sanitation", "security"):
        answer = given(deployed, "reporting.submit_report", f"resident:{person}", {**data, "category": category})
        if answer.status_code == 200:
            return str(answer.json()["view"][0]["data"]["report"])
    raise AssertionError(answer.text)


OF_A_CASE = ("withdraw_report", "confirm_report", "rate_report", "dispute_report", "reopen_report")


@pytest.mark.parametrize("verb", OF_A_CASE)
def test_anothers_case_tells_nothing_of_itself(verb: str, deployed: Deployed) -> None:
    """A stranger gets the same refusal whatever state a case is in. That a number is taken is no secret: numbers are
    dense, so whoever brings a case knows of all before; a read does not tell even that.
    """
    there, gone = case_of(deployed, "per_1"), case_of(deployed, "per_1")
    assert code(given(deployed, "reporting.withdraw_report", "resident:per_1", {"report": gone})) == "ok"
    wire = f"reporting.{verb}"
    data = example(wire)
    bodies = [without_id(given(deployed, wire, "resident:per_3", {**data, "report": each})) for each in (there, gone)]
    assert bodies[0] == bodies[1]
    assert bodies[0]["code"] == "FORBIDDEN"
    assert not {"n", "details"} & set(bodies[0])


def test_enumeration_finds_nothing(deployed: Deployed) -> None:
    """Every read that names something: a stranger's answers for what is there and what is not are the same bytes."""
    report = case_of(deployed, "per_1")
    there = {"person": "per_1", "report": report, "merchant": "mer_1", "worker": "wkr_1"}
    for read in READS:
        names = list(getattr(read.parameters, "__annotations__", {}))
        if not names or set(names) - set(there) or "resident" in PUBLIC.get(read.name, ()):
            continue
        asked = {name: there[name] for name in names}
        missing = {name: f"{there[name][:4]}nobody" for name in names}
        answers = [deployed.read("resident:per_3", read.name, **each) for each in (asked, missing)]
        assert [each.status_code for each in answers] == [403, 403], (read.name, answers[0].text)
        assert without_id(answers[0]) == without_id(answers[1])


PUBLIC = {
    read.name: tuple(read.actors)
    for read in READS
    if {"resident", "grid", "merchant"} <= set(read.actors)
    and read.name
    in {
        "participation.activity",
        "participation.board",
        "participation.questionnaire",
        "participation.vote",
        "reporting.closed_cases",
    }
}
"""What everybody with a token may read; a new read is looked at here before it joins them."""


def test_a_key_is_no_way_into_anothers_answer(deployed: Deployed) -> None:
    """A request that was overheard is refused from another resident; so is its key, and its answer is not told."""
    data = {
        "person": "per_1",
        "merchant": "mer_1",
        "channel": "wechat",
        "goods_fen": 777,
        "excluded_fen": 0,
        "points": 0,
    }
    wire = "payments.pay_purchase"
    first = given(deployed, wire, "resident:per_1", data, **{"Idempotency-Key": "overheard"})
    assert first.status_code == 200
    replayed = given(deployed, wire, "resident:per_3", data, **{"Idempotency-Key": "overheard"})
    own = given(deployed, wire, "resident:per_3", {**data, "person": "per_3"}, **{"Idempotency-Key": "overheard"})
    assert (code(replayed), code(own)) == ("FORBIDDEN", "IDEMPOTENCY_MISMATCH")
    payment = first.json()["view"][0]["data"]["payment"]
    assert payment not in replayed.text + own.text
    assert "777" not in own.text
    again = given(deployed, wire, "resident:per_1", data, **{"Idempotency-Key": "overheard"})
    assert (again.text, again.headers["idempotent-replayed"]) == (first.text, "true")


@pytest.mark.parametrize("actor", ["resident:per_1", "grid:wkr_1", "merchant:mer_1", "system:clock"])
def test_nobody_raises_the_own_role(actor: str, deployed: Deployed) -> None:
    """Tokens come for the operator's secret alone, the export goes to officers alone."""
    wanted = {"actor": "officer:off_1"}
    asked = httpx.Request("POST", f"{BASE}/v1/tokens", json=wanted, headers=deployed.headers(actor))
    assert code(deployed.ask(asked)[0]) == "UNAUTHENTICATED"
    export = httpx.Request("GET", f"{BASE}/v1/events", headers=deployed.headers(actor))
    assert code(deployed.ask(export)[0]) == "FORBIDDEN"


@pytest.mark.parametrize(
    "actor",
    [
        "",
        "officer",
        "officer:",
        ":x",
        "king:x",
        "officer:a|b",
        "officer:é",
        "officer:" + "x" * 200,
        7,
        None,
        ["officer:x"],
    ],
)
def test_a_token_is_issued_for_an_actor_only(actor: Any, deployed: Deployed) -> None:
    """Whatever stands there instead gives 400; a bar in an id moves no expiry."""
    headers = {"Authorization": f"Bearer {SECRET}"}
    answer = deployed.ask(httpx.Request("POST", f"{BASE}/v1/tokens", json={"actor": actor}, headers=headers))[0]
    if actor == "officer:a|b":
        token = answer.json()["token"]
        assert deployed.tokens.actor_of(token) == ("officer", "a|b")
    else:
        assert (answer.status_code, code(answer)) == (400, "MALFORMED")


PATHS = (
    "/v1/%2e%2e/tokens", "//v1/events", "/v1/events/", "/V1/EVENTS", "/v1/events;a=b", "/v1/events%00",
    "/v1/events%2f", "/v1//events", "/v1/read/..%2fevents", "/v1/read/", "/v1/read/points.balance/../district.totals",
    "/docs", "/redoc", "/.git/config", "/" + "a" * 9_000, "/v1/%ff%fe", "/v1/read/*", "/openapi.json/x",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_no_path_leads_around_the_door(path: str, deployed: Deployed) -> None:
    """A path is served as it is written down, or not at all: no decoding, folding or cutting makes another of it."""
    url = httpx.URL(BASE, raw_path=path.encode())
    for token in ({}, deployed.headers("resident:per_1")):
        answer = deployed.ask(httpx.Request("GET", url, headers=token))[0]
        assert answer.status_code in (404, 401, 403), answer.text
        assert code(answer) in ("NO_SUCH_PATH", "UNAUTHENTICATED", "FORBIDDEN")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_no_other_method_gives_a_command(method: str, deployed: Deployed) -> None:
    """405 with the methods that there are, and nothing is written."""
    before = records(deployed)
    headers = deployed.headers(
        "officer:off_1", **{"Idempotency-Key": "m", "Mashang-At": "1", "X-HTTP-Method-Override": "POST"}
    )
    answer = deployed.ask(httpx.Request(method, f"{BASE}/v1/clock/sweep", headers=headers, content=b"{}"))[0]
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert records(deployed) == before


def test_an_envelope_has_no_way_past_the_fields(deployed: Deployed) -> None:
    """Fields of the envelope in a body, names twice and numbers as text are refused, or mean the last name said."""
    headers = deployed.headers("officer:off_1", **{"Idempotency-Key": "past", "Mashang-At": str(MORNING + 60)})
    url = f"{BASE}/v1/binding/open_community"
    for body in (
        b'{"community":"com_7","subdistrict":"s","actor":"officer:x"}',
        b'{"community":"com_7","subdistrict":"s","at":1}',
        b'{"community":7,"subdistrict":"s"}',
        b'{"community":"com_7\\u0000","subdistrict":"s"}',
        b'["com_7","s"]',
        b'{"__class__":"x","community":"com_7","subdistrict":"s"}',
    ):
        answer = deployed.ask(httpx.Request("POST", url, content=body, headers=headers))[0]
        assert code(answer) == "MALFORMED", body
