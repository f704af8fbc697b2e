"""What must not stand in a committed file: a machine, a registry host, a person.

The patterns are put together from pieces where they would otherwise find themselves.
"""

import datetime
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.style.sources import Finding, Source

LARGEST_FILE_BYTES = 2 * 2**20
# A folder of a machine; a path in a web address or behind a folder of our own has a letter before its slash.
FOLDERS = "home|root|work|tmp|opt|mnt|Users|private|var/folders"
MACHINE_PATH = re.compile(rf"(?<![\w.~*}}-])/(?:{FOLDERS})/[\w.-]+|[A-Z]:\\Users")
REGISTRY = re.compile(
    "|".join(["pypi" + r"\.org", "python" + r"hosted\.org", "--(?:extra-)?index" + "-url", "--find" + "-links"])
)
BRIEF = re.compile(r"\.\./" + "shared")
PHONE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")
IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{6})(\d{8})\d{3}[0-9Xx](?![0-9A-Za-z])")
REGIONS = {
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82,
}  # fmt: skip
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
CHECK_DIGITS = "10X98765432"


def is_identity_number(text: str) -> bool:
    """Whether 18 characters are a number that could be a citizen's: region, date of birth, GB 11643 check digit."""
    try:
        datetime.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], WEIGHTS, strict=True))
    return int(text[:2]) in REGIONS and CHECK_DIGITS[total % 11] == text[17].upper()


def found_by(pattern: re.Pattern[str], file: Source, what: str, instead: str) -> Iterator[Finding]:
    """A finding for each match of a pattern."""
    for number, line in enumerate(file.text.splitlines(), 1):
        for match in pattern.finditer(line):
            yield file.finding(number, f"{what} `{match[0]}`", instead)


def names_a_machine(file: Source) -> Iterator[Finding]:
    """A file of the project works on every machine."""
    yield from found_by(MACHINE_PATH, file, "the path of a machine", "a path from the root of the project")
    yield from found_by(REGISTRY, file, "a package registry", "leave it to the configuration of pip")
    yield from found_by(BRIEF, file, "a folder outside the project", "say it in our own words, with the public source")


def names_a_person(file: Source) -> Iterator[Finding]:
    """Synthetic people only: nothing that could be somebody's phone or citizen number, not even in an example."""
    instead = "a synthetic id like per_000123"
    yield from found_by(PHONE, file, "what looks like a phone number", instead)
    for number, line in enumerate(file.text.splitlines(), 1):
        for match in IDENTITY.finditer(line):
            if is_identity_number(match[0]):
                yield file.finding(number, f"what looks like a citizen's number `{match[0]}`", instead)


def is_lock(path: str) -> bool:
    """Whether a file pins packages."""
    name = PurePosixPath(path).name
    return name.endswith(".lock") or (name.startswith(("requirements", "pylock", "constraints")) and "." in name)


def lock_names_a_host(file: Source) -> Iterator[Finding]:
    """A lock holds names, versions and hashes, so that it installs from any mirror."""
    again = "make lock"
    yield from found_by(re.compile(r"\S*(?:://|file:)\S*"), file, "an address", again)
    yield from found_by(re.compile(r"(?<=\s)@ \S+|^-e .*|^-[-\w]+.*"), file, "an option or a direct reference", again)
