"""An OpenAPI description (3.x, or Swagger 2.0) as the draft reads it: operations, their bodies, answers and keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 20
LOCALHOST = "http://127.0.0.1:8000"
PARAMETER = re.compile(r"\{([^{}]+)\}")
JSON_TYPE = re.compile(r"^application/([\w.+-]*\+)?json|^\*/\*")


@dataclass(frozen=True, slots=True)
class Described:
    """One operation: its parameters by place (`query`, `header`, `path`), its JSON body's schema, its answers."""

    method: str
    path: str
    told: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]
    body: Mapping[str, Any] | None
    answers: Mapping[str, Mapping[str, Any] | None]

    def needed(self, place: str) -> list[Mapping[str, Any]]:
        """Parameters in a place that must be given."""
        return [each for each in self.parameters if each.get("in") == place and each.get("required")]

    @property
    def success(self) -> tuple[list[int], Mapping[str, Any] | None]:
        """The statuses of success, and the schema of the first answer that has one."""
        statuses = sorted(int(each) for each in self.answers if re.fullmatch(r"2\d\d", each))
        schemas = [self.answers[str(each)] for each in statuses if self.answers[str(each)] is not None]
        return statuses or [200, 201, 204], schemas[0] if schemas else None


class OpenApi:
    """The document; `$ref`s inside it are followed, others are not there."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Raises ValueError for what is no OpenAPI description."""
        if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
            raise ValueError("it has no paths")  # noqa: TRY004 - one kind of error for one kind of fault
        self._document = document
        self._old = "swagger" in document

    def address(self, seen_from: str) -> str:
        """Where it says that the API is; `seen_from`: where it was read, to which a relative address belongs."""
        if self._old:
            scheme = next(iter(self._document.get("schemes", [])), "http")
            host = self._document.get("host") or urlsplit(seen_from).netloc
            found = f"{scheme}://{host}{self._document.get('basePath', '')}" if host else LOCALHOST
            return found.rstrip("/")
        server: dict[str, Any] = next(iter(self._document.get("servers") or [{}]), {})
        url = str(server.get("url", "/"))
        for name, variable in (server.get("variables") or {}).items():
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
        return urljoin(seen_from if urlsplit(seen_from).netloc else LOCALHOST, url).rstrip("/")

    def operations(self) -> Iterator[Described]:
        """All operations, in the order of the document."""
        for path, shown in self._document["paths"].items():
            item = self.at(shown)
            for method in METHODS:
                if isinstance(told := item.get(method), dict):
                    shared = [*item.get("parameters", []), *told.get("parameters", [])]
                    yield self._described(method, str(path), told, tuple(self.at(each) for each in shared))

    def _described(self, method: str, path: str, told: Any, parameters: tuple[Any, ...]) -> Described:
        answers = {str(status): self._json(self.at(each)) for status, each in (told.get("responses") or {}).items()}
        body = self._json(self.at(told.get("requestBody") or {}))
        if self._old:
            body = next((self.at(each.get("schema", {})) for each in parameters if each.get("in") == "body"), None)
        return Described(method, path, told, parameters, body, answers)

    def _json(self, found: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The schema of a JSON body, or None."""
        if self._old and "schema" in found:
            return self.at(found["schema"])
        for kind, media in (found.get("content") or {}).items():
            if JSON_TYPE.match(str(kind)):
                return self.at(media.get("schema") or {})
        return None

    def at(self, found: Any, deep: int = 0) -> dict[str, Any]:
        """What a reference leads to; parts of `allOf` as one."""
        if not isinstance(found, dict) or deep > DEEPEST:
            return {}
        if isinstance(reference := found.get("$ref"), str):
            place: Any = self._document
            for part in reference.removeprefix("#/").split("/") if reference.startswith("#/") else ():
                name = part.replace("~1", "/").replace("~0", "~")
                place = place.get(name, {}) if isinstance(place, dict) else {}
            return self.at(place if place is not self._document else {}, deep + 1)
        if isinstance(found.get("allOf"), list):
            whole: dict[str, Any] = {name: value for name, value in found.items() if name != "allOf"}
            for part in found["allOf"]:
                whole = _joined(whole, self.at(part, deep + 1))
            return whole
        for choice in ("anyOf", "oneOf"):  # what may be null, or one of several: the first that is something
            options = [self.at(each, deep + 1) for each in found.get(choice, [])]
            real = [each for each in options if each.get("type") != "null"]
            if real:
                return _joined({name: value for name, value in found.items() if name != choice}, real[0])
        return found

    def schemes(self) -> Mapping[str, Mapping[str, Any]]:
        """Its ways to say who asks, by name."""
        if self._old:
            return self._document.get("securityDefinitions") or {}
        return (self._document.get("components") or {}).get("securitySchemes") or {}


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    whole = {**other, **one}
    for name, empty in (("properties", {}), ("required", [])):
        if name in one and name in other:
            whole[name] = {**other[name], **one[name]} if empty == {} else [*other[name], *one[name]]
    return whole


def parameters_of(path: str) -> list[str]:
    """Names of the parameters in a path."""
    return PARAMETER.findall(path)
