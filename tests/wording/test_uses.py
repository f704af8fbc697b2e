"""What the code asks of the wording is there: every text by its id, with its values."""

import ast
import string
from collections.abc import Iterator

from tests.style.sources import PRODUCT, Finding, Source, report, sources
from wording import Wording

ENGLISH = Wording("en").all()


def asked(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Calls of `.text("id", ...)` and `MashangError(code, "id", ...)` with a literal id."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = {"text": 0, "MashangError": 1}.get(called)
            given = node.args[place] if place is not None and len(node.args) > place else None
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield node, given.value


def not_there(source: Source) -> Iterator[Finding]:
    """Ids without a text, and texts that do not get the values of their placeholders."""
    for call, text_id in asked(source):
        if text_id not in ENGLISH:
            yield source.finding(call, f"no text {text_id}", "add it to wording/zh and wording/en")
            continue
        wanted = {name for _, name, _, _ in string.Formatter().parse(ENGLISH[text_id]) if name}
        given = {keyword.arg for keyword in call.keywords}
        if None not in given and wanted - given:
            yield source.finding(call, f"{text_id} without {sorted(wanted - given)}", "hand over these values by name")


def test_every_text_that_is_asked_for_is_there() -> None:
    """No call asks for a text that does not exist, or forgets one of its values."""
    findings = [finding for source in sources(*PRODUCT) for finding in not_there(source)]
    assert not findings, report(findings)
    assert sum(1 for source in sources("mashang_doctor.py") for _ in asked(source)) > 10


def test_a_missing_text_and_a_missing_value_are_found() -> None:
    """Both faults are found, with line and remedy; a right call is left alone."""
    bad = 'w.text("cli.gone")\nraise MashangError(2, "cli.value_missing")\n'
    assert [finding.line for finding in not_there(Source("sim/a.py", bad))] == [1, 2]
    good = 'MashangError(2, "cli.value_missing", option="--x")\nw.text("cli.value_missing", **values)\nw.text(name)'
    assert not list(not_there(Source("sim/a.py", good)))
