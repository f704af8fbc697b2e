"""Closed forms of queueing theory and of Poisson processes, met by streams and SimPy resources together.

Seeds are fixed; the tolerances are 4 standard deviations from theory (a false alarm once in 16,000 seeds).
"""

from collections.abc import Callable, Generator
from math import factorial, pi, sin

import numpy as np
import simpy

from sim.stream_environment import Candidates, StreamEnvironment
from sim.thinning import Thinned

Draw = Callable[[float, float], Candidates]


def poisson_arrivals(rng: np.random.Generator, rate: float, agents: int = 1) -> Draw:
    """Candidates of a Poisson process: `rate` a second, of agents drawn uniformly."""

    def draw(start: float, stop: float) -> Candidates:
        number = rng.poisson(rate * (stop - start))
        return rng.uniform(start, stop, number), rng.integers(0, agents, number), rng.random(number)

    return draw


def waits_of_a_queue(rng: np.random.Generator, arrival_rate: float, servers: int, customers: int) -> list[float]:
    """Waits in an M/M/c queue with service rate 1: arrivals from a stream, service by SimPy processes."""
    env, waits = StreamEnvironment(block_s=500), []
    counter = simpy.Resource(env, capacity=servers)

    def visit(service_s: float) -> Generator[simpy.Event]:
        arrived = env.now
        with counter.request() as turn:
            yield turn
            waits.append(env.now - arrived)
            yield env.timeout(service_s)

    def arrive(_: int, u: float) -> None:
        env.process(visit(-np.log1p(-u)))

    env.add_stream(poisson_arrivals(rng, arrival_rate), arrive, "customers")
    env.run(until=customers / arrival_rate)
    return waits


def erlang_c(offered: float, servers: int) -> float:
    """Probability that a customer waits in M/M/c (Erlang 1917)."""
    waiting = offered**servers / factorial(servers) * servers / (servers - offered)
    return float(waiting / (sum(offered**k / factorial(k) for k in range(servers)) + waiting))


def test_waits_in_a_queue_of_one_server() -> None:
    """M/M/1 at load 0.6: mean wait rho / (1 - rho); variance of the mean after Daley (1968)."""
    rho, customers = 0.6, 60_000
    waits = waits_of_a_queue(np.random.default_rng(1909), rho, 1, customers)
    variance = rho * (2 + 5 * rho - 4 * rho**2 + rho**3) / (1 - rho) ** 4
    assert abs(np.mean(waits) - rho / (1 - rho)) < 4 * np.sqrt(variance / len(waits))
    assert abs(len(waits) - customers) < 4 * np.sqrt(customers) + 50  # the last still wait


def test_waits_in_a_queue_of_three_servers() -> None:
    """M/M/3 at load 0.7: waiting probability and mean wait after Erlang C, errors from 40 batches of the run itself."""
    offered, servers = 2.1, 3
    waits = np.array(waits_of_a_queue(np.random.default_rng(1917), offered, servers, 60_000))
    waiting = erlang_c(offered, servers)
    for values, theory in ((waits > 0, waiting), (waits, waiting / (servers - offered))):
        batches = [batch.mean() for batch in np.array_split(values, 40)]
        assert abs(np.mean(batches) - theory) < 4 * np.std(batches, ddof=1) / np.sqrt(len(batches))


def test_a_daily_rhythm_by_thinning_is_a_nonhomogeneous_poisson_process() -> None:
    """Thinned to rate 1 + sin(hour of day): counts and, after change of time, uniform moments (Kim & Whitt 2014)."""
    env, agents, days, day_s = StreamEnvironment(), 50, 20, 86_400
    peak_rate = 2_000 / day_s
    acted: list[float] = []

    def probability(_: int) -> float:
        return (1 + sin(2 * pi * env.now / day_s)) / 2

    def bound(start: float, stop: float) -> np.ndarray:
        assert stop - start == day_s
        return np.ones(agents)

    draw = poisson_arrivals(np.random.default_rng(1979), peak_rate, agents)
    Thinned(draw, bound, probability, lambda *_: acted.append(env.now)).join(env, "visits")
    env.run(until=days * day_s)

    t = np.array(acted)
    expected = peak_rate / 2 * days * day_s
    assert abs(len(t) - expected) < 4 * np.sqrt(expected)
    operational = peak_rate / 2 * (t + day_s / (2 * pi) * (1 - np.cos(2 * pi * t / day_s)))
    places = operational / expected
    assert ks(places) < 1.95
    assert ks(1 - np.exp(-np.diff(operational))) < 1.95  # gaps are exponential
    assert ks(t / t.max()) > 1.95  # the plain times are not uniform: the test can see a rhythm


def ks(places: np.ndarray) -> float:
    """Kolmogorov-Smirnov statistic times sqrt(n) against uniform; above 1.95 once in 1,000."""
    ordered, n = np.sort(places), len(places)
    steps = np.arange(n + 1) / n
    return float(max(np.abs(ordered - steps[1:]).max(), np.abs(ordered - steps[:-1]).max()) * np.sqrt(n))
