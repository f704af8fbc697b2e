"""Files, functions and classes stay small, and their names say what they are."""

import pytest

from tests.style import shape_rules
from tests.style.shape_rules import MEDIAN_LINES, RULES, Rule, median_lines
from tests.style.sources import PRODUCT, Source, report, sources

LONG_BODY = "\n".join(f"    step_{number}()" for number in range(60))
BAD = [
    ("file_is_long", "engine/a.py", "x = 1\n" * 301),
    ("function_is_long", "engine/a.py", f"def run():\n{LONG_BODY}"),
    ("class_is_long", "engine/a.py", "class Town:\n" + "    x = 1\n" * 200),
    ("takes_much", "engine/a.py", "def pay(district, policy, payer, payee, amount_fen, points): ..."),
    ("takes_much", "engine/a.py", "class A:\n    def pay(self, district, policy, payer, *, payee, fen, at): ..."),
    ("name_says_nothing", "engine/a.py", "def load_data(): ..."),
    ("name_says_nothing", "engine/a.py", "class PaymentService: ..."),
    ("name_says_nothing", "engine/a.py", "class HTTPHandler: ..."),
    ("name_says_nothing", "sim/utils.py", ""),
    ("name_says_nothing", "sim/common/clock.py", ""),
]
GOOD = [
    ("engine/a.py", "def pay(self, district, policy, payer, payee, amount_fen): ..."),
    ("engine/a.py", "class Database: ...\ndef informed(): ...\ndef baseline(): ..."),
    ("mashang.py", "def run(a, b, c, d, e, f, g): ..."),
    ("engine/a.py", 'def run():\n    """' + "\n".join(["why"] * 60) + '"""\n    step()'),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_our_code_keeps_its_shape(rule: Rule) -> None:
    """No file of the product breaks the rule."""
    findings = [finding for source in sources(*PRODUCT, "benchmarks") for finding in rule(source)]
    assert not findings, report(findings)


@pytest.mark.parametrize("rule", [shape_rules.file_is_long, shape_rules.name_says_nothing], ids=["size", "names"])
def test_tests_keep_their_shape(rule: Rule) -> None:
    """No file of tests is too long, and none has a name that says nothing."""
    findings = [finding for source in sources("tests") for finding in rule(source)]
    assert not findings, report(findings)


def test_functions_of_the_engine_are_short() -> None:
    """Half of the functions of the engine have eight lines or fewer."""
    found = median_lines(sources("engine"))
    assert found <= MEDIAN_LINES, f"median {found}; instead: name the steps of the longest functions"


def test_the_median_counts_lines_without_docstring() -> None:
    """Two functions of one line and one of three lines with a docstring have the median 1."""
    text = 'def a(): ...\ndef b(): ...\ndef c():\n    """Why.\n\n    More.\n    """\n    x = 1\n    return x\n'
    assert median_lines((Source("engine/a.py", text),)) == 1
    assert median_lines((Source("engine/a.py", text.split("def b(): ...\n")[1]),)) == 3


@pytest.mark.parametrize(("name", "path", "text"), BAD)
def test_a_breach_is_found(name: str, path: str, text: str) -> None:
    """Each rule finds the snippet that breaks it, and names file, line and remedy."""
    found = list(getattr(shape_rules, name)(Source(path, text)))
    assert found
    assert str(found[0]).startswith(f"{path}:")
    assert "; instead: " in str(found[0])


@pytest.mark.parametrize(("path", "text"), GOOD)
def test_clean_code_is_left_alone(path: str, text: str) -> None:
    """What looks like a breach and is none passes every rule."""
    assert [str(finding) for rule in RULES for finding in rule(Source(path, text))] == []
