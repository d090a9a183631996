"""A value that is refused gets a sentence that says what to write instead."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from services.errors import field_errors
from services.inputs.post_bodies import EditBody, MoveBody, PublishBody, SwapBody
from services.inputs.settings_body import SettingsBody
from services.inputs.simulation_body import SimulateBody
from services.inputs.webhook_bodies import WebhookBody

POST = {"postType": "text", "caption": "Hello", "platforms": ["x"]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=80),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=5,
)
BODIES = (PublishBody, EditBody, MoveBody, SwapBody, SettingsBody, SimulateBody, WebhookBody)
# Words of pydantic's own that tell a caller nothing.
FOREIGN = ("should be", "should have", "instance", "dictionary", "Input", "validation", "parse")


def problems(model: type[BaseModel], values: dict[str, Any]) -> dict[str, str]:
    """The sentences about these values, by field."""
    try:
        model.model_validate(values)
    except ValidationError as error:
        return {each["field"]: each["message"] for each in field_errors(error.errors())}
    return {}


@pytest.mark.parametrize(
    ("model", "values", "field", "sentence"),
    [
        (PublishBody, {"platformFields": {"youtubeMadeForKids": True}},
         "platformFields.youtubeMadeForKids", 'must be a text: write "true", not true'),
        (PublishBody, {"platformFields": {"xPollDuration": 60}}, "platformFields.xPollDuration",
         'must be a text: write "60", not 60'),
        (PublishBody, {"platformFields": [1]}, "platformFields",
         'must be an object such as {"name": "value"}, not a list'),
        (PublishBody, {"platforms": "facebook"}, "platforms",
         'must be a list: write ["facebook"], not "facebook"'),
        (PublishBody, {"platforms": "facebook, x"}, "platforms",
         'must be a list: write ["facebook", "x"], not "facebook, x"'),
        (PublishBody, {"platforms": {"x": True}}, "platforms",
         'must be a list such as ["…", "…"], not an object'),
        (PublishBody, {"platforms": 7}, "platforms", 'must be a list such as ["…", "…"], not 7'),
        (PublishBody, {"scheduledAt": 1_777_000_000_000}, "scheduledAt",
         'must be a date and time such as "2026-05-01T15:00:00Z", not 1777000000000'),
        (PublishBody, {"caption": ["Hi"]}, "caption", "must be a text, not a list"),
        (PublishBody, {"publishMode": "now"}, "publishMode",
         "must be 'draft', 'publish_now', 'schedule' or 'next_slot', not \"now\""),
        (PublishBody, {"caption": "x" * 65_537}, "caption",
         "must have at most 65536 characters, not 65537"),
        (PublishBody, {"platforms": ["x"] * 21}, "platforms",
         "must have at most 20 items, not 21"),
        (SettingsBody, {"maxPostsPerSlot": "2"}, "maxPostsPerSlot",
         'must be a whole number: write 2, not "2"'),
        (SettingsBody, {"maxPostsPerSlot": "two"}, "maxPostsPerSlot",
         'must be a whole number such as 2, not "two"'),
        (SettingsBody, {"maxPostsPerSlot": 1.5}, "maxPostsPerSlot",
         "must be a whole number, not 1.5"),
        (SettingsBody, {"maxPostsPerSlot": True}, "maxPostsPerSlot",
         "must be a whole number, not true"),
        (SettingsBody, {"isEnabled": "True"}, "isEnabled",
         'must be true or false: write true, not "True"'),
        (SettingsBody, {"isEnabled": 1}, "isEnabled", "must be true or false, not 1"),
        (SettingsBody, {"queueSlots": [{"dayOfWeek": "Tuesday"}]}, "queueSlots[0].dayOfWeek",
         'must be a whole number, 0 (Sunday) to 6 (Saturday): write 2, not "Tuesday"'),
        (SettingsBody, {"queueSlots": ["1 10:00"]}, "queueSlots[0]",
         'must be an object such as {"dayOfWeek": 1, "time": "10:00"}, not "1 10:00"'),
        (SettingsBody, {"queueSlots": {"dayOfWeek": 1, "time": "10:00"}}, "queueSlots",
         'must be a list such as [{"dayOfWeek": 1, "time": "10:00"}], not an object'),
        (SettingsBody, {"queueSlots": "Monday 10:00"}, "queueSlots",
         'must be a list such as [{"dayOfWeek": 1, "time": "10:00"}], not "Monday 10:00"'),
        (PublishBody, {"timezone": 2}, "timezone",
         'must be a time zone such as "Europe/Berlin", not 2'),
        (PublishBody, {"videoUrl": True}, "videoUrl",
         'must be a link such as "https://example.com/file", not true'),
        (PublishBody, {"platformFields": "a=b"}, "platformFields",
         'must be an object such as {"name": "value"}, not "a=b"'),
        (SettingsBody, {"blackouts": [20261225]}, "blackouts[0]",
         'must be a date such as "2026-12-25", or {"from": "2026-12-24", "to": "2026-12-26"}'),
        (SettingsBody, {"blackouts": [{"from": "2026-12-24"}]}, "blackouts[0]",
         'must be a date such as "2026-12-25", or {"from": "2026-12-24", "to": "2026-12-26"}'),
        (WebhookBody, {"events": []}, "events", "must not be empty"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_answered_with_what_to_write(
    model: type[BaseModel], values: dict[str, Any], field: str, sentence: str
) -> None:
    """The sentence names the type that the field has, and the value as it would be right."""
    given_values = {**POST, **values} if model is PublishBody else values
    assert problems(model, given_values) == {field: sentence}


@given(st.sampled_from(BODIES), st.data(), JSON)
def test_no_sentence_is_pydantics_own(
    model: type[BaseModel], data: st.DataObject, value: object
) -> None:
    """Whatever JSON stands in a field, the sentences are ours, short, and can be sent."""
    field = data.draw(st.sampled_from(sorted(model.model_fields)))
    name = model.model_fields[field].alias or field
    for sentence in problems(model, {name: value}).values():
        assert json.loads(json.dumps(sentence).encode()) == sentence
        assert len(sentence) <= 250
        assert not any(word in sentence.partition("not ")[0] for word in FOREIGN), sentence
