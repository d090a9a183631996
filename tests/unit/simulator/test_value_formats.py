"""Value formats of the API: instants, ids, signatures and captions."""

import re
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from simulator.domain.captions import caption_for, marker_in, simulated_publish_error
from simulator.errors import CallError
from simulator.ids import derived_id, new_id
from simulator.routes.upload_signing import check_signature, signed_url
from simulator.timestamps import format_instant, parse_instant

SECRET = b"k" * 32


def test_instants_survive_the_round_trip() -> None:
    """Milliseconds in, the same text out."""
    for text in (
        "2026-01-31T11:30:00.000Z",
        "1970-01-01T00:00:00.001Z",
        "2038-12-31T23:59:59.999Z",
    ):
        assert format_instant(parse_instant(text)) == text


@pytest.mark.parametrize("text", ["", "2026-01-31", "2026-01-31T11:30:00.000+00:00", None, 5])
def test_other_forms_of_instants_are_refused(text: object) -> None:
    """Every other form is an error, so that a wrong client is noticed."""
    with pytest.raises(ValueError, match="must look like"):
        parse_instant(text)


def test_every_id_needs_quoting() -> None:
    """Each id has +, / and =, so that a client that does not quote fails at once."""
    for one in (new_id(), derived_id("workspace", "facebook")):
        assert set("+/=") <= set(one)
        assert unquote(quote(one, safe="")) == one


def test_derived_ids_are_stable_and_new_ones_are_not() -> None:
    """A workspace has the same profile ids without a state file."""
    assert derived_id("a", "b") == derived_id("a", "b") != derived_id("a", "c")
    assert new_id() != new_id()


def signed_query(expires_at: int) -> dict[str, str]:
    """The query of a signed URL for the blob `uploads/1`."""
    query = urlsplit(signed_url(SECRET, "http://host", "uploads/1", expires_at)).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def test_a_signed_url_opens_its_blob_until_it_expires() -> None:
    """Right blob, right secret, before the expiry: accepted."""
    check_signature(SECRET, "uploads/1", signed_query(1000), now=999)


@pytest.mark.parametrize(
    ("blob", "change", "now"),
    [
        ("uploads/1", {}, 1000),
        ("uploads/2", {}, 0),
        ("uploads/1", {"se": "2099-01-01T00:00:00.000Z"}, 0),
        ("uploads/1", {"sig": ""}, 0),
        ("uploads/1", {"se": "", "sig": ""}, 0),
    ],
)
def test_expired_and_broken_signatures_are_refused(
    blob: str, change: dict[str, str], now: int
) -> None:
    """Expired, another blob, a changed expiry or no signature: 403."""
    with pytest.raises(CallError) as refused:
        check_signature(SECRET, blob, {**signed_query(1000), **change}, now)
    assert (refused.value.status, refused.value.code) == (403, "AuthenticationFailed")


def test_a_network_s_own_caption_comes_before_the_common_one() -> None:
    """`net` null is for all networks that have no caption of their own."""
    content = {"captions": [{"plainText": "all"}, {"plainText": "x only", "net": "x"}]}
    assert caption_for(content, "x") == "x only"
    assert caption_for(content, "facebook") == "all"
    assert caption_for({"captions": [{"plainText": "x only", "net": "x"}]}, "facebook") == ""


def test_magic_captions_refuse() -> None:
    """Only the two words in a caption make a network refuse it."""
    assert simulated_publish_error("hello", "x") is None
    assert simulated_publish_error("[[refuse]]", "x") is not None
    assert simulated_publish_error("[[refuse:x]]", "x") is not None
    assert simulated_publish_error("[[refuse:x]]", "facebook") is None


def test_the_marker_is_the_briefing() -> None:
    """Absent, null and empty briefings are all no marker."""
    assert marker_in({"briefing": {"markdown": "note"}}) == "note"
    assert marker_in({}) == ""
    for briefing in (None, {}, {"markdown": None}):
        assert marker_in({"briefing": briefing}) == ""


def test_instants_have_one_shape() -> None:
    """Formatted instants are always ISO 8601 with milliseconds and Z."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", format_instant(1234567890123))
