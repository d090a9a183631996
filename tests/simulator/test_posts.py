"""The simulator's posts over real HTTP: editing, validation, lists and pages."""

from collections.abc import Mapping
from typing import Any

import pytest

from simulator.list_style import FILTERS
from tests.simulator.test_publishing import instant, quote_id, read_errors, run_simulator


def test_an_edit_is_partial_and_replaces_lists_whole() -> None:
    """Keys that are not sent stay; publishAt turns an idea into a draft."""
    with run_simulator() as client:
        post_id = client.create(briefing={"markdown": "kept"})
        captions = [{"plainText": "New"}, {"plainText": "X", "net": "x"}]
        change = {"captions": captions, "publishAt": instant(60)}
        post = client.ok("PUT", f"posts/{quote_id(post_id)}", json=change)
        assert (post["stage"], post["captions"]) == ("DRAFT", captions)
        assert post["briefing"] == {"markdown": "kept"}
        answer = client.call("PUT", f"posts/{quote_id(post_id)}", json={"captions": []})
        assert read_errors(answer) == ["captions"]


def test_every_list_filter() -> None:
    """Stage, type, profile, date and search each filter the list; newest first."""
    with run_simulator() as client:
        idea = client.create(captions=[{"plainText": "Grüße AUS Wien"}])
        draft = client.create(publishAt=instant(3600), profileIds=client.profiles("threads"))
        link = client.create(type="LINK", links=["https://example.org"])

        def listed(**params: str) -> list[str]:
            return [post["id"] for post in client.ok("GET", "posts", params=params)["data"]]

        assert listed() == [link, draft, idea]
        assert listed(stages="IDEA") == [link, idea]
        assert listed(stages="DRAFT,SCHEDULED") == [draft]
        assert listed(types="LINK") == [link]
        assert listed(profileIds=client.profiles("threads")[0]) == [draft]
        assert listed(**{"from": instant(3000), "to": instant(4000)}) == [draft]
        assert listed(to=instant(3000)) == [link, idea]
        assert listed(search="grüße aus") == [idea]
        bad = client.call("GET", "posts", params={"from": "yesterday", "limit": "7"})
        assert read_errors(bad) == ["from"]


@pytest.mark.parametrize("filters", FILTERS)
def test_filters_may_be_others_than_a_client_thinks(filters: str) -> None:
    """The parameters filter, are ignored, are refused or mean something else. A parameter that the
    documentation does not name is always refused."""
    with run_simulator() as client:
        profile = client.profiles("threads")[0]
        note = {"briefing": {"markdown": "the note"}}
        ours = client.create(publishAt=instant(3600), profileIds=[profile], **note)
        other = client.create(captions=[{"plainText": "no note"}], labelIds=["L"])
        assert client.put_lists(shape="page", filters=filters).status_code == 204

        def listed(**params: str) -> list[str]:
            answer = client.call("GET", "posts", params=params)
            if answer.status_code == 400:
                return read_errors(answer)
            return [post["id"] for post in answer.json()["data"]]

        by_profile = {"ignored": [other, ours], "other": [other], "refused": ["profileIds"]}
        assert listed(profileIds=profile) == by_profile.get(filters, [ours])
        by_note = {"ignored": [other, ours], "briefings": [ours], "refused": ["search"]}
        assert listed(search="THE note") == by_note.get(filters, [])
        by_label = {"ignored": [other, ours], "refused": ["labelIds"]}
        assert listed(labelIds="L") == by_label.get(filters, [other])
        by_date = {"ignored": [other, ours], "other": [], "refused": ["from"]}
        assert listed(**{"from": instant(60)}) == by_date.get(filters, [ours])
        assert listed(sort="newest") == ["sort"]


def test_a_list_may_come_in_another_order() -> None:
    """By creation or by the time to publish at; a cursor is a place among the newest first."""
    with run_simulator() as client:
        first = client.create(publishAt=instant(3600))
        second = client.create(publishAt=instant(60))
        idea = client.create()
        orders = {
            "newest": [idea, second, first],
            "oldest": [first, second, idea],
            "timer": [first, second, idea],
            "timer_first": [idea, first, second],
        }
        for order, wanted in orders.items():
            assert client.put_lists(shape="page", order=order).status_code == 204
            assert [post["id"] for post in client.ok("GET", "posts")["data"]] == wanted
        assert read_errors(client.put_lists(shape="cursor", order="oldest")) == ["order"]


def test_pages_hold_every_post_once() -> None:
    """nextCursor leads through the whole list, and ends."""
    with run_simulator() as client:
        created = [client.create() for _ in range(5)]
        seen, cursor = [], None
        while True:
            params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
            page = client.ok("GET", "posts", params=params)
            seen += [post["id"] for post in page["data"]]
            if (cursor := page["nextCursor"]) is None:
                break
        assert seen == created[::-1]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"type": "POEM"}, ["type"]),
        ({"profileIds": ["stranger"]}, ["profileIds[0]"]),
        ({"type": "REEL"}, ["medias"]),
        ({"captions": []}, ["captions"]),
        ({"publishAt": "tomorrow", "caption": "x"}, ["caption", "publishAt"]),
    ],
)
def test_invalid_posts_are_refused_with_the_fields(
    changes: Mapping[str, Any], fields: list[str]
) -> None:
    """400 at creation, each wrong field by name."""
    with run_simulator() as client:
        assert read_errors(client.call("POST", "posts", json=client.body(**changes))) == fields


def test_a_post_is_invalid_once_its_media_is_gone() -> None:
    """Validation uses the current state: the call validates again, and so does schedule."""
    with run_simulator() as client:
        media = client.ready_media()
        medias = [{"mediaFiles": [{"mediaLibId": media}]}]
        post_id = client.create(type="MEDIA", medias=medias, publishAt=instant(60))
        assert client.ok("GET", f"posts/{quote_id(post_id)}/validate") == {"valid": True}
        client.ok("DELETE", f"media/{quote_id(media)}")
        field = "medias[0].mediaFiles[0].mediaLibId"
        assert read_errors(client.call("GET", f"posts/{quote_id(post_id)}/validate")) == [field]
        assert read_errors(client.stage(post_id, "schedule")) == [field]


def test_reviews_lead_to_the_schedule() -> None:
    """A post that the team approved can be scheduled."""
    with run_simulator() as client:
        post_id = client.create(publishAt=instant(60))
        actions = ("teamReview", "reject", "teamReview", "approve", "schedule")
        stages = [client.stage(post_id, action).json()["stage"] for action in actions]
        assert stages[1:] == ["TEAM_REVISION", "TEAM_REVIEW", "TEAM_APPROVED", "SCHEDULED"]


def test_a_body_must_be_a_json_object() -> None:
    """Any other content type or body is refused before its fields are checked."""
    with run_simulator() as client:
        json_type = {"Content-Type": "application/json"}
        for content, headers, status in [
            (b"{}", {}, 415),
            (b"{", json_type, 400),
            (b"[]", json_type, 400),
        ]:
            url = f"{client.origin}/v2/posts"
            answer = client.http.post(url, content=content, headers={**client.headers, **headers})
            assert answer.status_code == status
