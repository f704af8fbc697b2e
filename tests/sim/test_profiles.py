from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import profiles as p
from sim.sourced import STATUSES, read_section
from sim.streams import RandomStreams
from tests.sim import kangbashi

CHINA = dt.timezone(dt.timedelta(hours=8))
LAUNCH = p.day_of(dt.date(2021, 9, 15))
SHAPES = ["self_service", "staff", "message_board", "shops"]
DAYS = st.integers(-10_000, 60_000)


def shape(name: str) -> p.Shape:
    """One shape of the baseline."""
    found = getattr(p.profiles_of(kangbashi.profiles()), name)
    assert isinstance(found, p.Shape)
    return found


def local_hours(instants: np.ndarray) -> list[int]:
    """Hours on the wall in China, by the standard library and not by the module's own arithmetic."""
    return [dt.datetime.fromtimestamp(int(at), tz=CHINA).hour for at in instants]


def daily_counts(name: str, mean: float, days: int) -> np.ndarray:
    """Counts as a simulation draws them: weekday and month weight times the day's luck, then Poisson."""
    chosen, streams = shape(name), RandomStreams(11)
    rates = [
        mean * p.day_weight(LAUNCH + d, chosen) * p.day_factor(chosen, streams.generator("luck", d))
        for d in range(days)
    ]
    return streams.generator("counts").poisson(rates)


@pytest.mark.parametrize("name", SHAPES)
def test_sampled_hours_follow_the_profile(name: str) -> None:
    """Of 20,000 instants the hour curve at +08:00 is within L1 .05 of the profile (about .03 by chance)."""
    instants = p.sample_times(20_000, LAUNCH, shape(name).hours, RandomStreams(1).generator(name))
    share = np.bincount(local_hours(instants), minlength=24) / 20_000
    assert np.abs(share - shape(name).hours).sum() <= 0.05


@pytest.mark.parametrize("name", SHAPES)
def test_nothing_peaks_in_the_small_hours(name: str) -> None:
    """The busiest hour lies between 8 and 20 h on the wall in China, and 2 to 5 h carry less than 3 %: no clock bug."""
    instants = p.sample_times(20_000, LAUNCH, shape(name).hours, RandomStreams(2).generator(name))
    share = np.bincount(local_hours(instants), minlength=24) / 20_000
    assert 8 <= int(share.argmax()) < 20
    assert share[2:6].sum() < 0.03


@pytest.mark.parametrize(
    ("name", "mean"), [("self_service", 24.0), ("staff", 24.0), ("message_board", 24.0), ("shops", 3000.0)]
)
def test_sampled_weekdays_follow_the_profile(name: str, mean: float) -> None:
    """Over eight years of days the weekday shares are within L1 .05 of the profile."""
    days = 7 * 52 * 8
    counts = daily_counts(name, mean, days)
    weekday = np.array([p.date_of(LAUNCH + d).weekday() for d in range(days)])
    share = np.bincount(weekday, weights=counts) / counts.sum()
    assert np.abs(share - shape(name).weekdays / 7).sum() <= 0.05


def test_reports_fall_and_shops_rise_at_the_weekend() -> None:
    """The weekend index has opposite signs: below 1 for reports, above 1 for shops."""
    for name in ("self_service", "staff", "message_board"):
        assert shape(name).weekdays[5:].mean() < 0.9
    assert shape("shops").weekdays[5:].mean() > 1.05


def test_shops_have_lunch_and_dinner_and_the_published_night() -> None:
    """36.3 % of payments fall between 18 and 6 h, and 12 h and 18 h are local peaks."""
    hours = shape("shops").hours
    assert p.night_share(hours) == pytest.approx(0.363, abs=0.0005)
    assert hours[12] > hours[10]
    assert hours[12] > hours[14]
    assert hours[18] > hours[16]
    assert hours[18] > hours[21]


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_are_normalised(name: str) -> None:
    """Hours sum to 1, weekday and month factors have mean 1, whatever the rounding of the source."""
    found = shape(name)
    assert found.hours.sum() == pytest.approx(1)
    assert found.weekdays.mean() == pytest.approx(1)
    assert found.months.mean() == pytest.approx(1)
    assert not found.hours.flags.writeable


def test_report_days_are_overdispersed_as_the_size_match() -> None:
    """At 24 reports a day, variance over mean beside weekday and month is 1 + 24/31 = 1.77, within 8 % (4,000 days)."""
    found, streams = shape("self_service"), RandomStreams(3)
    luck = np.array([p.day_factor(found, streams.generator("luck", d)) for d in range(4000)])
    counts = streams.generator("counts").poisson(24 * luck)
    assert luck.mean() == pytest.approx(1, abs=4.5 * found.day_cv / np.sqrt(4000))
    assert counts.var() / counts.mean() == pytest.approx(1 + 24 / 31, rel=0.08)


def test_a_district_of_shops_varies_as_published_with_its_weekdays() -> None:
    """The daily spread of all payments is 8.8 %, of which weekdays explain a part: not 8.8 % on top of them."""
    counts = daily_counts("shops", 100_000.0, 3500)
    assert counts.std() / counts.mean() == pytest.approx(0.088, rel=0.06)


