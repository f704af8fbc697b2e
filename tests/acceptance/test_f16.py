"""F16 cloud grid: residents see who serves their grid, by role, name and contact, and nobody else's (S27)."""

from __future__ import annotations

from tests.acceptance.grid_door import OFFICER, Door


def introduced() -> Door:
    """The small town with all four kinds in grd_1, a fifth one that residents do not see, and everybody introduced."""
    door = Door()
    for worker, kind in (("wkr_4", "police_officer"), ("wkr_5", "mediator"), ("wkr_6", "other")):
        door.says(OFFICER, "binding.appoint_worker", worker=worker, kind=kind)
        door.says(OFFICER, "binding.assign_grid", worker=worker, grid="grd_1")
    for number in range(1, 7):
        said = {"worker": f"wkr_{number}", "name": f"Member {number}", "contact": f"room {number}"}
        door.says(OFFICER, "binding.introduce_worker", **said)
    return door


def test_a_resident_sees_the_four_kinds_of_the_own_grid() -> None:
    """Name, role and contact of each; the other grid's member and the kind that is not shown are not among them."""
    door = introduced()
    seen = door.asks("resident:per_1", "grid.own_members", person="per_1")
    assert [(each["role"], each["name"], each["contact"]) for each in seen] == [
        ("community_worker", "Member 1", "room 1"),
        ("police_officer", "Member 4", "room 4"),
        ("family_doctor", "Member 3", "room 3"),
        ("mediator", "Member 5", "room 5"),
    ]
    assert [each["name"] for each in door.asks("resident:per_4", "grid.own_members", person="per_4")] == ["Member 2"]
    door.close()


def test_nobody_sees_another_grid() -> None:
    """Another resident's grid is refused, the unbound and merchants see nobody, and the log holds no name."""
    door = introduced()
    assert door.asks("resident:per_1", "grid.own_members", person="per_4") == "FORBIDDEN"
    assert door.asks("merchant:mer_1", "grid.own_members", person="per_1") == "FORBIDDEN"
    assert door.asks("resident:per_99", "grid.own_members", person="per_99") == []
    (event,) = door.says(OFFICER, "binding.introduce_worker", worker="wkr_1", name="Somebody", contact="room 9")
    assert "Somebody" not in event.encode()


def test_a_name_that_was_purged_is_gone() -> None:
    """The role stays, since somebody still serves there."""
    door = introduced()
    for field in ("name", "contact"):
        purge = {"field": f"binding.introduce_worker.{field}", "before": door.at + 1}
        door.says(OFFICER, "vault.purge", **purge, after_s=1)
    seen = door.asks("resident:per_4", "grid.own_members", person="per_4")
    assert [(each["role"], each["name"], each["contact"]) for each in seen] == [("community_worker", "", "")]
