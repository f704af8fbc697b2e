"""XML answers as trees, and what a Python class beside the file may do."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.adapter import AdapterTarget
from loadtests.adapter.extraction import taking
from loadtests.adapter.xml_body import parsed
from loadtests.history import Exchange
from loadtests.operations import Operation
from tests.loadtests.adapter.documents import shop
from wording import MashangError

TREES: list[tuple[str, Any]] = [
    ("<a>x</a>", {"a": "x"}),
    ("<?xml version='1.0'?>\n<a><b>1</b><b>2</b><c/></a>", {"a": {"b": ["1", "2"], "c": ""}}),
    ("<s:l xmlns:s='urn:x'><r><id>1</id></r></s:l>", {"l": {"r": [{"id": "1"}]}}),
    ("<l/>", {"l": ""}),
    ("<a>&lt;&#20013;</a>", {"a": "<中"}),
    ("plain", "plain"),
    ("<broken>", "<broken>"),
    ("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"),
    ("<a>" * 200 + "</a>" * 200, "<a>" * 200 + "</a>" * 200),
]


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_xml_becomes_a_tree(text: str, tree: Any) -> None:
    """What holds elements is always a list below its parent; what declares a document type stays text."""
    assert parsed(text) == tree


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever an API says is read as a tree or left as it is."""
    assert parsed(f"<{text}") is not None


def test_values_are_changed_on_the_way() -> None:
    """Base 64 and numbers in text are read as what they stand for; what is neither stays nothing or as it is."""
    assert taking("number:base64:$response.body#/v")({"v": "LTEy"}, {}) == -12
    assert taking("base64:$response.body#/v")({"v": "?"}, {}) is None
    assert taking("number:$response.body#/v")({"v": "1.5"}, {}) == "1.5"
    assert taking("number:$response.header.N")({}, {"n": "7"}) == 7


CLASS = """
from dataclasses import replace
class Mine:
    def request(self, operation, request, outputs):
        return {request}
    def answer(self, operation, exchange, answer):
        return {answer}
"""
ASKED = Operation(1, 0, "points.grant_award", "a", "k", {}, "")
ENTRY = {"points.grant_award": {"steps": [{"call": "POST /a"}], "outcome": [{"when": "status == 200", "ok": {}}]}}


def target(folder: Path, request: str, answer: str) -> AdapterTarget:
    """A target with such a class."""
    (folder / "mine.py").write_text(CLASS.format(request=request, answer=answer))
    return AdapterTarget(shop(operations=ENTRY, auth=[], python=str(folder / "mine.py:Mine")), {})


def test_a_class_changes_requests_and_answers(tmp_path: Path) -> None:
    """Both pass through it, whatever sends them."""
    by = target(tmp_path, "replace(request, path=request.path + '?x=1')", "replace(answer, code=str(exchange.status))")
    assert by.request(ASKED, "send", None, {}).path == "/a?x=1"
    assert by.interpret(ASKED, [Exchange(1, 1, 0, 1, 2, 200, {})]).code == "200"


@pytest.mark.parametrize(("request_gives", "answer_gives"), [("None", "1/0"), ("request.absent", "'ok'")])
def test_a_class_that_does_otherwise_is_refused(tmp_path: Path, request_gives: str, answer_gives: str) -> None:
    """What it gives must be what it got, changed; its errors are the file's, with exit code 3."""
    by = target(tmp_path, request_gives, answer_gives)
    with pytest.raises(MashangError) as request:
        by.request(ASKED, "send", None, {})
    with pytest.raises(MashangError) as understood:
        by.interpret(replace(ASKED), [Exchange(1, 1, 0, 1, 2, 200, {})])
    assert (request.value.exit_code, understood.value.exit_code) == (3, 3)


@pytest.mark.parametrize(("text", "named", "code"), [(None, "absent.py:X", 2), ("1/0", "x.py:X", 3), ("", "x.py:X", 3)])
def test_a_class_that_is_not_there_is_named(tmp_path: Path, text: str | None, named: str, code: int) -> None:
    """A missing file is a fault of use, one that does not run or lacks the class a fault of content."""
    if text is not None:
        (tmp_path / "x.py").write_text(text)
    with pytest.raises(MashangError) as refused:
        AdapterTarget(shop(python=str(tmp_path / named)), {})
    assert refused.value.exit_code == code
