"""No machine, no registry and no person stands in a committed file; locks install anywhere."""

import platform
import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.style.leak_rules import (
    LARGEST_FILE_BYTES,
    is_identity_number,
    is_lock,
    lock_names_a_host,
    names_a_machine,
    names_a_person,
)
from tests.style.sources import NOT_OURS, ROOT, Finding, Source, inside, project_files, report

Rule = Callable[[Source], Iterator[Finding]]
PHONE = "138" + "00138000"
IDENTITY = "11010519491231" + "002X"  # the example of the standard itself, put together so that it is not found


@cache
def texts() -> tuple[Source, ...]:
    """Every committed text file that is ours."""
    found = []
    for name in project_files():
        raw = (ROOT / name).read_bytes()
        if b"\0" not in raw[:8192] and not inside(name, *NOT_OURS):
            found.append(Source(name, raw.decode("utf-8", errors="replace")))
    return tuple(found)


@pytest.mark.parametrize("rule", [names_a_machine, names_a_person])
def test_no_file_leaks(rule: Rule) -> None:
    """No committed file names a machine, a registry or a person."""
    findings = [finding for file in texts() for finding in rule(file)]
    assert not findings, report(findings)


def test_no_file_names_this_machine() -> None:
    """The name of the machine that the tests run on stands in no file."""
    host = platform.node()
    if len(host) < 8 or host.isalpha():
        pytest.skip("the name of this machine is an ordinary word")
    named = [file.path for file in texts() if re.search(rf"\b{re.escape(host)}\b", file.text)]
    assert not named, f"take the name of the machine out of {named}"


def test_locks_install_from_any_mirror() -> None:
    """Every lock holds names, versions and hashes only, and each version has a hash."""
    locks = [file for file in texts() if is_lock(file.path)]
    assert {file.path for file in locks} >= {"requirements.lock", "requirements-dev.lock"}
    findings = [finding for lock in locks for finding in lock_names_a_host(lock)]
    assert not findings, report(findings)
    for lock in locks:
        pins = re.split(r"\n(?=[a-z])", re.sub(r"(?m)^#.*\n", "", lock.text))
        assert all("==" in pin and "--hash=sha256:" in pin for pin in pins), f"{lock.path}: run make lock"


def test_the_two_locks_agree() -> None:
    """What `make run` installs is pinned to the same versions as what `make test` installs."""
    pins = {
        name: set(re.findall(r"(?m)^[a-z][^=\s]*==\S+", (ROOT / name).read_text("utf-8")))
        for name in ("requirements.lock", "requirements-dev.lock")
    }
    assert pins["requirements.lock"] < pins["requirements-dev.lock"], "run make lock, which writes both"


def test_no_file_is_large() -> None:
    """No committed file has more than 2 MB."""
    large = [name for name in project_files() if (ROOT / name).stat().st_size > LARGEST_FILE_BYTES]
    assert not large, f"make these smaller, or generate them when they are needed: {large}"


@pytest.mark.parametrize(
    "text",
    [
        "see /" + "home/somebody/run",
        "cd /" + "work/main",
        "out = '/" + "tmp/run'",
        r"C:\U" + "sers\\somebody",
        "from " + "pypi" + ".org",
        "pip install --index" + "-url x",
        "../" + "shared/design",
    ],
)
def test_a_machine_is_found(text: str) -> None:
    """A path of a machine, a registry and a folder outside the project are found, with line and remedy."""
    found = list(names_a_machine(Source("docs/a.md", f"first\n{text}\n")))
    assert found
    assert str(found[0]).startswith("docs/a.md:2: ")
    assert "; instead: " in str(found[0])


@pytest.mark.parametrize("text", [f"call {PHONE}.", f"id {IDENTITY}", f'{{"phone": "{PHONE}"}}'])
def test_a_person_is_found(text: str) -> None:
    """What could be a phone number or a citizen's number is found."""
    assert list(names_a_person(Source("docs/a.md", text)))


@pytest.mark.parametrize(
    "text",
    ["runs/home/a", "example.org/work/a", "per_000123", "1" * 64, f"a{PHONE}", "1640995200", IDENTITY[:-1] + "1"],
)
def test_harmless_text_is_left_alone(text: str) -> None:
    """Relative paths, synthetic ids, hashes and instants are no leaks."""
    file = Source("docs/a.md", text)
    assert not [str(finding) for rule in (names_a_machine, names_a_person) for finding in rule(file)]


def test_the_check_digit_decides() -> None:
    """Of the eleven possible last characters exactly one makes a citizen's number; a wrong date or region none."""
    assert [digit for digit in "0123456789X" if is_identity_number(IDENTITY[:17] + digit)] == ["X"]
    assert not is_identity_number(IDENTITY[:10] + "13" + IDENTITY[12:])
    assert not is_identity_number("99" + IDENTITY[2:])


@pytest.mark.parametrize(
    "text",
    ["a==1 @ https" + "://host/a.whl", "file:" + "///a", "-e .", "--index" + "-url x", "a @ ./a.whl"],
)
def test_a_host_in_a_lock_is_found(text: str) -> None:
    """An address, an option and a direct reference are found in a lock."""
    assert list(lock_names_a_host(Source("a.lock", f"# made by uv\n{text}\n")))
