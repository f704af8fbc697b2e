"""F01 resident binding: a scan binds once, however often repeated; an unbound person casts no ballot (S17, H03)."""

from __future__ import annotations

from engine.contract import envelope_from
from tests.acceptance.wire import Wire

OFFICE = "officer:off_1"
DAY_S = 86_400


def test_one_binding_however_often_it_is_asked_for() -> None:
    """The same key gets the same answer; another key is told of the first binding; both leave one binding."""
    town = Wire()
    scan = {"person": "per_7", "qr": "qr_00000004", "dwelling": "dwl_4", "relation": "tenant"}
    envelope = {
        "type": "binding.scan_bind",
        "v": 1,
        "key": "tap",
        "actor": "resident:per_7",
        "at": town.at,
        "data": scan,
    }
    first = town.engine.execute(envelope_from(envelope))
    assert town.engine.execute(envelope_from({**envelope, "at": town.at + 60})) is first
    again = town.say("binding.scan_bind", "resident:per_7", **scan)
    assert again.code is not None
    assert again.code.name == "BIND_DUPLICATE"
    assert again.details is not None
    assert again.details["first"] == first.events[-1].binding  # type: ignore[attr-defined]
    totals = town.read("district.totals", OFFICE)
    assert (totals["bound"], totals["bindings"], totals["households"]) == (7, 7, 4)
    town.close()


def test_an_unbound_person_casts_no_ballot() -> None:
    """Whoever stands in the base without a binding is no elector; after the scan the next vote is open to them."""
    town = Wire()
    town.must("binding.register_person", OFFICE, person="per_7")
    terms = {"options": 2, "choices": 1, "unit": "person", "closes_at": town.at + DAY_S, "quorum_bp": 0}
    ballot = {"person": "per_7", "choices": [0]}
    for expected in ("VOTE_NOT_ELIGIBLE", "ok"):
        (drafted,) = town.must("participation.draft_vote", OFFICE, **terms)
        town.must("participation.open_vote", OFFICE, vote=drafted.vote)
        done = town.say("participation.cast_ballot", "resident:per_7", vote=drafted.vote, **ballot)
        assert (done.code.name if done.code is not None else "ok") == expected
        if expected != "ok":
            scan = {"person": "per_7", "qr": "qr_00000004", "dwelling": "dwl_4", "relation": "owner"}
            town.must("binding.scan_bind", "resident:per_7", **scan)
    town.close()
