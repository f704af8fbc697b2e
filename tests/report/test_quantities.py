import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.quantities import (
    Name,
    Quantity,
    about,
    count,
    day,
    days,
    decimal,
    fine_share,
    phrase,
    render,
    share,
    signed_decimal,
    signed_points,
    signed_share,
    three_digits,
)

WRITTEN = [
    (count(115_000), "115,000", "115,000"),
    (count(-3), "−3", "−3"),
    (count(None), "—", "—"),
    (decimal(0.4219), "0.42", "0.42"),
    (decimal(3.14159), "3.14", "3.14"),
    (decimal(72.06), "72.1", "72.1"),
    (decimal(1234.5), "1,234", "1,234"),
    (decimal(3.0), "3", "3"),
    (decimal(0.0173), "0.017", "0.017"),
    (share(0.976), "97.6%", "97.6%"),
    (share(0.0004), "0.04%", "0.04%"),
    (share(0.0), "0.0%", "0.0%"),
    (fine_share(0.998), "99.80%", "99.80%"),
    (signed_share(0.0064), "+0.6%", "+0.6%"),
    (signed_share(-0.0131), "−1.3%", "−1.3%"),
    (signed_share(-0.0001), "0.0%", "0.0%"),
    (signed_decimal(-60_973.2), "−60,973", "−60,973"),
    (signed_decimal(12.25), "+12.2", "+12.2"),
    (signed_decimal(0.0), "0", "0"),
    (signed_points(-0.0112), "−1.12", "−1.12"),
    (signed_points(0.0005), "+0.050", "+0.050"),
    (about(99_999), "99,999", "99,999"),
    (about(178_057), "17.8 万", "178,057"),
    (about(1_412_377), "141 万", "1.41 million"),
    (about(123_456_789), "1.23 亿", "123 million"),
    (about(2_500_000_000), "25 亿", "2.50 billion"),
    (day(datetime.date(2022, 8, 9)), "2022-08-09", "2022-08-09"),
    (days(0.02), "28.8 分钟", "28.8 min"),
    (days(0.6625), "15.9 小时", "15.9 h"),
    (days(11.2), "11.2 天", "11.2 days"),
    (Name("report.tier", "urgent"), "紧急（2 小时）", "Urgent (2 h)"),
    (Name("report.tier", "a_new_tier"), "a_new_tier", "a_new_tier"),
    (Name("report.outcome", "bound_people", "report.target"), "绑定人数", "Bound people"),
]


@pytest.mark.parametrize(("value", "chinese", "english"), WRITTEN)
def test_quantities_are_written_as_readers_of_the_language_do(value: object, chinese: str, english: str) -> None:
    """A number, a day, a stay or a code has the form of its kind in Chinese and in English."""
    assert (render(value, "zh"), render(value, "en")) == (chinese, english)


def test_a_phrase_says_its_values_in_its_own_language() -> None:
    """Quantities, names and phrases inside a phrase are rendered in the language of the phrase."""
    said = phrase("report.summary.points", issued=about(1_234_567), redeemed=count(5))
    assert "123 万分" in render(said, "zh")
    assert "1.23 million" in render(said, "en")
    outer = phrase("report.tile.published", published=phrase("report.qualifier.over", value=count(8)), deviation="x")
    assert render(outer, "zh") == "公布 8 余（x）"


def test_an_unknown_phrase_is_a_fault_of_the_program() -> None:
    """A phrase whose id has no text raises instead of showing an id to a reader."""
    with pytest.raises(KeyError):
        render(phrase("report.no.such.text"), "zh")


@given(st.floats(min_value=0.02, max_value=1e12))
def test_three_digits_are_near_the_number(number: float) -> None:
    """What is written differs from the number by at most three per cent, and by one per cent from 0.1 up."""
    told = float(three_digits(number).replace(",", ""))
    assert abs(told - number) <= number * (0.05 if number >= 0.1 else 0.03)
    assert abs(told - number) <= number * 0.005 or number < 1


@given(
    st.floats(min_value=-1e9, max_value=1e9), st.sampled_from(["count", "decimal", "share", "signed_share", "about"])
)
def test_no_hyphen_stands_for_minus(number: float, kind: str) -> None:
    """Negative numbers carry the minus sign, never the hyphen, which tables align badly and lines break at."""
    assert "-" not in render(Quantity(number, kind), "en")  # type: ignore[arg-type]
