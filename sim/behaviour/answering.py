"""Answering questionnaires, voting, reading: a binary logit of one person at one moment.

U = intercept + b_r ln(1 + r/r0) + motivation + ln(activity) + group - b_f fatigue + b_h habit; P = 1/(1 + e^-U).
Rewards enter as a logarithm, since trials find less and less for more money (Edwards 2005: odds ratio 1.012 a US cent
up to 0.50 dollars). Fatigue rises by one an answer and fades with time constant tau (Porter, Whitcomb & Weitzer 2004:
repeated requests lower later response). Habit saturates as a - b e^(-c n), c = 3/66 (Lally 2010).
"""

from __future__ import annotations

from math import exp, log, log1p

from sim.population.parameters import AGE_GROUPS
from sim.sourced import Parameters, Share, sourced


class AnsweringBehaviour(Parameters):
    """The section `[behaviour.answering]`: questionnaires."""

    intercept_logits: float = sourced("logits", "Level; fitted so that the year gives 200,000 valid answers.")
    reward_logits: float = sourced("logits", "Effect of ln(1 + reward / unit of reward).", ge=0)
    reward_unit_fen: float = sourced("fen", "Unit of reward in that logarithm.", gt=0)
    moral_logits: float = sourced("logits", "Effect of recognition: moral points given at all.")
    fatigue_logits: float = sourced("logits", "What each recent answer takes away.", ge=0)
    fatigue_days: float = sourced("days", "Time constant with which fatigue fades.", gt=0)
    habit_logits: float = sourced("logits", "What a settled habit adds.", ge=0)
    habit_rate: float = sourced("1/answer", "How fast a habit settles, per answer.", gt=0)
    age_logits: tuple[float, ...] = sourced(
        "logits", "Effect of age group 0-14 ... 70+.", strict=False, min_length=6, max_length=6
    )
    other_logits: float = sourced("logits", "Effect of being no community resident.")
    window_share: Share = sourced("share", "Mean time to the first look, as a share of the window.", gt=0)
    too_fast_share: Share = sourced("share", "Answers given too fast to be valid.")
    straight_line_share: Share = sourced("share", "Answers with the same choice throughout.")
    incomplete_share: Share = sourced("share", "Answers with a required item left blank.")


class VotingBehaviour(Parameters):
    """The section `[behaviour.voting]`."""

    intercept_logits: float = sourced("logits", "Level of taking part in a vote.")
    leader_share: Share = sourced("share", "Ballots for the leading option, the rest falling geometrically.")


class ReadingBehaviour(Parameters):
    """The section `[behaviour.reading]`."""

    items_month: float = sourced(
        "items", "News items that a bound person opens in a month, on average.", ge=0, le=1_000
    )
    window_days: int = sourced("days", "Days in which an item is still opened.", ge=1, le=60)


def reward_term(reward_fen: float, behaviour: AnsweringBehaviour) -> float:
    """Logits that a reward of `reward_fen` adds."""
    return behaviour.reward_logits * log1p(reward_fen / behaviour.reward_unit_fen)


def standing_term(activity: float, age_group: int, *, community: bool, behaviour: AnsweringBehaviour) -> float:
    """Logits of a person that do not change within a run, beside own motivation."""
    group = behaviour.age_logits[age_group] + (0.0 if community else behaviour.other_logits)
    return log(max(activity, LEAST_ACTIVITY)) + group


LEAST_ACTIVITY = 1e-6  # gamma multipliers may underflow; nobody has no chance at all


def habit_term(answers: int, behaviour: AnsweringBehaviour) -> float:
    """Logits of a habit after a number of answers."""
    return behaviour.habit_logits * (1.0 - exp(-behaviour.habit_rate * answers))


def probability(logits: float) -> float:
    """The logistic function, safe at both ends."""
    return 1.0 / (1.0 + exp(-logits)) if logits > -LARGEST_LOGITS else 0.0


LARGEST_LOGITS = 700.0  # beyond it exp overflows

assert len(AGE_GROUPS) == 6, "age_logits has one number an age group"  # noqa: S101, PLR2004 - a link between two files