def test_a_shape_without_spread_draws_nothing() -> None:
    """With no overdispersion every day has the factor 1, and the stream stays where it was."""
    plain = p.Shape(np.full(24, 1 / 24), np.ones(7), np.ones(12), 0.0)
    generator = RandomStreams(1).generator("luck")
    assert p.day_factor(plain, generator) == 1
    assert generator.random() == RandomStreams(1).generator("luck").random()


@given(DAYS, st.integers(0, 50), st.integers(0, 2**64), st.lists(st.floats(0.001, 1), min_size=24, max_size=24))
def test_instants_lie_on_their_civil_day(day: int, count: int, seed: int, hours: list[float]) -> None:
    """Every instant of a day lies between midnight and midnight at +08:00, in whole seconds."""
    instants = p.sample_times(count, day, np.array(hours), RandomStreams(seed).generator("x", day))
    assert instants.dtype == np.int64
    assert len(instants) == count
    dates = {dt.datetime.fromtimestamp(int(at), tz=CHINA).date() for at in instants}
    assert dates <= {p.date_of(day)}
    assert all(p.civil_day(int(at)) == day for at in instants)


@given(DAYS)
def test_days_and_dates_agree_with_the_calendar(day: int) -> None:
    """Weekday, date and midnight of a civil day are those of the standard library at +08:00."""
    midnight = dt.datetime.fromtimestamp(p.day_start(day), tz=CHINA)
    assert (midnight.hour, midnight.minute, midnight.second) == (0, 0, 0)
    assert midnight.date() == p.date_of(day)
    assert p.day_of(p.date_of(day)) == day
    assert p.weekday_of(day) == midnight.weekday()
    assert p.civil_day(p.day_start(day)) == day
    assert p.civil_day(p.day_start(day) - 1) == day - 1


def test_launch_day_starts_at_sixteen_hours_utc_of_the_day_before() -> None:
    """2021-09-15 at +08:00 begins at 2021-09-14 16:00 UTC."""
    assert p.day_start(LAUNCH) == int(dt.datetime(2021, 9, 14, 16, tzinfo=dt.UTC).timestamp())


@given(st.integers(0, 200), st.integers(0, 200))
def test_more_candidates_leave_the_first_ones_as_they_were(few: int, more: int) -> None:
    """A policy that brings more arrivals adds to them; the first keep their times, so that runs stay paired."""
    hours = shape("self_service").hours
    one = p.sample_times(few, LAUNCH, hours, RandomStreams(5).generator("x"))
    other = p.sample_times(few + more, LAUNCH, hours, RandomStreams(5).generator("x"))
    assert one.tolist() == other[:few].tolist()


def test_instants_are_even_within_the_hour_and_absent_from_empty_hours() -> None:
    """Only hours with a share get instants; within an hour the quarters are equal within 4.5 standard errors."""
    hours = np.zeros(24)
    hours[[9, 23]] = 0.5
    instants = p.sample_times(20_000, LAUNCH, hours, RandomStreams(6).generator("x"))
    assert set(local_hours(instants)) == {9, 23}
    quarters = np.bincount(instants % 3600 // 900, minlength=4)
    assert np.abs(quarters - 5000).max() < 4.5 * np.sqrt(20_000 * 0.25 * 0.75)


def test_weights_of_days_are_weekday_times_month() -> None:
    """A year of weights has a mean near 1; a Saturday in February is the lowest kind of day for reports."""
    found = shape("self_service")
    weights = p.day_weights(p.day_of(dt.date(2022, 1, 1)), 365, found)
    assert weights.mean() == pytest.approx(1, abs=0.01)
    lowest = p.date_of(p.day_of(dt.date(2022, 1, 1)) + int(weights.argmin()))
    assert (lowest.month, lowest.weekday()) == (2, 5)


def test_every_figure_says_where_it_comes_from() -> None:
    """Each profile in the scenario has unit, meaning, source and status."""
    rows = read_section(p.ProfileParameters, kangbashi.section("profiles"), "profiles")[1]
    assert {row.path.removeprefix("profiles.") for row in rows} == set(p.ProfileParameters.model_fields)
    assert all(row.unit and row.meaning and row.source and row.status in STATUSES for row in rows)


def _set(name: str, value: Any) -> dict[str, Any]:
    whole = kangbashi.section("profiles")
    whole[name] = {**whole[name], "value": value}
    return whole


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("staff_hours", [1 / 23] * 23, "staff_hours needs 24 values, 23 were given"),
        ("shop_weekdays", [1 / 7] * 6 + [0.3], "profiles.shop_weekdays: shares must sum to 1"),
        ("shop_night_share", 0.2, "shop_hours put 0.3630 between 18 and 6 h"),
        ("report_months", [0.0] * 12, "report_months must not all be 0"),
        ("report_day_gamma_k", 0.0, "profiles.report_day_gamma_k: input should be greater than 0"),
        ("shop_day_cv", -0.1, "profiles.shop_day_cv: input should be greater than or equal to 0"),
    ],
)
def test_an_impossible_profile_is_refused_in_one_sentence(name: str, value: Any, sentence: str) -> None:
    """Wrong lengths, sums, signs and a night that does not fit are named, on one line."""
    with pytest.raises(ValueError, match=sentence) as error:
        read_section(p.ProfileParameters, _set(name, value), "profiles")
    assert "\n" not in str(error.value)
