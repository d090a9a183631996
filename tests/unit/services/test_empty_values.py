"""An empty text in an optional field is "not given"."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from services.inputs.approval_bodies import RejectBody, ReleaseBody
from services.inputs.post_bodies import EditBody, PublishBody, RemoveBody
from services.inputs.settings_body import QueueSlotBody, SettingsBody
from services.inputs.simulation_body import SimulateBody
from services.inputs.webhook_bodies import NewWebhookBody, WebhookBody

# Every body, with what it requires. In an edit of nothing else, an empty caption has a meaning.
REQUIRED: dict[type[BaseModel], dict[str, Any]] = {
    PublishBody: {"postType": "text", "caption": "Hello"},
    EditBody: {"mode": "draft"},
    RemoveBody: {},
    RejectBody: {},
    ReleaseBody: {},
    SettingsBody: {},
    QueueSlotBody: {},
    SimulateBody: {"postsPerWeek": 1},
    NewWebhookBody: {"url": "https://example.com/"},
    WebhookBody: {},
}
EMPTY = st.sampled_from(["", " ", "\t\r\n", "\N{NO-BREAK SPACE}"])


def optional_names(model: type[BaseModel]) -> list[str]:
    """The fields that may be left out, as a request names them."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    return [
        n for n, field in fields.items() if not field.is_required() and n not in REQUIRED[model]
    ]


@given(st.sampled_from(sorted(REQUIRED, key=str)), st.data(), EMPTY)
def test_an_empty_text_is_as_good_as_nothing(
    model: type[BaseModel], data: st.DataObject, empty: str
) -> None:
    """In any optional field of any body, alone or as the one item of a list, it changes nothing."""
    names = data.draw(st.sets(st.sampled_from(optional_names(model))))
    written = {name: data.draw(st.sampled_from([empty, [empty]])) for name in names}
    plain = model.model_validate(REQUIRED[model])
    assert model.model_validate({**REQUIRED[model], **written}) == plain


@given(
    st.lists(
        st.sampled_from(["https://cdn.example.com/a.jpg", "", "https://b.example/", " "]),
        max_size=20,
    )
)
def test_empty_items_of_a_list_are_left_out(links: list[str]) -> None:
    """What a list says beside them stays, in its order; a list without anything else is none."""
    body = PublishBody.model_validate({**REQUIRED[PublishBody], "photoUrls": links})
    said = [link for link in links if link.strip()]
    assert body.photoUrls == (said if said or not links else None)


@given(st.lists(st.sampled_from(["A cup", "", " "]), max_size=20))
def test_an_empty_alt_text_keeps_its_place(texts: list[str]) -> None:
    """The texts belong to the photos by their order, so nothing moves; without any text there is
    no list."""
    body = PublishBody.model_validate({**REQUIRED[PublishBody], "altTexts": texts})
    assert (body.altTexts or []) == (texts if any(text.strip() for text in texts) else [])


def test_a_list_without_alt_texts_removes_them() -> None:
    """In an edit of nothing else. Beside another change it means "not given", as for a caption."""
    for empty in ([], [""], ["", " "]):
        assert EditBody.model_validate({"postId": "p", "altTexts": empty}).altTexts == empty
        for others in ({"mode": "draft"}, {"caption": "Hi"}, {"photoUrls": None}):
            body = EditBody.model_validate({"postId": "p", "altTexts": empty, **others})
            assert body.altTexts is None
    body = EditBody.model_validate({"mode": "draft", "altTexts": ["", "A cup"]})
    assert body.altTexts == ["", "A cup"]


def test_empty_platform_fields_are_left_out() -> None:
    """A platform field with an empty value or null is not given; the others are kept."""
    fields = {"facebookTitle": "", "linkedinTitle": None, "xReplySettings": "following"}
    body = PublishBody.model_validate({**REQUIRED[PublishBody], "platformFields": fields})
    assert body.platformFields == {"xReplySettings": "following"}


def test_an_empty_text_clears_what_null_clears_and_changes_nothing_else() -> None:
    """In settings it is null for a field that may be null, and unsent for any other."""
    body = SettingsBody.model_validate({"processOnlyPlaylistId": "", "defaultTimezone": ""})
    assert body.model_dump(exclude_unset=True) == {"processOnlyPlaylistId": None}


def test_an_empty_caption_alone_removes_the_caption() -> None:
    """An edit of nothing else means it. Beside a mode or a time, which an automation fills in with
    all its other fields empty, it means "not given"."""
    assert EditBody.model_validate({"postId": "p", "caption": ""}).caption == ""
    for others in ({"mode": "draft"}, {"mode": "", "scheduledAt": ""}, {"scheduledAt": None}):
        assert EditBody.model_validate({"postId": "p", "caption": "", **others}).caption is None
    assert EditBody.model_validate({"postId": "p", "caption": None}).caption is None


@pytest.mark.parametrize("name", ["postType", "caption"])
def test_an_empty_text_in_a_required_field_stays(name: str) -> None:
    """A required field is not taken for one that was left out: an empty caption is a caption, and
    an empty type is refused as what it is."""
    values = {**REQUIRED[PublishBody], name: ""}
    if name == "caption":
        assert PublishBody.model_validate(values).caption == ""
        return
    with pytest.raises(ValidationError) as caught:
        PublishBody.model_validate(values)
    assert [each["type"] for each in caught.value.errors()] == ["literal_error"]


def test_null_stays_what_it_is() -> None:
    """Null in a field that takes none is refused as before, not read as left out."""
    with pytest.raises(ValidationError):
        SettingsBody.model_validate({"maxPostsPerSlot": None})
