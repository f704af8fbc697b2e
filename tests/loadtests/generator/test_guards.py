"""Load goes where it may, as fast as it may, and stops where it does harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.generator.endpoint import endpoint, refuse_strangers
from loadtests.generator.guards import ANSWERS_LOOKED_AT, Alarm, Limits, densest_second, refuse_too_dense
from loadtests.generator.settings import Settings, stretch
from wording import ExitCode, MashangError

AT_HOME = [
    "127.0.0.1",
    "127.9.9.9",
    "[::1]",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.5.5",
    "169.254.1.1",
    "[fd00::1]",
    "localhost",
]
STRANGERS = ["8.8.8.8", "172.32.0.1", "192.0.2.1", "[2001:db8::1]", "100.64.0.1", "0.0.0.0", "[::ffff:8.8.8.8]"]  # noqa: S104


@pytest.mark.parametrize("host", AT_HOME)
def test_load_goes_to_loopback_and_private_networks(host: str) -> None:
    """The own machine and private networks need no permission."""
    refuse_strangers(endpoint(f"http://{host}:8000"), ())


@pytest.mark.parametrize("host", STRANGERS)
def test_load_goes_nowhere_else_unless_allowed(host: str) -> None:
    """Every other host is refused by name, and allowed by name; allowing another one does not help."""
    to = endpoint(f"https://{host}")
    for allowed in ((), ("example.org",)):
        with pytest.raises(MashangError) as caught:
            refuse_strangers(to, allowed)
        assert (caught.value.exit_code, caught.value.wording_id) == (ExitCode.USAGE, "load.run.stranger")
    refuse_strangers(to, (to.host,))


def test_a_proxy_elsewhere_is_a_stranger_too() -> None:
    """A proxy on a foreign host is refused as a target would be."""
    with pytest.raises(MashangError):
        refuse_strangers(endpoint("http://127.0.0.1:1", proxy="http://8.8.8.8:3128"), ())


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8000", "ftp://127.0.0.1", "http://", "http://u:p@h", "http://h?x=1", "http://h:x", "http://h:99999"]
)  # fmt: skip
def test_what_is_no_target_is_refused(url: str) -> None:
    """An address that cannot be a target is refused with a sentence."""
    with pytest.raises(MashangError) as caught:
        endpoint(url)
    assert caught.value.wording_id == "load.run.bad_url"


@given(st.lists(st.sampled_from([0, 200, 404, 409, 500, 503]), max_size=700), st.sampled_from([0.05, 0.5, 1.0]))
def test_the_alarm_looks_at_the_last_answers(statuses: list[int], most: float) -> None:
    """It rings exactly when more than the share of the last 200 answers were 5xx; what is no answer does not count."""
    alarm = Alarm(most)
    answers: list[int] = []
    for status in statuses:
        if status:
            answers.append(status)
        errors = sum(each >= 500 for each in answers[-ANSWERS_LOOKED_AT:])
        rings = alarm.rings(status)
        assert rings == (bool(status) and errors > most * ANSWERS_LOOKED_AT)


@given(st.lists(st.integers(0, 5 * 10**9), min_size=1, max_size=60).map(sorted))
def test_the_densest_second_is_found(dues: list[int]) -> None:
    """The most operations in one second of the schedule; one more than allowed is refused."""
    most = max(sum(each // 10**9 == due // 10**9 for each in dues) for due in dues)
    assert densest_second(dues) == most
    refuse_too_dense(dues, Limits(max_rate=most))
    if most > 1:
        with pytest.raises(MashangError):
            refuse_too_dense(dues, Limits(max_rate=most - 1))


@given(st.lists(st.integers(1, 10**12), min_size=2, max_size=20).map(sorted), st.floats(0.5, 5000))
def test_a_rate_is_reached_by_stretching(dues: list[int], rate: float) -> None:
    """With --rate, the number of operations over the time until the last is due is the rate wished."""
    factor = stretch(Settings(rate=rate), dues)
    assert float(len(dues) / (dues[-1] * factor) * 10**9) == pytest.approx(rate)


BAD = [
    ({"connections": 0}, "load.run.not_positive"),
    ({"timeout_s": -1.0}, "load.run.not_positive"),
    ({"timeout_s": float("nan")}, "load.run.not_positive"),
    ({"transport": "carrier pigeon"}, "load.run.no_transport"),
    ({"speed": 0.0}, "load.run.bad_pace"),
    ({"speed": 2.0, "rate": 3.0}, "load.run.bad_pace"),
    ({"rate": float("inf")}, "load.run.bad_pace"),
]


@pytest.mark.parametrize(("options", "text"), BAD)
def test_settings_out_of_range_are_refused(options: dict[str, object], text: str) -> None:
    """Numbers that make no run are refused with a sentence."""
    with pytest.raises(MashangError) as caught:
        Settings.read(options)
    assert caught.value.wording_id == text


def test_settings_survive_the_way_to_locust() -> None:
    """What differs from a default becomes an option; what names a file or opens a door is not told to a run folder."""
    settings = Settings(plan="p", rate=5.0, keep_order=True, secret_file="s", tokens="t")
    assert settings.as_options() == [
        "--plan", "p", "--rate", "5.0", "--secret-file", "s", "--tokens", "t", "--keep-order",
    ]  # fmt: skip
    assert not {"secret_file", "tokens", "plan"} & settings.told().keys()
