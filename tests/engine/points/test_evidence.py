"""Facts used up stand in one byte each, and nobody can tell from a set of their ids."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.district.evidence import MOST_NUMBERS, Evidence
from engine.kernel.digest import digest

FACTS = st.one_of(
    st.builds("{}_{:08d}".format, st.sampled_from(["rsp", "bal", "rpt", "prs", "act", "xy"]), st.integers(0, 40)),
    st.builds("rsp_{:08d}".format, st.integers(MOST_NUMBERS - 2, MOST_NUMBERS + 2)),
    st.builds("rsp_{}".format, st.integers(0, 40)),
    st.just("rsp_100000007"),
)
USES = st.lists(st.tuples(st.sampled_from(["questionnaire", "service"]), FACTS), max_size=40)


@given(uses=USES, asked=USES)
def test_a_fact_is_used_by_a_rule_exactly_when_it_was_used(
    uses: list[tuple[str, str]], asked: list[tuple[str, str]]
) -> None:
    """Numbered or not, the facts of a rule are a set: what was used is used, and nothing else is."""
    evidence = Evidence()
    for rule, fact in uses:
        evidence.use(rule, fact)
    known = set(uses)
    assert all(evidence.used(rule, fact) == ((rule, fact) in known) for rule, fact in [*uses, *asked])


@given(uses=USES)
def test_the_order_of_use_leaves_no_trace(uses: list[tuple[str, str]]) -> None:
    """Two histories that used the same facts have the same digest."""
    one, other = Evidence(), Evidence()
    for rule, fact in uses:
        one.use(rule, fact)
    for rule, fact in reversed(uses):
        other.use(rule, fact)
    assert digest(one) == digest(other)


@given(uses=USES, more=st.tuples(st.sampled_from(["questionnaire", "service"]), FACTS))
def test_another_fact_is_another_state(uses: list[tuple[str, str]], more: tuple[str, str]) -> None:
    """The digest tells whether a fact has been used."""
    evidence = Evidence()
    for rule, fact in uses:
        evidence.use(rule, fact)
    before, known = digest(evidence), evidence.used(*more)
    evidence.use(*more)
    assert (digest(evidence) == before) == known
