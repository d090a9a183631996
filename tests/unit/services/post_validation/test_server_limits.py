"""Limits of an account's own server, in the place of the network's."""

import pytest

from services.post_validation.content import PostContent, network_problems
from services.post_validation.server_limits import ServerLimits
from services.post_validation.text_length import count_for_mastodon

LARGE = {"characters": 5000, "url_length": 23, "files": 4}
SMALL = {"characters": 300, "url_length": 30, "files": 2}


def problems(caption: str, *servers: ServerLimits, photos: int = 0, warning: str = "") -> list[str]:
    """What is wrong with a post for Mastodon."""
    content = PostContent(
        "photo" if photos else "text",
        caption,
        ["mastodon"],
        photos,
        {"mastodonContentWarning": warning} if warning else {},
        servers={"mastodon": servers},
    )
    return [each["message"] for each in network_problems(content)]


def test_the_server_decides() -> None:
    """A server that takes more takes it, and one that takes less is named."""
    assert problems("x" * 501) != []
    assert problems("x" * 5000, LARGE) == []
    (problem,) = problems("x" * 5001, LARGE)
    assert problem.startswith("mastodon takes at most 5000 characters on the account's server")
    assert problem.endswith("not 5001")
    (problem,) = problems("x", SMALL, photos=3)
    assert problem == "mastodon takes at most 2 photos a post, not 3"


def test_a_post_on_two_servers_fits_both() -> None:
    """The smaller one counts."""
    assert problems("x" * 300, LARGE, SMALL) == []
    assert len(problems("x" * 301, LARGE, SMALL)) == 1


def test_a_link_counts_what_the_server_says() -> None:
    """23 at most servers, whatever its length."""
    link = "https://example.com/" + "a" * 400
    assert problems("x" * 269 + " " + link, SMALL) == []
    assert len(problems("x" * 270 + " " + link, SMALL)) == 1
    assert problems("x" * 476 + " " + link) == []
    assert len(problems("x" * 477 + " " + link)) == 1


def test_the_warning_counts_too() -> None:
    """It has its place in the same limit."""
    assert problems("x" * 490, warning="w" * 10) == []
    assert len(problems("x" * 490, warning="w" * 11)) == 1


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("a\u0301👨‍👩‍👧‍👦🇩🇪", 3),
        ("@alice@a.very.long.server.example hi", 9),
        ("mail a@b.example", 16),
        ("http://x.test https://y.test/z", 47),
    ],
)
def test_mastodon_counts_what_people_see(text: str, length: int) -> None:
    """Graphemes; a mention without its server; a link always the same."""
    assert count_for_mastodon(text) == length
