"""The lengths of a post's texts, as its networks count them."""

from services.post_validation.carried_fields import PostProviders
from services.post_validation.post_checks import content_problems
from services.post_validation.text_counts import TextCount, count_texts
from services.post_validation.whole_post import DeliveryTarget, WholePost

EMOJI = "👩‍👩‍👧"


def counts(post: WholePost) -> dict[str, TextCount]:
    """The counts by network."""
    found = count_texts(post, lambda _targets: PostProviders("simulator"))
    return {each.platform: each for each in found}


def targets(*platforms: str) -> list[DeliveryTarget]:
    """The default accounts of these networks."""
    return [DeliveryTarget(each) for each in platforms]


def test_each_network_counts_in_its_own_way() -> None:
    """An emoji of three people is one on Bluesky, two on X, five code points on LinkedIn."""
    found = counts(WholePost("text", EMOJI, targets("bluesky", "x", "linkedin")))
    assert {name: each.length for name, each in found.items()} == {
        "bluesky": 1, "x": 2, "linkedin": 5,
    }  # fmt: skip


def test_a_version_is_counted_in_place_of_the_common_text() -> None:
    """And fields that a network counts with the text are counted too."""
    post = WholePost(
        "text", "a" * 300, targets("x", "mastodon"), fields={"mastodonContentWarning": "rye"},
        versions={"x": {"caption": "short"}},
    )  # fmt: skip
    found = counts(post)
    assert (found["x"].length, found["x"].versions) == (5, ("x",))
    assert (found["mastodon"].length, found["mastodon"].versions) == (303, ())


def test_the_limit_that_is_broken_is_shown() -> None:
    """Bluesky has two: letters, and bytes; few letters of many bytes break the second."""
    post = WholePost("text", EMOJI * 250, targets("bluesky"))
    (found,) = counts(post).values()
    assert (found.length, found.maximum, found.unit) == (4500, 3000, "bytes of UTF-8")
    assert found.is_over
    assert content_problems(post, lambda _targets: PostProviders("simulator"))
