"""Drafts from OpenAPI descriptions: what is recognized, what it becomes, and that it works without a hand on it."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from loadtests.adapter.drafting import OpenApi, drafted
from loadtests.adapter.reading import adapter_from, read_adapter
from mashang import answer
from tests.loadtests.live.runs import LiveRun
from tests.loadtests.live.shop_server import OPENAPI, Shop, selling

ITEM = {"type": "object", "properties": {"title": {"type": "string"}}}


def document(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A description with these paths."""
    return {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths, **more}


def takes(schema: dict[str, Any], status: str = "201", shown: dict[str, Any] | None = None) -> dict[str, Any]:
    """An operation with a JSON body; `shown`: the schema of its answer."""
    content = {"content": {"application/json": {"schema": shown}}} if shown is not None else {}
    body = {"content": {"application/json; charset=utf-8": {"schema": schema}}}
    return {"requestBody": body, "responses": {status: {"description": "", **content}}}


GIVES: dict[str, Any] = {"responses": {"200": {"description": ""}}}
ANSWERS = [
    ({"properties": {"id": {}}}, "$response.body#/id"),
    ({"properties": {"thing_id": {}, "id": {}}}, "$response.body#/thing_id"),
    ({"properties": {"data": {"properties": {"id": {}}}}}, "$response.body#/data/id"),
    ({"properties": {"uuid": {}, "title": {}}}, "$response.body#/uuid"),
    ({"type": "string"}, "$response.body"),
    (None, "jmes:id || data.id || uuid || result.id"),
]


@pytest.mark.parametrize(("shown", "taken"), ANSWERS)
def test_the_new_id_is_looked_for_where_the_answer_says_it(shown: dict[str, Any] | None, taken: str) -> None:
    """By the name of the path's parameter, then by the usual names, also inside the usual wrappers."""
    api = document({"/things": {"post": takes(ITEM, shown=shown)}, "/things/{thingId}": {"get": GIVES}})
    (create,) = drafted(OpenApi(api), "http://127.0.0.1:1").document["operations"]["things.create"]["outcome"]
    assert create == {"when": "status == 201", "ok": {"made": {"id": taken}}}


FIELDS = [
    ({"type": "string"}, {"kind": "text"}),
    ({"type": ["null", "string"]}, {"kind": "text"}),
    ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, {"kind": "boolean"}),
    ({"type": "integer", "exclusiveMinimum": 0, "maximum": 5}, {"kind": "integer", "min": 1, "max": 5}),
    ({"type": "string", "enum": ["a", "b"]}, {"kind": "one_of", "of": ["a", "b"]}),
    ({"$ref": "#/components/schemas/Name"}, {"kind": "text"}),
    ({"type": "string", "format": "email"}, "mashang-{{n}}@example.org"),
    ({"type": "string", "maxLength": 4}, "mash"),
    ({"type": "string", "pattern": "^x$", "example": "x"}, "x"),
    ({"type": "number", "minimum": 2}, 2),
    ({"type": "array", "minItems": 1, "items": {"type": "integer"}}, [1]),
    ({"type": "object", "required": ["a"], "properties": {"a": {"default": 7}, "b": {}}}, {"a": 7}),
]


@pytest.mark.parametrize(("schema", "expected"), FIELDS)
def test_fields_are_drawn_or_fixed(schema: dict[str, Any], expected: Any) -> None:
    """What is recognized when it is read back is drawn anew; a needed field of another kind gets one fixed value."""
    body = {"type": "object", "required": ["f"], "properties": {"f": schema, "t": {"type": "string"}}}
    parts = {"components": {"schemas": {"Name": {"type": "string"}}}}
    api = document({"/x": {"post": takes(body)}, "/x/{id}": {"get": GIVES}}, **parts)
    made = drafted(OpenApi(api), "http://127.0.0.1:1").document
    fields, sent = made["objects"]["x"]["fields"], made["operations"]["x.create"]["steps"][0]["body"]
    if isinstance(expected, dict) and "kind" in expected:
        assert (fields["f"], sent["f"]) == (expected, "{{value.f}}")
    else:
        assert ("f" in fields, sent["f"]) == (False, expected)
    assert adapter_from(made, Path("x.yaml")).objects["x"].fields["t"].kind == "text"


