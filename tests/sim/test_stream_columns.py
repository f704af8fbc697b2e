"""What a draw may return."""

import numpy as np
import pytest

from sim.stream_environment import StreamEnvironment


def test_columns_of_any_width_give_plain_numbers() -> None:
    """Whatever numpy types the columns have, a decision gets an int and a float, and blocks keep their exact bounds."""
    env, log = StreamEnvironment(2**24 + 1, block_s=10), []
    shorter = np.array([2**24 + 4], dtype=np.float32), np.array([3], dtype=np.int8), np.zeros(1, dtype=np.float32)
    wider = np.array([2**24 + 5], dtype=np.uint64), np.array([4], dtype=np.uint64), np.zeros(1)

    def decide(who: int, u: float) -> None:
        log.append((env.now, who, type(who), type(u)))

    env.add_stream(lambda *_: shorter, decide, "shorter")
    env.add_stream(lambda *_: wider, decide, "wider")
    env.run(until=2**24 + 10)
    assert log == [(2**24 + 4, 3, int, float), (2**24 + 5, 4, int, float)]

    early = np.array([2**24], dtype=np.float32), np.array([0]), np.zeros(1)  # 2**24 + 1 has no float32 but 2**24
    env = StreamEnvironment(2**24 + 1, block_s=10)
    env.add_stream(lambda *_: early, print, "early")
    with pytest.raises(ValueError, match="must lie in"):
        env.run()


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (([1.0], [0, 1], [0.5]), "flat and of one length"),
        (([[1.0]], [[0]], [[0.5]]), "flat and of one length"),
        (([10.0], [0], [0.5]), r"must lie in \[0, 10\), not at 10.0"),
        (([-0.1], [0], [0.5]), r"must lie in \[0, 10\)"),
        (([float("nan")], [0], [0.5]), r"must lie in \[0, 10\)"),
        (([1.0], [0.0], [0.5]), "must be indices of agents"),
        (([1.0], [-1], [0.5]), "must be indices of agents"),
        (([1.0], [0], [1.0]), r"u must lie in \[0, 1\)"),
        (([1.0], [0], [float("nan")]), r"u must lie in \[0, 1\)"),
    ],
)
def test_a_wrong_draw_is_named(columns: tuple[list[float], ...], sentence: str) -> None:
    """Candidates outside their block, or of the wrong form, end the run with the stream's name and what is wrong."""
    env = StreamEnvironment(block_s=10)
    t, who, u = map(np.array, columns)
    env.add_stream(lambda *_: (t, who, u), print, "news")
    with pytest.raises(ValueError, match=f"stream 'news'.*{sentence}"):
        env.run(until=10)
