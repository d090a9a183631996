"""A media's status, computed from the stored instants and the time."""

from dataclasses import replace

from simulator.domain.media import SimulatedMedia, guess_content_type, status_of

UPLOADED = SimulatedMedia(
    "m", "b", "a.jpg", {}, 0, expires_at=100, size=5, ready_at=None, doomed=False
)


def test_unconfirmed_media_disappears() -> None:
    """Uploaded or not, without a confirm it is UPLOADING until it expires, then deleted."""
    for media in (UPLOADED, replace(UPLOADED, size=None)):
        assert [status_of(media, now) for now in (0, 99, 100)] == ["UPLOADING", "UPLOADING", None]


def test_confirmed_media_is_processed_and_stays() -> None:
    """PROCESSING until it is ready, then SUCCESS forever: confirmed media does not expire."""
    media = replace(UPLOADED, ready_at=50)
    assert [status_of(media, now) for now in (49, 50, 5000)] == ["PROCESSING", "SUCCESS", "SUCCESS"]


def test_an_empty_or_doomed_file_ends_in_error() -> None:
    """The blob host accepts an empty body; the processing does not."""
    assert status_of(replace(UPLOADED, ready_at=50, size=0), 50) == "ERROR"
    assert status_of(replace(UPLOADED, ready_at=50, doomed=True), 50) == "ERROR"


def test_the_type_follows_the_name() -> None:
    """From the name alone: the bytes are not stored."""
    assert guess_content_type("clip.mp4") == "video/mp4"
    assert guess_content_type("mystery") == "application/octet-stream"
