"""The strict JSON parser: accepted bodies, and refusals with a field and a sentence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import ValidationFailed
from services.strict_json import MAX_FIELDS, MAX_FIELDS_IN_ALL, parse_object

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
            inner,
            max_size=3,
        )
    ),
)


@given(st.dictionaries(st.sampled_from(["a", "b"]), VALUES), st.booleans())
def test_what_json_can_say_is_read_as_it_was_said(value: dict[str, object], escaped: bool) -> None:
    """Every object without NUL and unpaired surrogates is parsed unchanged, escaped or not."""
    assert parse_object(json.dumps(value, ensure_ascii=escaped).encode()) == value


@pytest.mark.parametrize("raw", [b"", b" \r\n", b"null"])
def test_nothing_is_nothing(raw: bytes) -> None:
    """An empty body and null are no body."""
    assert parse_object(raw) is None


@pytest.mark.parametrize(
    ("raw", "field", "right"),
    [
        (b"{", "body", "is not valid JSON"),
        (b'{"a": 1}x', "body", "is not valid JSON"),
        (b"\xef\xbb\xbf{}", "body", "is not valid JSON"),
        (b'{"a": "\x00"}', "body", "is not valid JSON"),
        (b'{"a": NaN}', "body", "NaN"),
        (b'{"a": -Infinity}', "body", "Infinity"),
        (b'{"a": 1e400}', "body", "too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "body", "digits"),
        (b'{"a": "\xff"}', "body", "UTF-8"),
        (b'{"a": "\xed\xa0\x80"}', "body", "UTF-8"),
        ('{"a": "é"}'.encode("utf-16"), "body", "UTF-8"),
        (b"[" * 100_000 + b"]" * 100_000, "body", "deeply"),
        (b'{"a":' * 100_000, "body", "deeply"),
        (b'{"a": 1, "b": 2, "a": 1}', "body", "'a' twice"),
        (b'{"x": {"a": 1, "a": 2}}', "body", "'a' twice"),
        (rb'{"a": "x\u0000"}', "a", "NUL"),
        (rb'{"a": [{"b": "\ud800"}]}', "a[0].b", "surrogate"),
        (rb'{"a": "\uDC00\uD800"}', "a", "surrogate"),
        (rb'{"a": {"\u0000": 1}}', "a", "a name that must not contain the character NUL"),
        (b"[]", "body", "must be a JSON object"),
        (b'"text"', "body", "must be a JSON object"),
        (b"7", "body", "must be a JSON object"),
        (b"false", "body", "must be a JSON object"),
    ],
)
def test_what_is_refused_says_why(raw: bytes, field: str, right: str) -> None:
    """A 400 names the field where there is one, and what is wrong."""
    with pytest.raises(ValidationFailed) as refused:
        parse_object(raw)
    (problem,) = refused.value.details
    assert problem["field"] == field
    assert right in problem["message"]
    json.dumps(problem, ensure_ascii=False).encode()


def test_a_pair_of_surrogates_is_a_character() -> None:
    """Escaped emoji, as most clients send them, are taken."""
    assert parse_object(rb'{"a": "\ud83d\ude00"}') == {"a": "😀"}


@pytest.mark.parametrize("where", ["{}", '{{"a": [{}]}}'])
def test_an_object_has_a_limit_on_its_fields(where: str) -> None:
    """200 fields are read; 80,000 are one problem and not 80,000, at whatever depth."""

    def body(count: int) -> bytes:
        names = ",".join(f'"{number}":0' for number in range(count))
        return where.format(f"{{{names}}}").encode()

    assert parse_object(body(MAX_FIELDS)) is not None
    with pytest.raises(ValidationFailed, match="80000 fields; at most 200") as refused:
        parse_object(body(80_000))
    assert len(refused.value.details) == 1


def test_all_objects_together_have_a_limit_on_their_fields() -> None:
    """As many as 100 objects of 200 fields have, and no more."""
    one = {str(number): 0 for number in range(MAX_FIELDS)}
    count = MAX_FIELDS_IN_ALL // MAX_FIELDS
    with pytest.raises(ValidationFailed, match="more than 20000 fields"):
        parse_object(json.dumps({"a": [one] * count}).encode())
    assert parse_object(json.dumps({"a": [one] * (count - 1)}).encode()) is not None
