"""Edits of everything that a post says, and of where it goes, as a client of the contract."""

from typing import Any

import pytest
from sqlalchemy import select, update

from models.tables import DELIVERY, POST
from tests.integration.live_server import OrganizationClient, expect_error
from tests.integration.local_times import in_the_future

PHOTO = {"postType": "photo", "photoUrls": ["https://cdn.example.com/1.jpg"]}


def _draft(organization: OrganizationClient, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    body = {"platforms": ["x", "facebook"], "publishMode": "draft", **fields}
    found: dict[str, Any] = organization.publish(**body)["socialPost"]
    return found


def _edit(organization: OrganizationClient, post_id: str, **fields: Any) -> Any:  # noqa: ANN401
    return organization.call("POST", "/edit", json={"postId": post_id, **fields})


def _post(organization: OrganizationClient, post_id: str) -> dict[str, Any]:
    found: dict[str, Any] = organization.get(f"/posts/{post_id}")["post"]
    return found


def test_a_draft_needs_no_date(organization: OrganizationClient) -> None:
    """It is accepted without one; an edit gives it one, and the way back takes it away."""
    made = _draft(organization)
    assert (made["status"], made["scheduledFor"]) == ("draft", None)
    at = in_the_future(days=2)
    scheduled = _edit(organization, made["id"], mode="schedule", scheduledAt=at).json()["post"]
    assert scheduled["status"] == "scheduled"
    back = _edit(organization, made["id"], mode="draft").json()["post"]
    assert (back["status"], back["scheduledFor"]) == ("draft", None)


def test_everything_of_a_waiting_post_changes(any_organization: OrganizationClient) -> None:
    """Files, alt texts, networks, fields, title and versions in one request; what it does not name
    stays, and `version` grows."""
    made = _draft(any_organization, **PHOTO, caption="Old", altTexts=["A cup"])
    before = _post(any_organization, made["id"])
    new = {
        "photoUrls": ["https://cdn.example.com/2.jpg", "https://cdn.example.com/3.jpg"],
        "altTexts": ["A loaf", "Two loaves"],
        "platforms": ["facebook", "linkedin"],
        "versions": {"linkedin": {"caption": "For work"}},
        "version": before["version"],
    }
    answer = _edit(any_organization, made["id"], **new)
    assert answer.status_code == 200, answer.text
    after = _post(any_organization, made["id"])
    assert (after["caption"], after["altTexts"]) == ("Old", new["altTexts"])
    assert after["platforms"] == new["platforms"]
    assert [each["platform"] for each in after["providerPlatforms"]] == new["platforms"]
    assert after["previewUrl"] == "https://cdn.example.com/2.jpg"
    assert after["version"] == before["version"] + 1
    note = after["history"][-1]["message"]
    assert note == "alt texts, versions, files, networks"


def test_another_version_is_refused_with_both_texts(organization: OrganizationClient) -> None:
    """409 for the second of two who have read the same version; nothing changes, and with the new
    version it goes through."""
    made = _draft(organization, caption="Old")
    read = _post(organization, made["id"])["version"]
    assert _edit(organization, made["id"], caption="Hers", version=read).status_code == 200
    his = {"caption": "His", "platforms": ["x"]}
    answer = _edit(organization, made["id"], **his, version=read)
    assert answer.status_code == 409
    conflict = answer.json()["conflict"]
    assert (conflict["version"], conflict["yours"]) == (read + 1, his)
    assert conflict["current"]["caption"] == "Hers"
    assert conflict["current"]["platforms"] == ["x", "facebook"]
    assert _post(organization, made["id"])["caption"] == "Hers"
    again = _edit(organization, made["id"], **his, version=conflict["version"])
    assert again.status_code == 200
    assert _post(organization, made["id"])["caption"] == "His"


def test_an_empty_value_alone_removes_what_the_post_has(organization: OrganizationClient) -> None:
    """Fields, title and versions go with an empty value alone; beside another change, as tools send
    it that fill in every field, nothing goes."""
    fields = {"facebookTitle": "Bread"}
    made = _draft(organization, postType="video", videoUrl="https://cdn.example.com/1.mp4",
                  platforms=["facebook"], platformFields=fields)  # fmt: skip
    values = {"title": "Bread", "versions": {"facebook": {"caption": "For all"}}}
    assert _edit(organization, made["id"], **values).status_code == 200

    def stored() -> tuple[Any, ...]:
        with organization.api.database.read() as session:
            columns = (POST.c.title, POST.c.versions, POST.c.platform_fields)
            query = select(*columns).where(POST.c.id == made["id"])
            return tuple(session.connection().execute(query).one())

    full = ("Bread", values["versions"], fields)
    empty = {"title": "", "versions": {}, "platformFields": {}, "platforms": [], "photoUrls": []}
    assert _edit(organization, made["id"], caption="New", **empty).status_code == 200
    assert stored() == full
    for name in ("title", "versions", "platformFields"):
        assert _edit(organization, made["id"], **{name: empty[name]}).status_code == 200
    assert stored() == (None, {}, {})


def test_the_whole_post_is_checked(organization: OrganizationClient) -> None:
    """A network that does not take the caption, or the files, is refused by name: 400."""
    made = _draft(organization, caption="a" * 281, platforms=["facebook"])
    answer = _edit(organization, made["id"], platforms=["facebook", "x"])
    assert set(expect_error(answer, 400, "INVALID_INPUT")) == {"caption"}
    answer = _edit(organization, made["id"], platforms=["youtube"])
    assert set(expect_error(answer, 400, "INVALID_INPUT")) == {"platforms"}
    answer = _edit(organization, made["id"], platforms=["facebook", "x"], caption="short")
    assert answer.status_code == 200


@pytest.mark.parametrize("platforms", [["x"], ["x", "facebook"]])
def test_what_is_live_is_never_changed(
    organization: OrganizationClient, platforms: list[str]
) -> None:
    """Of a partial post only what failed can be replaced: 400 where nothing else is named."""
    made = _draft(organization)
    with organization.api.database.write() as session:
        run = session.connection().execute
        of_post = DELIVERY.c.post_id == made["id"]
        run(update(DELIVERY).where(of_post).values(status="failed"))
        run(update(DELIVERY).where(of_post, DELIVERY.c.platform == "x").values(status="published"))
        run(update(POST).where(POST.c.id == made["id"]).values(status="partial"))
    if platforms == ["x"]:
        answer = _edit(organization, made["id"], platforms=platforms)
        assert "acknowledge" in expect_error(answer, 400, "INVALID_INPUT")["platforms"]
        platforms = ["linkedin"]
    assert _edit(organization, made["id"], platforms=platforms).status_code == 200
    after = _post(organization, made["id"])
    states = {each["platform"]: each["status"] for each in after["providerPlatforms"]}
    assert states["x"] == "published"
    assert after["platforms"] == ["x", *(each for each in platforms if each != "x")]


def test_a_version_goes_with_its_network(organization: OrganizationClient) -> None:
    """A network that is taken off takes its version along; the versions of the others stay. Only a
    version that the request itself gives is refused where the post does not go."""
    versions = {"x": {"caption": "8!"}, "facebook": {"caption": "Fresh at 8"}}
    made = _draft(organization, caption="Old", versions=versions)
    assert _edit(organization, made["id"], platforms=["facebook"]).status_code == 200
    assert _post(organization, made["id"])["versions"] == {"facebook": versions["facebook"]}
    wrong = _edit(organization, made["id"], versions={"x": {"caption": "8!"}})
    assert list(expect_error(wrong, 400, "INVALID_INPUT")) == ["versions.x"]
