"""What the tests used is added up by file, and what uses too much is named with what to do."""

from types import SimpleNamespace

from tests.time_spent import MANY_S, NAME, lines, spent_s


def report(name: str, seconds: float, when: str = "teardown") -> SimpleNamespace:
    """As pytest has it."""
    return SimpleNamespace(nodeid=name, when=when, user_properties=[(NAME, seconds)])


def test_files_are_added_up_and_heavy_tests_named() -> None:
    """Only the end of a test counts, the file that used most stands first, and a heavy test gets its advice."""
    found = lines([report("a.py::one", 1), report("b.py::two", MANY_S + 1), report("a.py::one", 9, "setup")])
    assert found[0] == f"{MANY_S + 2:.0f} processor seconds in 2 tests; most in b.py {MANY_S + 1:.0f}, a.py 1"
    assert "mark it slow" in found[1]
    assert found[2:] == [f"{MANY_S + 1:.1f} s b.py::two"]


def test_light_tests_get_no_advice() -> None:
    """One line for tests that use little, none for no tests."""
    assert len(lines([report("a.py::one", MANY_S)])) == 1
    assert lines([]) == []


def test_time_does_not_run_backwards() -> None:
    """What was used only grows."""
    first = spent_s()
    assert 0 < first <= spent_s()