def test_keys_and_swagger_are_understood() -> None:
    """A key that PUT writes and GET shows is a key-value object; Swagger 2.0 says address and bodies otherwise."""
    body = {"in": "body", "name": "body", "schema": {"$ref": "#/definitions/Entry"}}
    key = {"in": "path", "name": "key", "required": True, "type": "string"}
    api = {
        "swagger": "2.0",
        "host": "127.0.0.1:8080",
        "basePath": "/v1",
        "schemes": ["http"],
        "securityDefinitions": {"k": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "definitions": {"Entry": {"properties": {"value": {"type": "string"}}}},
        "paths": {
            "/entries/{key}": {
                "parameters": [key],
                "put": {"parameters": [body], **GIVES},
                "get": GIVES,
                "delete": GIVES,
            },
            "/health": {"get": GIVES},
        },
    }
    found = OpenApi(api)
    made = drafted(found, found.address("swagger.json"))
    adapter = adapter_from(made.document, Path("x.yaml"))
    assert adapter.target.base_url == "http://127.0.0.1:8080/v1"
    assert adapter.objects["entries"].model == "key-value"
    assert set(adapter.operations) == {"entries.put", "entries.delete", "read:entries.get"}
    assert adapter.operations["entries.put"].steps[0].call == "PUT /entries/{{fresh_id}}"
    assert adapter.auth[0].fixedHeaders[0].value == "${env.API_KEY}"
    assert made.left == ("GET /health",)


def test_a_draft_works_without_a_hand_on_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the description at a URL to a verdict: the right shop passes, one that forgets changes does not."""
    shop, forgetful = Shop(), Shop("forgets")
    for each in (shop, forgetful):
        each.tokens["open"] = 10**9
    monkeypatch.setenv("API_TOKEN", "open")
    draft = tmp_path / "shop.yaml"
    with selling(shop) as url:
        assert answer(["load", "adapter", "init", "--openapi", f"{url}/openapi.json", "--out", str(draft)]) == 0
        assert "items.create" in capsys.readouterr().out
        assert answer(["load", "adapter", "check", str(draft), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        done = LiveRun(read_adapter(draft), url, tmp_path / "right", {"API_TOKEN": "open"}).go(200)
    assert {name: each["outcome"] for name, each in found["operations"].items()} == {
        "items.create": "ok", "items.update": "ok", "items.delete": "ok", "read:items.get": "ok",
    }  # fmt: skip
    assert read_adapter(draft).idempotency is not None
    assert (dict(done.audit.counts), done.audit.calls["ok"] > 150) == ({}, True)
    with selling(forgetful) as url:
        wrong = LiveRun(read_adapter(draft), url, tmp_path / "wrong", {"API_TOKEN": "open"}).go(200)
    assert wrong.audit.counts["OBJECT"]


REFUSED = [
    ("{}", 3),
    ("[1]", 3),
    ("a: [", 3),
    (json.dumps(document({"/a": {"get": GIVES}})), 1),
    (json.dumps(document({"/a": {"post": takes(ITEM)}})), 1),
]


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_what_cannot_be_drafted_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, code: int
) -> None:
    """No description ends with 3, one in which nothing is recognized with 1, each with a sentence."""
    path = tmp_path / "api.json"
    path.write_text(text)
    assert answer(["--lang", "en", "load", "adapter", "init", "--openapi", str(path)]) == code
    said = capsys.readouterr()
    assert str(path) in said.err
    assert said.out == ""


def test_a_draft_is_printed_or_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --out it is printed; a file that is there already is not written over."""
    path = tmp_path / "api.json"
    path.write_text(json.dumps(OPENAPI))
    assert answer(["load", "adapter", "init", "--openapi", str(path), "--target", "http://127.0.0.1:9"]) == 0
    printed = yaml.safe_load(capsys.readouterr().out)
    assert printed["target"]["base_url"] == "http://127.0.0.1:9"
    assert answer(["load", "adapter", "init", "--openapi", str(path), "--out", str(path)]) == 2
