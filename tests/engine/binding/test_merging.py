"""Merging a grid-entered row with the same person's own one (F02, H11): nothing doubles, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Policy, new_engine
from engine.administration import Sweep
from engine.binding.bindings import ScanBind, WorkerBind
from engine.binding.special_groups import GiveConsent, TagSpecial
from engine.district.ledger import ACCOUNTS
from engine.invariants.watchers import attach
from engine.kernel.units import DAY_S, HOUR_S
from engine.merging.persons import MergePersons
from engine.payments.purchases import PayPurchase
from engine.payments.refunds import RefundPurchase
from engine.points.awards import GrantAward
from engine.points.clawback import RevokeAward
from engine.reporting.praise import SubmitPraise
from engine.views import points
from engine.views import residents as views
from tests.towns import MORNING, Town, code_of, small_town

ENTERED, OWN = "per_4", "per_8"  # wkr_2 entered per_4 at dwl_3; the same person scans under an id of their own


@pytest.fixture
def town() -> Town:
    """The small town, where per_8 scanned the code of dwl_3 as family."""
    made = small_town(new_engine())
    made.must(ScanBind(OWN, made.codes["dwl_3"], "dwl_3", "family"), "resident", OWN)
    return made


def merge(town: Town) -> None:
    """Merge the entered row into the person's own one, and let pass what follows from it."""
    town.must(MergePersons(ENTERED, OWN))
    town.must(Sweep())


def balances(town: Town, person: str) -> list[int]:
    """All balances of a person, in the order of the accounts."""
    return [town.engine.district.ledger.balance(account, person) for account in range(len(ACCOUNTS))]


def test_two_bindings_to_one_home_become_one(town: Town) -> None:
    """F02: the household counts the person once, the bound people one fewer, and the history keeps both entries."""
    rows = town.engine.district.residents
    dwelling = town.engine.district.grid.dwellings["dwl_3"]
    assert (dwelling.members, rows.bound_count) == (2, 7)
    merge(town)
    assert (dwelling.members, rows.bound_count, rows.household_count) == (1, 6, 3)
    past = views.history(town.engine.district, OWN)
    assert [(each.state, each.reason) for each in past] == [("ENDED", "merged"), ("ACTIVE", "")]
    assert rows.home(ENTERED) is rows.home(OWN) is past[1]
    assert rows.bound_at(ENTERED, MORNING)
    assert (rows.root(ENTERED), rows.rows_of(OWN)) == (OWN, (OWN, ENTERED))


def test_the_better_of_two_bindings_stays(town: Town) -> None:
    """A member's binding outlives a visitor's of the same dwelling, whichever row it is on; a request yields."""
    town.must(ScanBind("per_9", town.codes["dwl_3"], "dwl_3", "visitor"), "resident", "per_9")
    town.must(ScanBind("per_9", town.codes["dwl_3"], "dwl_1", "owner"), "resident", "per_9")
    town.must(WorkerBind(ENTERED, "dwl_1", "visitor"), "grid", "wkr_1")
    town.must(MergePersons(ENTERED, "per_9"))
    rows = town.engine.district.residents
    left = {each.dwelling: each.relation for each in rows.active(rows.persons["per_9"])}
    assert left == {"dwl_3": "owner", "dwl_1": "visitor"}
    assert rows.reviews == {}
    home = rows.home("per_9")
    assert home is not None
    assert home.id == "bnd_00000004"


def test_a_request_moves_with_its_deadline(town: Town) -> None:
    """What waits for review goes on waiting under the row that stays, and lapses in time."""
    town.must(ScanBind(ENTERED, town.codes["dwl_3"], "dwl_4", "owner"), "resident", ENTERED)
    merge(town)
    rows = town.engine.district.residents
    (waiting,) = rows.reviews
    assert rows.bindings[waiting].person == OWN
    town.must(Sweep(), at=MORNING + 5 * DAY_S)
    assert waiting not in rows.bindings
    assert waiting not in rows.persons[OWN].bindings


def test_points_move_and_evidence_stays_used(town: Town) -> None:
    """H11: totals stand, the same fact cannot earn again, and today's cap counts what both rows got."""
    town.must(GrantAward(ENTERED, "service", "svc_1"))
    town.must(GrantAward(ENTERED, "service", "svc_2"))
    town.must(GrantAward(OWN, "service", "svc_3"))
    town.must(GrantAward(ENTERED, "service_moral", "svc_1"))
    merge(town)
    district = town.engine.district
    assert (points.available(district, OWN), points.moral(district, OWN)) == (30, 5)
    assert balances(town, ENTERED) == [0] * len(ACCOUNTS)
    assert code_of(town.say(GrantAward(OWN, "service", "svc_1"))) == "POINTS_EVIDENCE_USED"
    assert code_of(town.say(GrantAward(OWN, "service", "svc_4"))) == "POINTS_DAILY_CAP"


