from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic.types import StringConstraints

from engine import Command, Engine, Envelope
from engine.catalogue import BY_TYPE, COMMANDS
from engine.contract import ACTOR_KINDS, codes
from engine.views.catalogue import READS
from loadtests.audit.reference_wire import CODES, ReferenceWire, status_of
from loadtests.history import Exchange
from loadtests.operations import Operation
from loadtests.plan.hunt.drawing import DESKS, PREFIXES, marks_of, types_of
from loadtests.property.strategies import Known, commands
from loadtests.reference.answers import DOOR_CODES, STATUS, refused
from loadtests.reference.description import document
from loadtests.reference.tokens import Tokens
from tests.loadtests.reference.deployed import BASE, MORNING, Deployed, seen, told, town_envelopes

IDS = {"per": ["per_1", "per_2", "per_4"], "dwl": ["dwl_1", "dwl_3"], "grd": ["grd_1"], "mer": ["mer_1"]}
WHO = {
    **{kind: names[0] for kind, names in DESKS.items()},
    **{kind: f"{prefix}_1" for kind, prefix in PREFIXES.items()},
    "resident": "per_1",
}
"""Somebody of each kind of actor, as a hunt knows them."""


@dataclass
class Both:
    """A deployment and an engine that heard the same."""

    deployed: Deployed
    engine: Engine
    keys: Iterator[int]

    def agree(self, kind: str, command: Command) -> str:
        """Tell both; the code that they agree on."""
        by = Envelope(f"said-{next(self.keys)}", kind, WHO[kind], MORNING + 60, command)
        (answer,) = self.deployed.ask(self.deployed.command(by))
        outcome = self.engine.execute(by)
        assert seen(answer) == told(outcome)
        assert answer.status_code == (200 if outcome.code is None else STATUS[outcome.code.name])
        return str(seen(answer)[0])


def settled(store: Path) -> Both:
    """Both with the small town."""
    engine, said = town_envelopes()
    deployed = Deployed(store)
    for by in said:
        assert deployed.ask(deployed.command(by))[0].status_code == 200
    return Both(deployed, engine, count())


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Over a town in which much has been said."""
    found = settled(tmp_path_factory.mktemp("store") / "town.db")
    yield found
    found.deployed.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Both]:
    """Over the small town as its first lines describe it."""
    found = settled(tmp_path / "town.db")
    yield found
    found.deployed.close()


@pytest.mark.parametrize("wire", sorted(BY_TYPE))
def test_every_command_answers_every_actor_as_the_engine_does(wire: str, both: Both) -> None:
    """Code, instant, numbers and events over HTTP are those of the engine; who is not named gets FORBIDDEN."""
    kind = BY_TYPE[wire]

    @settings(max_examples=4, derandomize=True, deadline=None, database=None)
    @given(commands(kind, Known(IDS, now=MORNING + 60)))
    def agreed(command: Command) -> None:
        for actor in ACTOR_KINDS:
            code = both.agree(actor, command)
            assert actor in kind.actors or code == "FORBIDDEN"

    agreed()


def test_a_status_belongs_to_each_code() -> None:
    """The door and the audit hold the same table, and the document names every code under its status."""
    known = (*codes(), *DOOR_CODES)
    assert {code.name: STATUS[code.name] for code in known} == {code.name: status_of(code) for code in known}
    assert all(CODES[code.name] is code for code in known)
    paths = document(driven=True)["paths"]
    operations = {operation["operationId"]: operation for path in paths.values() for operation in path.values()}
    for kind in COMMANDS:
        responses = operations[kind.type]["responses"]
        for code in kind.codes:
            schema = responses[str(STATUS[code.name])]["content"]["application/json"]["schema"]
            assert code.name in schema["properties"]["error"]["properties"]["code"]["enum"]
    assert {f"read:{read.name}" for read in READS} <= set(operations)


@pytest.mark.parametrize(
    ("code", "outcome", "problems"),
    [
        ("UNAVAILABLE", "unknown", ()),
        ("NO_SUCH_PATH", "not_done", ("undeclared",)),
        ("BAD_METHOD", "not_done", ("undeclared",)),
    ],
)
def test_the_audit_knows_what_only_the_door_says(code: str, outcome: str, problems: tuple[str, ...]) -> None:
    """A stopping deployment leaves it open whether a command was done; a path that is not there breaks the contract."""
    operation = Operation(0, 0, "binding.open_community", "officer:off_1", "k", {}, "s")
    answer = refused(next(each for each in DOOR_CODES if each.name == code))
    exchange = Exchange(0, 1, 0, 1, 2, answer.status, json.loads(answer.text))
    (attempt,) = ReferenceWire().attempts(operation, [exchange])
    assert (attempt.answer.outcome, attempt.answer.code, attempt.answer.problems) == (outcome, code, problems)


def test_requests_under_one_key_at_once_get_one_answer(both: Both) -> None:
    """Twelve at once: one effect, twelve equal bodies, eleven of them marked as repeats; another payload mismatches."""
    kind = BY_TYPE["binding.open_community"]
    by = Envelope("at-once", "officer", "off_1", MORNING + 60, kind("com_90", "s"))  # type: ignore[call-arg]
    answers = both.deployed.ask(*(both.deployed.command(by) for _ in range(12)))
    both.engine.execute(by)
    assert {(each.status_code, each.text) for each in answers} == {(200, answers[0].text)}
    assert sum(each.headers.get("idempotent-replayed") == "true" for each in answers) == 11
    other = Envelope("at-once", "officer", "off_1", MORNING + 60, kind("com_91", "s"))  # type: ignore[call-arg]
    assert seen(both.deployed.ask(both.deployed.command(other))[0])[0] == "IDEMPOTENCY_MISMATCH"


def example(hint: Any) -> str:
    """A value of a parameter's type: the first id of its kind, a dwelling where any kind will do, or an instant."""
    if get_args(hint)[0] is int:
        return str(MORNING)
    pattern = next(str(mark.pattern) for mark in marks_of(hint) if isinstance(mark, StringConstraints))
    prefix = pattern.removeprefix("^").partition("_")[0]
    return f"{prefix if prefix.isalpha() else 'dwl'}_1"


