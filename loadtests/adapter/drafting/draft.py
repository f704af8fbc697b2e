"""The draft itself: collections (a path that takes POST, with items below it), and keys (items that PUT makes).

A collection needs no more than `POST /things` and `GET /things/{id}` to be audited: what was made can be read as it was
sent, by whoever asks next. Changing, deleting and listing are taken along where they are described.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from loadtests.adapter.drafting.openapi import PARAMETER, Described, OpenApi, parameters_of
from loadtests.adapter.drafting.samples import drawn, fixed
from loadtests.adapter.extraction import BODY

Table = dict[tuple[str, str], Described]
WRAPPERS = ("data", "result", "item", "attributes")
IDEMPOTENCY = re.compile(r"^(x-)?idempotency-key$", re.IGNORECASE)
OUTCOMES = [
    {"when": "status in (404, 410)", "error": "NOT_FOUND"},
    {"when": "status in (401, 403)", "error": "UNAUTHENTICATED"},
    {"when": "status in (409, 412)", "error": "CONFLICT"},
    {"when": "status in (400, 422)", "error": "MALFORMED"},
    {"when": "status == 429", "effect": "none"},
    {"when": "timeout or reset or status >= 500", "effect": "unknown"},
]


@dataclass(frozen=True, slots=True)
class Draft:
    """The file as plain values, and the operations of the API that it leaves to a person."""

    document: dict[str, Any]
    left: tuple[str, ...]


def drafted(api: OpenApi, base_url: str) -> Draft:
    """A draft; its `objects` are empty where nothing was recognized."""
    table: Table = {(each.method, each.path): each for each in api.operations()}
    objects: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    taken: set[tuple[str, str]] = set()
    for making in (_collections, _keys):
        for found in making(api, table):
            name = _free(found.name, objects)
            objects[name] = found.thing
            operations |= {kind.format(name=name): entry for kind, entry in found.operations.items()}
            taken |= found.taken
    document: dict[str, Any] = {"mashang": "1", "target": {"base_url": base_url}}
    if auth := _auth(api):
        document["auth"] = auth
    if header := _idempotency(table):
        document["idempotency"] = {"header": header}
    document |= {"objects": objects, "operations": operations, "outcome": OUTCOMES}
    return Draft(document, tuple(f"{method.upper()} {path}" for method, path in table if (method, path) not in taken))


@dataclass(frozen=True, slots=True)
class Recognized:
    """One object; names of its operations have `{name}` in the place of the object's."""

    name: str
    thing: dict[str, Any]
    operations: dict[str, Any]
    taken: set[tuple[str, str]]


def _collections(api: OpenApi, table: Table) -> Iterator[Recognized]:
    for (method, path), post in table.items():
        item = _item_path(path, table)
        if method != "post" or item is None or parameters_of(path) or post.body is None:
            continue
        body, fields = _body(api, post.body)
        if not fields:
            continue
        making = _Making(api, table, item)
        get, wrapper = table["get", item], _wrapper(api, table["get", item])
        operations = {"{name}.create": making.entry(post, path, body, {"made": {"id": _id_of(api, post, item)}})}
        operations["read:{name}.get"] = making.entry(get, item, None, {"view": wrapper})
        taken = {("post", path), ("get", item)}
        for changing in ("put", "patch"):
            change = table.get((changing, item))
            if change is not None and change.body is not None and "{name}.update" not in operations:
                whole, written = _body(api, change.body)
                if set(written) >= set(fields):
                    operations["{name}.update"] = making.entry(change, item, whole, {})
                    taken.add((changing, item))
        if ("delete", item) in table:
            operations["{name}.delete"] = making.entry(table["delete", item], item, None, {})
            taken.add(("delete", item))
        thing = {"model": "collection", "keys": 4, "clients": 8, "fields": fields}
        yield Recognized(_name_of(path), thing, operations, taken)


def _keys(api: OpenApi, table: Table) -> Iterator[Recognized]:
    """Keys whose value PUT writes and GET shows, where no POST makes them."""
    for (method, path), put in table.items():
        names = parameters_of(path)
        above = path.rsplit("/", 1)[0]
        if method != "put" or len(names) != 1 or not path.endswith("}") or ("post", above) in table:
            continue
        if ("get", path) not in table or put.body is None:
            continue
        _, fields = _body(api, put.body)
        text = next((name for name, how in fields.items() if how["kind"] == "text"), None)
        if text is None:
            continue
        body, _ = _body(api, put.body, value={text: "{{value}}"})
        making = _Making(api, table, path, "{{fresh_id}}")
        shown = f"{BODY}#/{text}"
        operations = {
            "{name}.put": making.entry(put, path, body, {}),
            "read:{name}.get": making.entry(table["get", path], path, None, {"view": shown}),
        }
        operations["read:{name}.get"]["outcome"].append({"when": "status == 404", "ok": {}})
        taken = {("put", path), ("get", path)}
        if ("delete", path) in table:
            operations["{name}.delete"] = making.entry(table["delete", path], path, None, {})
            operations["{name}.delete"]["outcome"].append({"when": "status == 404", "ok": {}})
            taken.add(("delete", path))
        yield Recognized(_name_of(above), {"model": "key-value", "keys": 4, "clients": 8}, operations, taken)


