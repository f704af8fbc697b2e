from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.streams import RandomStreams

ROOT = Path(__file__).resolve().parents[2]
NAMES = st.text(min_size=1, max_size=8)
PLACES = st.tuples(st.integers(), st.integers(0, 1000), NAMES, st.lists(st.integers(), max_size=3).map(tuple))


def key_of(place: tuple[int, int, str, tuple[int, ...]]) -> int:
    """The key of the stream at (seed, replication, name, numbers)."""
    seed, replication, name, numbers = place
    return RandomStreams(seed, replication).key(name, *numbers)


def test_a_stream_has_known_answers() -> None:
    """Key, raw words and uniform numbers of one stream stay what they are on every machine and numpy version."""
    streams = RandomStreams(1)
    assert streams.key("reports", 18_000) == 0x8C9A3B9835416212836D3A66486FA41F
    raw = streams.generator("reports", 18_000).bit_generator.random_raw(3).tolist()
    assert raw == [44360585372168244, 9740532643103791642, 11637445049782203825]
    uniforms = streams.generator("reports", 18_000).random(3).tolist()
    assert uniforms == [(word >> 11) * 2.0**-53 for word in raw]


@given(PLACES, PLACES)
def test_different_places_have_different_streams(one: tuple, other: tuple) -> None:
    """Seed, replication, name and numbers all count, and nothing runs together: ("a", 1, 2) is not ("a1", 2)."""
    assert (key_of(one) == key_of(other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, 0, "a", (1, 2)), (1, 0, "a", (12,))),
        ((1, 0, "a1", (2,)), (1, 0, "a", (1, 2))),
        ((1, 0, "a", (1,)), (1, 0, "a,1", ())),
        ((1, 2, "a", ()), (12, 0, "a", ())),
        ((1, 0, "a", ()), (0, 1, "a", ())),
        ((1, 0, "a", (1,)), (1, 0, "a", (-1,))),
        ((1, 0, "a", (0,)), (1, 0, "a", ())),
    ],
)
def test_places_that_join_to_the_same_text_are_kept_apart(one: tuple, other: tuple) -> None:
    """Neighbouring pieces of a name never merge into another stream's name."""
    assert key_of(one) != key_of(other)


@given(st.integers(), st.permutations(["reports", "shops", "votes", "ratings"]), st.integers(0, 20_000))
def test_luck_does_not_depend_on_the_order_of_use(seed: int, order: list[str], day: int) -> None:
    """A policy that asks for streams in another order, or for more of them, meets the same luck in each."""
    streams = RandomStreams(seed)
    alone = {name: RandomStreams(seed).generator(name, day).random(4).tolist() for name in sorted(order)}
    drawn = {}
    for extra, name in enumerate(order):
        streams.generator("something else", day).random(extra)
        drawn[name] = streams.generator(name, day).random(4).tolist()
    assert drawn == alone


def test_streams_are_the_same_in_another_process_with_another_hash_seed() -> None:
    """PYTHONHASHSEED plays no part."""
    script = (
        "from sim.streams import RandomStreams; print(RandomStreams(7, 3).generator('shops', 5).random(5).tolist())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("0", "4711")
    }
    assert outputs == {f"{RandomStreams(7, 3).generator('shops', 5).random(5).tolist()}\n"}


def test_neighbouring_days_are_independent_and_uniform() -> None:
    """First draws of 4,000 neighbouring streams look like one uniform sample: mean, variance and lag-1 correlation."""
    streams, days = RandomStreams(2022), 4000
    first = np.array([streams.generator("reports", day).random() for day in range(days)])
    assert abs(first.mean() - 0.5) < 4.5 / np.sqrt(12 * days)
    assert abs(first.var() - 1 / 12) < 4.5 * np.sqrt(1 / 180 / days)
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 4.5 / np.sqrt(days)


def test_numpy_integers_name_the_same_stream() -> None:
    """A day taken from a column names the same stream as the plain number."""
    assert RandomStreams(np.int64(5)).key("a", np.int32(9)) == RandomStreams(5).key("a", 9)


def test_the_global_random_state_is_left_alone() -> None:
    """Making and using streams neither reads nor moves numpy's global generator."""
    before = repr(np.random.get_state())  # noqa: NPY002 - the global state is what is watched here
    RandomStreams(1).generator("a").random(100)
    assert repr(np.random.get_state()) == before  # noqa: NPY002


def test_a_stream_needs_a_name_and_whole_numbers() -> None:
    """An empty name, a fractional number or a fractional seed is refused."""
    with pytest.raises(ValueError, match="needs a name"):
        RandomStreams(1).generator("")
    with pytest.raises(TypeError):
        RandomStreams(1).generator("a", 1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        RandomStreams(1.5)  # type: ignore[arg-type]
