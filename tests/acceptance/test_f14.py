"""F14 online deliberation: a topic with posts, its close, a published outcome that links what it answers (H12, S27)."""

from __future__ import annotations

from tests.acceptance.wire import Wire

OFFICE = "officer:off_1"
DAY_S = 86_400


def test_neighbours_discuss_parking() -> None:
    """Two post, one thinks better of it, the topic closes by the clock, and the outcome answers a suggestion."""
    town = Wire()
    asked = town.must(
        "reporting.submit_suggestion", "resident:per_1", person="per_1", category="parking", text="mark the bays"
    )[0].suggestion
    town.must("reporting.screen_suggestion", OFFICE, suggestion=asked, verdict="pass", of=None)
    topic = town.must("reporting.open_topic", OFFICE, closes_at=town.at + 3 * DAY_S)[0].topic
    posts = [
        town.must("reporting.post_in_topic", f"resident:{each}", person=each, topic=topic, text=f"bays, says {each}")
        for each in ("per_2", "per_3")
    ]
    assert all(len(post[0].text) == 64 for post in posts), "the log holds a commitment, not the words"
    town.must("reporting.retract_post", "resident:per_2", post=posts[0][0].post)
    shown = town.read("reporting.topic", "resident:per_6", topic=topic)
    assert [each["post"] for each in shown["posts"]] == [posts[1][0].post]

    town.at += 3 * DAY_S
    late = town.refused("reporting.post_in_topic", "resident:per_4", person="per_4", topic=topic, text="and bicycles")
    assert late == "TOPIC_NOT_OPEN"
    town.must("reporting.conclude_topic", OFFICE, topic=topic, outcome="Bays are marked in May.", suggestions=[asked])
    shown = town.read("reporting.topic", "resident:per_6", topic=topic)
    assert (shown["state"], shown["outcome"], shown["suggestions"]) == (
        "CONCLUDED", "Bays are marked in May.", [asked],
    )  # fmt: skip
    mine = town.read("reporting.suggestion", "resident:per_1", suggestion=asked)
    assert (mine["topic"], mine["answered_at"], mine["overdue"]) == (topic, town.at, False)
    town.close()