def test_lots_expire_under_the_row_that_stays(town: Town) -> None:
    """Every point that moved lapses when it would have lapsed."""
    town.must(GrantAward(ENTERED, "service", "svc_1"))
    town.must(GrantAward(OWN, "service", "svc_2"), at=MORNING + DAY_S)
    merge(town)
    end = MORNING + 16 * HOUR_S + 180 * DAY_S
    left = []
    for at in (end - 1, end, end + DAY_S):
        town.must(Sweep(), at=at)
        left.append(points.available(town.engine.district, OWN))
    assert left == [20, 10, 0]


def test_points_of_one_row_pay_the_debt_of_the_other(town: Town) -> None:
    """S06: debt and points do not stand side by side after a merge, and what is over can be spent."""
    award = town.must(GrantAward(ENTERED, "service", "svc_1")).events[0].award  # type: ignore[attr-defined]
    town.must(PayPurchase(ENTERED, "mer_1", "alipay", 1_000, 0, 10), "resident", ENTERED)
    town.must(RevokeAward(award))
    town.must(GrantAward(OWN, "service", "svc_2"))
    town.must(GrantAward(OWN, "suggestion", "sug_1"))
    assert points.debt(town.engine.district, ENTERED) == 10
    merge(town)
    assert (points.available(town.engine.district, OWN), points.debt(town.engine.district, OWN)) == (5, 0)
    assert code_of(town.say(PayPurchase(OWN, "mer_1", "alipay", 1_000, 0, 6), "resident", OWN)) == "POINTS_INSUFFICIENT"
    town.must(PayPurchase(OWN, "mer_1", "alipay", 1_000, 0, 5), "resident", OWN)


def test_a_purchase_of_the_row_that_went_is_refunded_to_the_person(town: Town) -> None:
    """Open refund rights move: the points come back into the wallet that stays, and lapse in time."""
    town.must(GrantAward(ENTERED, "service", "svc_1"))
    paid = town.must(PayPurchase(ENTERED, "mer_1", "alipay", 1_000, 0, 10), "resident", ENTERED)
    merge(town)
    town.must(RefundPurchase(paid.events[0].payment, 1_000), "merchant", "mer_1")  # type: ignore[attr-defined]
    assert points.available(town.engine.district, OWN) == 10
    assert balances(town, ENTERED) == [0] * len(ACCOUNTS)
    town.must(Sweep(), at=MORNING + 200 * DAY_S)
    assert points.available(town.engine.district, OWN) == 0


def test_an_award_of_the_row_that_went_can_be_revoked(town: Town) -> None:
    """A clawback after a merge takes the points from the wallet that stays."""
    award = town.must(GrantAward(ENTERED, "service", "svc_1")).events[0].award  # type: ignore[attr-defined]
    merge(town)
    town.must(RevokeAward(award))
    assert balances(town, OWN) == balances(town, ENTERED) == [0] * len(ACCOUNTS)


def test_pending_points_vest_for_the_person() -> None:
    """An award that waits when its row goes vests in the wallet that stays."""
    town = small_town(new_engine(Policy().changed({"points.rules.service.vest_delay_s": DAY_S})))
    town.must(GrantAward(ENTERED, "service", "svc_1"))
    town.must(MergePersons(ENTERED, "per_1"))
    assert points.pending(town.engine.district, "per_1") == 10
    town.must(Sweep(), at=MORNING + DAY_S)
    assert points.available(town.engine.district, "per_1") == 10


def test_a_cooldown_holds_for_the_person() -> None:
    """The later of two cooldowns holds after a merge."""
    town = small_town(new_engine(Policy().changed({"points.rules.service.cooldown_s": DAY_S})))
    town.must(GrantAward("per_1", "service", "svc_1"))
    town.must(GrantAward(ENTERED, "service", "svc_2"), at=MORNING + HOUR_S)
    town.must(MergePersons(ENTERED, "per_1"))
    answers = [
        code_of(town.say(GrantAward("per_1", "service", f"svc_{at}"), at=at))
        for at in (MORNING + DAY_S, MORNING + DAY_S + HOUR_S - 1, MORNING + DAY_S + HOUR_S)
    ]
    assert answers == ["POINTS_COOLDOWN", "POINTS_COOLDOWN", "ok"]