@dataclass(frozen=True, slots=True)
class _Making:
    """Entries of the operations of one object."""

    api: OpenApi
    table: Table
    item: str
    id: str = "{{id}}"

    def entry(self, of: Described, path: str, body: Any, accepted: dict[str, Any]) -> dict[str, Any]:
        """How one operation is done and when it was."""
        step: dict[str, Any] = {"call": f"{of.method.upper()} {PARAMETER.sub(self.id, path)}"}
        given = {place: self._needed(of, place) for place in ("query", "header")}
        if given["query"]:
            step["query"] = given["query"]
        if given["header"]:
            step["headers"] = given["header"]
        if body is not None:
            step["body"] = body
        statuses, _ = of.success
        when = f"status == {statuses[0]}" if len(statuses) == 1 else f"status in ({', '.join(map(str, statuses))})"
        return {"steps": [step], "outcome": [{"when": when, "ok": accepted}]}

    def _needed(self, of: Described, place: str) -> dict[str, str]:
        return {
            str(each["name"]): str(fixed(self.api, each.get("schema") or each))
            for each in of.needed(place)
            if not IDEMPOTENCY.match(str(each["name"]))
        }


def _body(
    api: OpenApi, schema: Mapping[str, Any], value: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A body with drawn fields, and how they are drawn; `value`: what stands for one of them instead."""
    schema = api.at(schema)
    needed, body, fields = set(schema.get("required", [])), {}, {}
    for name, part in schema.get("properties", {}).items():
        field = api.at(part)
        if field.get("readOnly") or name == "id":
            continue
        how = drawn(field)
        if value is not None and name in value:
            body[name] = value[name]
        elif how is not None and value is None and re.fullmatch(r"[A-Za-z_]\w*", name):
            fields[name], body[name] = how, f"{{{{value.{name}}}}}"
        elif name in needed:
            body[name] = fixed(api, field)
    return body, fields


def _id_of(api: OpenApi, post: Described, item: str) -> str:
    """Where the answer to a POST says the id of what it made."""
    named = parameters_of(item)[0]
    _, schema = post.success
    found = _properties(api, schema)
    short = re.sub(r"[^a-z0-9]", "", named.lower())
    wanted = [name for name in found if re.sub(r"[^a-z0-9]", "", name.lower()) == short]
    for name in (*wanted, *(each for each in ("id", "uuid", "_id", "key") if each in found)):
        return f"{BODY}#/{name}"
    for wrapper in WRAPPERS:
        inner = _properties(api, found.get(wrapper))
        for name in ("id", named, "uuid"):
            if name in inner:
                return f"{BODY}#/{wrapper}/{name}"
    if schema is not None and schema.get("type") in {"string", "integer"}:
        return BODY
    return "jmes:id || data.id || uuid || result.id"


def _wrapper(api: OpenApi, get: Described) -> str:
    """Where the answer to a GET has the item itself."""
    found = _properties(api, get.success[1])
    inner = [name for name in WRAPPERS if _properties(api, found.get(name))]
    return f"{BODY}#/{inner[0]}" if len(found) <= 2 and inner else BODY  # noqa: PLR2004 - the item and a word beside it


def _properties(api: OpenApi, schema: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = api.at(schema).get("properties") or {}
    return found


def _item_path(path: str, table: Table) -> str | None:
    """The path of one item below a collection's path, if it can be read."""
    start = f"{path.rstrip('/')}/"
    for method, each in table:
        rest = each[len(start) :].rstrip("/")
        if method == "get" and each.startswith(start) and PARAMETER.fullmatch(rest):
            return each
    return None


def _auth(api: OpenApi) -> list[dict[str, Any]]:
    """Headers of the first way to say who asks that a header can carry; the secret comes from the environment."""
    for scheme in api.schemes().values():
        kind, way = scheme.get("type"), str(scheme.get("scheme", "")).lower()
        if kind == "apiKey" and scheme.get("in") == "header":
            return _headers(str(scheme.get("name", "X-Api-Key")), "${env.API_KEY}")
        if kind == "basic" or (kind == "http" and way == "basic"):
            return _headers("Authorization", "Basic ${env.API_BASIC}")
        if kind in {"oauth2", "openIdConnect"} or (kind == "http" and way == "bearer"):
            return _headers("Authorization", "Bearer ${env.API_TOKEN}")
    return []


def _headers(name: str, value: str) -> list[dict[str, Any]]:
    return [{"name": "user", "fixedHeaders": [{"name": name, "value": value}]}]


def _idempotency(table: Table) -> str:
    for described in table.values():
        for each in described.parameters:
            if each.get("in") == "header" and IDEMPOTENCY.match(str(each.get("name", ""))):
                return str(each["name"])
    return ""


def _name_of(path: str) -> str:
    """The object's name from the last word of a path."""
    words = [word for word in path.split("/") if word and "{" not in word]
    word = re.sub(r"[^a-z0-9]+", "_", words[-1].lower()).strip("_") if words else ""
    return word if re.match(r"[a-z]", word) else f"things_{word}".rstrip("_")


def _free(name: str, taken: Mapping[str, Any]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
