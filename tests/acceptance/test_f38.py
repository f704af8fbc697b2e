"""F38 outdoor codes: a scan fills the place in; an unbound visitor reports and praises, never votes or earns (S27)."""

from __future__ import annotations

from engine.catalogue import COMMANDS
from tests.acceptance.grid_door import OFFICER, Door

VISITOR = "visitor:phone-1"
SQUARE = {"grid": "grd_1", "building": None, "spot": "square-north"}


def coded() -> tuple[Door, str]:
    """The small town with a code on the square of grd_1."""
    door = Door()
    return door, door.made("qr", OFFICER, "binding.issue_outdoor_code", **SQUARE)


def problem(qr: str, person: str | None = None, place: str | None = None) -> dict[str, object]:
    """A report by a code."""
    return {"qr": qr, "person": person, "kind": "problem", "category": "sanitation", "text": "litter", "place": place}


def test_a_scan_fills_the_place_in_unless_it_is_given() -> None:
    """The case lies in the code's grid at the code's spot; whoever names a place is believed, sealed in the vault."""
    door, qr = coded()
    one = door.says(VISITOR, "reporting.report_by_code", **problem(qr))[0]
    other = door.says(VISITOR, "reporting.report_by_code", **problem(qr, place="by the fountain"))[0]
    assert (one.grid, one.spot, one.place, one.person, one.source) == ("grd_1", "square-north", None, None, "code")
    assert (other.grid, other.spot) == ("grd_1", None)
    assert "fountain" not in other.encode()
    door.close()


def test_a_visitor_does_nothing_else() -> None:
    """No command but the two of a code takes a visitor: no vote, no answer, no purchase, nothing that earns."""
    open_to_visitors = {each.type for each in COMMANDS if "visitor" in each.actors}
    assert open_to_visitors == {"reporting.report_by_code", "reporting.praise_by_code"}
    door, _ = coded()
    vote = {"options": 2, "choices": 1, "unit": "person", "closes_at": door.at + 86_400, "quorum_bp": 0}
    made = door.made("vote", OFFICER, "participation.draft_vote", **vote)
    door.says(OFFICER, "participation.open_vote", vote=made)
    assert door.code(VISITOR, "participation.cast_ballot", person="per_1", vote=made, choices=[0]) == "FORBIDDEN"


def handled(door: Door, report: str) -> None:
    """A case from its report to its solution."""
    door.says(OFFICER, "reporting.triage_report", report=report, verdict="accept", tier=None, of=None, reason=None)
    door.says(OFFICER, "reporting.dispatch_report", report=report, worker="wkr_1")
    door.says("grid:wkr_1", "reporting.accept_report", report=report)
    door.says("grid:wkr_1", "reporting.resolve_report", report=report, evidence="pho_1")


def test_only_who_is_bound_earns_by_a_code() -> None:
    """A bound resident earns as by any report, a registered one without a home and a visitor do not."""
    door, qr = coded()
    door.says(OFFICER, "binding.register_person", person="per_9")
    for actor, person in (("resident:per_1", "per_1"), ("resident:per_9", "per_9"), (VISITOR, None)):
        handled(door, door.made("report", actor, "reporting.report_by_code", **problem(qr, person)))
    assert door.asks("resident:per_1", "points.balance", person="per_1")["available"] > 0
    assert door.asks(OFFICER, "points.balance", person="per_9")["available"] == 0
    door.close()


def test_a_visitors_praise_is_published_without_points() -> None:
    """Good people are found by codes; points come only where somebody stands behind the praise."""
    door, qr = coded()
    for actor, person, moral in ((VISITOR, None, 0), ("resident:per_3", "per_3", 5)):
        said = {"qr": qr, "person": person, "praised": "per_1", "text": "helped a child"}
        praise = door.made("praise", actor, "reporting.praise_by_code", **said)
        door.says(OFFICER, "reporting.verify_praise", praise=praise, ok=True)
        door.says(OFFICER, "reporting.publish_praise", praise=praise)
        assert door.asks(OFFICER, "points.balance", person="per_1")["moral"] == moral
    door.close()


def test_a_code_out_of_doors_binds_nobody() -> None:
    """And a code that was taken down fills nothing in."""
    door, qr = coded()
    scan = {"person": "per_9", "qr": qr, "dwelling": "dwl_1", "relation": "family"}
    assert door.code("resident:per_9", "binding.scan_bind", **scan) == "BIND_QR_OUTDOOR"
    door.says(OFFICER, "binding.revoke_qr", qr=qr)
    assert door.code(VISITOR, "reporting.report_by_code", **problem(qr)) == "BIND_QR_REVOKED"