@pytest.mark.parametrize("read", READS, ids=lambda read: read.name)
def test_a_read_answers_only_who_is_named(read: object, both: Both) -> None:
    """Actor kinds that a read does not name are refused; officers learn whether there is something."""
    asked = {name: example(hint) for name, hint in types_of(read.parameters).items()}  # type: ignore[attr-defined]
    for kind in ACTOR_KINDS:
        answer = both.deployed.read(f"{kind}:{WHO[kind]}", read.name, **asked)  # type: ignore[attr-defined]
        if kind not in read.actors:  # type: ignore[attr-defined]
            assert answer.status_code == 403
        elif read.name.startswith("epidemic."):  # type: ignore[attr-defined]
            assert answer.status_code == 403, "off under this policy"
        elif kind == "officer":
            assert answer.status_code in (200, 404)
            assert answer.status_code == 404 or answer.json()["n"] == both.engine.n


def test_nobody_reads_what_is_another_residents(town: Both) -> None:
    """Points, cases and purchases of others are refused, existing or not; so is a case outside a member's grids."""
    report = BY_TYPE["reporting.submit_report"]
    fields = {"person": "per_1", "kind": "problem", "category": "other", "grid": "grd_1", "text": "a", "place": "b"}
    data = {name: fields.get(name) for name in report.__dataclass_fields__}  # type: ignore[attr-defined]
    data |= {"category": min(town.engine.district.policy.reporting.categories)}
    headers = town.deployed.headers("resident:per_1", **{"Idempotency-Key": "case", "Mashang-At": str(MORNING + 70)})
    url = f"{BASE}/v1/reporting/submit_report"
    made = town.deployed.ask(httpx.Request("POST", url, json=data, headers=headers))[0]
    assert made.status_code == 200, (made.text, data)
    case = made.json()["view"][0]["data"]["report"]
    read = town.deployed.read
    assert read("resident:per_1", "reporting.case", report=case).json()["value"]["report"] == case
    assert read("resident:per_3", "reporting.case", report=case).status_code == 403
    assert read("resident:per_3", "reporting.case", report="rpt_00009999").status_code == 403
    assert read("grid:wkr_1", "reporting.case", report=case).status_code == 200
    assert read("grid:wkr_2", "reporting.case", report=case).status_code == 403
    assert read("resident:per_3", "points.balance", person="per_1").status_code == 403
    assert read("merchant:mer_2", "payments.payable", merchant="mer_1").status_code == 403


def test_a_token_is_believed_only_as_it_was_issued(both: Both) -> None:
    """Forged, changed, foreign, over and missing tokens are nobody's; so is the operator's secret at a read."""
    good = both.deployed.tokens.issue("resident:per_1")[0]
    foreign = Tokens("t" * 40).issue("officer:off_1")[0]
    over = Tokens("s" * 40, now=lambda: 1_000.0).issue("officer:off_1")[0]
    swapped = Tokens("s" * 40).issue("officer:off_1")[0].partition(".")[0] + "." + good.partition(".")[2]
    for token in ("", good[:-2], "A" + good, good + "=", foreign, over, swapped, "officer:off_1", "s" * 40, "é"):
        headers = [(b"Authorization", f"Bearer {token}".encode("latin-1"))]
        asked = httpx.Request("GET", f"{BASE}/v1/read/district.totals", headers=headers)
        answer = both.deployed.ask(asked)[0]
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "UNAUTHENTICATED"), token


BODIES = [
    b"", b"{", b"[" * 60_000, b'{"community":' * 4_000, b"\xff\xfe", b"null", b"1e999", b'"' + b"x" * 70_000 + b'"',
    b'{"community":"com_1","subdistrict":"\\ud800"}', b"9" * 5_000, b'{"community":"com_1","subdistrict":"s","x":1}',
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(BODIES)))
def test_a_body_that_is_no_command_is_malformed(number: int, both: Both) -> None:
    """Too long, too deep, not UTF-8, not JSON, unknown fields: 400, and nothing was written."""
    headers = both.deployed.headers("officer:off_1", **{"Idempotency-Key": "bad", "Mashang-At": "1"})
    url = f"{BASE}/v1/binding/open_community"
    answer = both.deployed.ask(httpx.Request("POST", url, content=BODIES[number], headers=headers))[0]
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "MALFORMED")


@given(
    st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=90),
    st.text(st.characters(codec="utf-8"), max_size=30),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_header_or_path_breaks_the_door(both: Both, header: str, path: str) -> None:
    """Whatever stands in a header or a path: an error object, never a failure of the server."""
    headers: dict[str, bytes | str] = {
        "Idempotency-Key": header.encode("latin-1"),
        "Mashang-At": header.encode("latin-1"),
    }
    headers |= both.deployed.headers("officer:off_1")
    for url in (f"{BASE}/v1/binding/open_community", f"{BASE}/v1/{quote(path)}"):
        answer = both.deployed.ask(httpx.Request("POST", url, content=b"{}", headers=headers))[0]  # type: ignore[arg-type]
        assert answer.status_code < 500
        assert json.loads(answer.text)["error"]["retryable"] is False
