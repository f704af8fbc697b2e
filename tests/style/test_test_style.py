"""Every test says which behaviour it is about, and is repeatable."""

import ast
from collections.abc import Iterator

import pytest

from tests.style.sources import Finding, Source, report, sources

DRAWS = {"random", "shuffle", "choice", "choices", "randint", "uniform", "sample", "gauss"}
WALL_CLOCKS = {"time", "perf_counter", "monotonic", "process_time"}


def each_test(source: Source) -> Iterator[ast.FunctionDef]:
    """The test functions and methods of a file."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def says_nothing(source: Source) -> Iterator[Finding]:
    """A test's docstring is the behaviour as a sentence."""
    for test in each_test(source):
        said = ast.get_docstring(test) or ""
        if len(said.split()) < 3 and len(said) < 8:  # a Chinese sentence has no spaces
            yield source.finding(test, f"{test.name} has no docstring", "say the behaviour as a sentence")


def is_not_repeatable(source: Source) -> Iterator[Finding]:
    """Chance comes from a seed, and no verdict hangs on the wall clock."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = ast.unparse(node.func.value)
            if of in {"random", "np.random", "numpy.random"} and node.func.attr in DRAWS:
                yield source.finding(node, f"{of}.{node.func.attr}()", "numpy.random.Generator from a seed")
        if isinstance(node, ast.Assert):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in WALL_CLOCKS:
                    yield source.finding(node, "an assert on the wall clock", "count work, or put it in benchmarks/")


@pytest.mark.parametrize("rule", [says_nothing, is_not_repeatable])
def test_tests_keep_the_rule(rule: object) -> None:
    """Each test of the project keeps both rules."""
    assert callable(rule)
    findings = [finding for source in sources("tests") for finding in rule(source)]
    assert not findings, report(findings)


def test_a_breach_is_found() -> None:
    """A test without a sentence, a draw without a seed and an assert on the wall clock are found."""
    assert list(says_nothing(Source("tests/a.py", "def test_a():\n    assert 1")))
    assert list(says_nothing(Source("tests/a.py", 'class TestA:\n    def test_a(self):\n        """A."""')))
    assert list(is_not_repeatable(Source("tests/a.py", "x = random.choice([1])")))
    assert list(is_not_repeatable(Source("tests/a.py", "assert time.perf_counter() - start < 1")))


def test_clean_tests_are_left_alone() -> None:
    """A sentence and a seeded generator are fine."""
    clean = Source("tests/a.py", 'def test_a():\n    """A wallet never goes below zero."""\n    rng = default_rng(1)')
    assert not list(says_nothing(clean))
    assert not list(is_not_repeatable(clean))