@pytest.mark.parametrize(("praiser", "praised"), [("per_1", OWN), (OWN, "per_1")])
def test_praises_of_the_month_count_for_the_person(town: Town, praiser: str, praised: str) -> None:
    """Whoever praised or was praised under the row that went cannot do so once more under the row that stays."""
    gone = [ENTERED if each == OWN else each for each in (praiser, praised)]
    town.must(SubmitPraise(gone[0], gone[1], "grd_1", None), "resident", gone[0])
    merge(town)
    again = town.say(SubmitPraise(praiser, praised, "grd_1", None), "resident", praiser)
    assert code_of(again) == "PRS_PAIR_LIMIT"


def test_tags_and_consents_move(town: Town) -> None:
    """Tags stand under the row that stays, and a consent that either row gave stands."""
    town.must(TagSpecial(ENTERED, "veteran", "doc_1"), "grid", "wkr_2")
    town.must(TagSpecial(OWN, "disabled", "doc_2"), "grid", "wkr_2")
    town.must(GiveConsent(ENTERED, "survey"), "resident", ENTERED)
    merge(town)
    rows = town.engine.district.special_groups
    assert rows.tags_of == {OWN: ("tag_00000001", "tag_00000002")}
    assert {each.person for each in rows.tags.values()} == {OWN}
    assert rows.consents == {OWN: {"survey": MORNING}}
    town.must(Sweep(), at=MORNING + 400 * DAY_S)
    assert rows.tags == {}


def test_a_chain_of_merges_leads_to_one_person(town: Town) -> None:
    """A row merged into a row that is merged later stands for the last one; old ids answer where to go."""
    merge(town)
    town.must(MergePersons(OWN, "per_1"))
    rows = town.engine.district.residents
    assert rows.root(ENTERED) == "per_1"
    assert rows.rows_of(ENTERED) == ("per_1", OWN, ENTERED)
    refused = town.say(GrantAward(ENTERED, "service", "svc_1"))
    assert (code_of(refused), refused.details) == ("PERSON_MERGED", {"into": OWN})


ACTS = st.lists(
    st.tuples(st.sampled_from([ENTERED, OWN]), st.sampled_from(["grant", "spend", "revoke", "refund"])), max_size=12
)


@given(before=ACTS, after=ACTS)
def test_a_merge_keeps_every_sum(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> None:
    """S01, S03, S06: whatever both rows did, sums stand, the wallet is what the ledger says, debt excludes points."""
    engine = new_engine()
    watchers = attach(engine)
    town = small_town(engine)
    town.must(WorkerBind(OWN, "dwl_3", "family"), "grid", "wkr_2")
    for n, (person, act) in enumerate(before):
        do(town, person, act, n)
    sums = [sum(each) for each in zip(balances(town, ENTERED), balances(town, OWN), strict=True)]
    net = points.available(town.engine.district, OWN) + points.available(town.engine.district, ENTERED)
    owed = points.debt(town.engine.district, OWN) + points.debt(town.engine.district, ENTERED)
    town.must(MergePersons(ENTERED, OWN))
    assert balances(town, ENTERED) == [0] * len(ACCOUNTS)
    assert sum(balances(town, OWN)) == sum(sums)
    assert points.available(town.engine.district, OWN) == max(0, net - owed)
    check(town)
    for n, (_, act) in enumerate(after):
        do(town, OWN, act, 100 + n)
        check(town)
    town.must(Sweep(), at=MORNING + 400 * DAY_S)
    assert points.available(town.engine.district, OWN) == 0
    check(town)
    watchers.whole()


def do(town: Town, person: str, act: str, n: int) -> None:
    """One act with points; revoking and refunding take the newest award or payment of anybody."""
    district = town.engine.district
    if act == "grant":
        town.say(GrantAward(person, "service", f"svc_{n}"), at=town.clock + DAY_S)
    elif act == "spend":
        town.say(PayPurchase(person, "mer_1", "alipay", 300, 0, 7), "resident", person)
    elif act == "revoke" and district.points.awards:
        town.say(RevokeAward(list(district.points.awards)[-1]))
    elif act == "refund" and district.trade.payments:
        town.say(RefundPurchase(list(district.trade.payments)[-1], 150))


def check(town: Town) -> None:
    """What must hold of a ledger and a wallet at any instant."""
    district = town.engine.district
    wallet = district.points.wallets.get(OWN, [])
    assert set(district.ledger.totals().values()) == {0}
    assert ENTERED not in district.points.wallets
    assert points.available(district, OWN) == sum(lot.remaining for lot in wallet)
    assert min(points.available(district, OWN), points.debt(district, OWN)) == 0
    assert wallet == sorted(wallet)
