"""What a page says: quantities, names and phrases that are rendered in both languages.

A section is built once. Its texts are `Phrase`s (a wording id with values), its numbers `Quantity`s, its codes `Name`s;
`render` turns each into the text of one language. Nothing here is HTML: the template escapes.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from wording import Wording

Kind = Literal[
    "count",
    "decimal",
    "signed_decimal",
    "share",
    "fine_share",
    "signed_share",
    "signed_points",
    "about",
    "day",
    "days",
    "text",
]
ABSENT = "—"
LARGE_NUMBERS = {"zh": (1e4, 1e8), "en": (1e6, 1e9)}
"""What a sentence counts large numbers in: 万 and 亿, million and billion."""
DECIMALS = ((100, 0), (10, 1), (0.1, 2), (0.01, 3))
"""Decimals from a size on; below the last, four."""
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number with the way it is written; None is written as a dash."""

    value: float | int | str | datetime.date | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a code: wording `prefix.code`, or `otherwise.code`, else the code itself (a new rule, a new tier)."""

    prefix: str
    code: str
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a run itself says in both languages, such as the title of a scenario."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A wording id with values, which may be quantities, names and phrases."""

    text_id: str
    values: Mapping[str, object] = field(default_factory=dict)


def phrase(text_id: str, /, **values: object) -> Phrase:
    """A phrase of this wording id."""
    return Phrase(text_id, values)


def count(value: float | None) -> Quantity:
    """A whole number: 12,345."""
    return Quantity(value, "count")


def decimal(value: float | None) -> Quantity:
    """A number with as many decimals as three digits need: 0.42, 3.1, 17, 1,234."""
    return Quantity(value, "decimal")


def share(value: float | None) -> Quantity:
    """A share from 0 to 1, written in percent with one decimal; two where the first would say nothing (0.04 %)."""
    return Quantity(value, "share")


def fine_share(value: float | None) -> Quantity:
    """A share from 0 to 1, in percent with two decimals: for 99.80 beside 99.84 %."""
    return Quantity(value, "fine_share")


def signed_share(value: float | None) -> Quantity:
    """A deviation, in percent with its sign."""
    return Quantity(value, "signed_share")


def signed_decimal(value: float | None) -> Quantity:
    """A difference of amounts with its sign: +1,204."""
    return Quantity(value, "signed_decimal")


def signed_points(value: float | None) -> Quantity:
    """A difference of two shares, in percentage points with its sign: +0.42."""
    return Quantity(value, "signed_points")


def about(value: float | None) -> Quantity:
    """A large number for a sentence, in the words of the language: 1.23 million, 123 万; below 100,000 in full."""
    return Quantity(value, "about")


def day(value: datetime.date | None) -> Quantity:
    """A civil day: 2022-08-09."""
    return Quantity(value, "day")


def days(value: float | None) -> Quantity:
    """A stay in days, written in the unit that fits: minutes, hours or days."""
    return Quantity(value, "days")


def verbatim(value: object) -> Quantity:
    """Text of the run (a scenario's name, a code) that is no wording."""
    return Quantity(None if value is None else str(value), "text")


def render(value: object, language: str) -> str:
    """The text of a quantity, name, phrase or words in `zh` or `en`; anything else as `str` gives it."""
    match value:
        case Phrase(text_id, values):
            text = wording_of(language).text(text_id, **{name: render(part, language) for name, part in values.items()})
            return text.replace("万 ", "万").replace("亿 ", "亿")  # the unit word follows these without a space
        case Name(prefix, code, otherwise):
            texts = known_texts(language)
            return texts.get(f"{prefix}.{code}") or texts.get(f"{otherwise}.{code}") or code
        case Words(zh, en):
            return zh if language == "zh" else en
        case Quantity(None, _):
            return ABSENT
        case Quantity(written, kind):
            return _written(written, kind, language)
        case _:
            return str(value)


def is_number(value: object) -> bool:
    """Whether a cell is set flush right."""
    return isinstance(value, Quantity) and value.kind not in {"day", "text"}


@lru_cache(maxsize=2)
def wording_of(language: str) -> Wording:
    """The wording of a language, read once."""
    return Wording(language)


@lru_cache(maxsize=2)
def known_texts(language: str) -> Mapping[str, str]:
    """Every text of a language, for codes that may have no name."""
    return wording_of(language).all()


def _written(value: object, kind: Kind, language: str) -> str:
    if isinstance(value, str | datetime.date):
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    match kind:
        case "share":
            fine = 0 < abs(number) < 0.001  # noqa: PLR2004 - below 0.1 % one decimal would say 0.0 or 0.1
            text = f"{number * 100:.{2 if fine else 1}f}%"
        case "fine_share":
            text = f"{number * 100:.2f}%"
        case "signed_share":
            text = _signed(f"{number * 100:+.1f}%")
        case "decimal":
            text = three_digits(number)
        case "signed_decimal":
            text = ("+" if number > 0 else "") + three_digits(number)
        case "signed_points":
            text = ("+" if number > 0 else "") + three_digits(round(number * 100, 4))
        case "about":
            text = _about(number, language)
        case "days":
            text = _stay(number, language)
        case _:
            text = f"{number:,.0f}"
    return text.replace("-", MINUS)


def three_digits(number: float) -> str:
    """At least three significant digits, no more decimals than they need."""
    decimals = next((places for least, places in DECIMALS if abs(number) >= least), 4)
    return f"{number:,.{0 if number == int(number) else decimals}f}"


def _signed(text: str) -> str:
    """No sign before a zero: a deviation of 0.0 % has no direction."""
    return text[1:] if not text.strip("+-0.,%") else text


def _about(number: float, language: str) -> str:
    size = abs(number)
    if size < 100_000:  # noqa: PLR2004 - up to five digits are read at a glance
        return f"{number:,.0f}"
    large, huge = LARGE_NUMBERS[language]
    if size < large:
        return f"{number:,.0f}"
    name, unit = ("huge", huge) if size >= huge else ("large", large)
    return wording_of(language).text(f"report.number.{name}", n=three_digits(number / unit))


def _stay(number: float, language: str) -> str:
    unit, factor = ("day", 1) if number >= 2 else ("hour", 24) if number * 24 >= 2 else ("minute", 24 * 60)  # noqa: PLR2004
    return wording_of(language).text(f"report.unit.{unit}", n=three_digits(number * factor))
