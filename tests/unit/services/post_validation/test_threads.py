"""What follows a post: each network gets all of it, or the answer says why not."""

import pytest

from models.post_content import THREAD_FIELDS, THREAD_NETWORKS, takes_thread_files
from services.inputs.field_types import PLATFORMS
from services.inputs.post_bodies import ThreadItemBody
from services.post_validation.carried_fields import PostProviders
from services.post_validation.content import PostContent, ThreadText
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from services.post_validation.thread_items import item_problems
from services.post_validation.threads import lost_thread, thread_problems, thread_warnings

ONE = [ThreadText("Out of the oven at 8")]
TWO = [*ONE, ThreadText("", photos=2)]
LINK = "https://cdn.example.com/a.jpg"
DIRECT = {"bluesky": ["bluesky"], "mastodon": ["mastodon"]}


def content(
    platforms: list[str], thread: list[ThreadText], fields: dict[str, str] | None = None
) -> PostContent:
    """A video post with a thread."""
    return PostContent("video", "Watch it rise", platforms, fields=fields or {}, thread=thread)


def checked(post: PostContent) -> tuple[list[str], list[str]]:
    """The problems and the warnings, through Bluesky and Mastodon directly, and Swonkie."""
    providers = PostProviders("swonkie", DIRECT)
    return tuple(  # type: ignore[return-value]
        [f"{each['field']} {each['message']}" for each in found]
        for found in (
            thread_problems(post, providers) + lost_thread([(post, providers)]),
            thread_warnings(post, providers),
        )
    )


def test_networks_with_threads_get_all_of_it() -> None:
    """Bluesky and Mastodon take texts with photos, without a word."""
    assert checked(content(["bluesky", "mastodon"], TWO)) == ([], [])


@pytest.mark.parametrize("platform", ["facebook", "instagram", "linkedin", "youtube"])
def test_one_text_is_a_first_comment(platform: str) -> None:
    """Where the network has first comments, one text without files is one."""
    assert checked(content([platform], ONE)) == ([], [])


@pytest.mark.parametrize("thread", [TWO, [ThreadText("See it", photos=1)], [ThreadText("", 0, 1)]])
def test_more_than_a_first_comment_is_left_out_beside_a_thread(thread: list[ThreadText]) -> None:
    """Several texts, or one with files, are no first comment: the post goes to Facebook without
    them, with a warning, as long as another network takes them."""
    problems, warnings = checked(content(["bluesky", "facebook"], thread))
    assert problems == []
    (warning,) = warnings
    assert warning.startswith(
        "thread is not sent to facebook: it takes a first comment, which is one"
    )


@pytest.mark.parametrize("platform", ["tiktok", "gmb", "wordpress", "facebook"])
def test_a_thread_that_goes_nowhere_is_refused(platform: str) -> None:
    """Where none of the networks takes it, what was written would be lost: the answer says which
    networks do."""
    problems, _ = checked(content([platform], TWO))
    assert len(problems) == 1
    assert problems[0].startswith(f"thread is taken by none of the post's networks ({platform}: ")
    assert "bluesky, mastodon, threads, x" in problems[0]


@pytest.mark.parametrize("platform", ["x", "threads"])
def test_no_network_gets_half_of_a_thread(platform: str) -> None:
    """A network with threads, through a provider without a place for them, refuses the post, and
    says what to do; even where another network takes the thread."""
    problems, _ = checked(content([platform, "bluesky"], ONE))
    assert len(problems) == 1
    assert f"cannot be sent to {platform}: the provider swonkie has no place" in problems[0]
    assert f"leave {platform} out" in problems[0]


def test_a_provider_without_first_comments_is_named() -> None:
    """One text goes nowhere where the provider of the account cannot write it."""
    providers = PostProviders("bluesky")
    (problem,) = lost_thread([(content(["facebook"], ONE), providers)])
    assert "facebook: the provider bluesky has no place for a first comment" in problem["message"]


def test_bluesky_through_another_provider_is_refused() -> None:
    """What counts is the provider of the account, not the network alone."""
    providers = PostProviders("swonkie")
    assert thread_problems(content(["bluesky"], ONE), providers)


def test_every_text_keeps_the_limits_of_its_networks() -> None:
    """The error names the text and the network: characters, and photos."""
    thread = [ThreadText("a" * 301), ThreadText("b" * 501, photos=5)]
    problems, _ = checked(content(["bluesky", "mastodon"], thread))
    assert [each.partition(" ")[0] for each in problems] == [
        "thread[0].text", "thread[1].text", "thread[1].photoUrls",
        "thread[1].text", "thread[1].photoUrls",
    ]  # fmt: skip
    assert "bluesky takes at most 300 characters, not 301" in problems[0]
    assert "mastodon takes at most 500 characters (a link counts 23" in problems[3]
    assert "mastodon takes at most 4 photos a text, not 5" in problems[4]


def test_a_first_comment_keeps_the_limits_of_its_field() -> None:
    """YouTube's first comment is checked as `youtubeFirstComment` would be."""
    problems, _ = checked(content(["youtube"], [ThreadText("a" * 10_001)]))
    assert len(problems) == 1
    assert problems[0].startswith("thread[0].text youtube, where it is the first comment")


def test_no_comment_goes_with_a_story() -> None:
    """A combination that the field of the comment does not go with is refused here too."""
    problems, _ = checked(content(["facebook"], ONE, {"facebookContentType": "story"}))
    assert len(problems) == 1
    assert "does not go with facebookContentType 'story'" in problems[0]


@pytest.mark.parametrize(
    ("platform", "name"), [*THREAD_FIELDS.items(), ("facebook", "facebookFirstComment")]
)
def test_the_networks_own_field_goes_first(platform: str, name: str) -> None:
    """The network gets its own field, whatever it would say to the thread, with a warning."""
    post = content([platform], TWO, {name: "First!"})
    message = f"thread is not sent to {platform}: {name} is given, and goes before it"
    assert checked(post) == ([], [message])
    assert not takes_thread_files(platform, post.fields)


def test_without_a_thread_nothing_is_said() -> None:
    """Posts without a thread are as they were."""
    assert checked(content([*PLATFORMS], [])) == ([], [])


def test_the_networks_and_fields_of_threads_exist() -> None:
    """The names in the table of threads are those of networks and of their fields."""
    assert set(PLATFORMS) >= THREAD_NETWORKS >= THREAD_FIELDS.keys()
    assert all(PLATFORM_FIELDS[name].platform == each for each, name in THREAD_FIELDS.items())


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({}, "text"),
        ({"text": " \n"}, "text"),
        ({"text": "a", "photoUrls": [LINK], "videoUrl": "https://cdn.example.com/a.mp4"},
         "videoUrl"),
        ({"text": "a", "altTexts": ["A cup"]}, "altTexts"),
        ({"photoUrls": [LINK], "altTexts": ["A cup", "A loaf"]}, "altTexts"),
        ({"photoUrls": [LINK, "ftp://cdn.example.com/a.jpg"]}, "photoUrls"),
        ({"videoUrl": "nowhere"}, "videoUrl"),
    ],
)  # fmt: skip
def test_a_wrong_item_is_named(item: dict[str, object], field: str) -> None:
    """An item is a text, photos or a video; the error has its number and its field."""
    items = [ThreadItemBody(text="right"), ThreadItemBody.model_validate(item)]
    problems = [*item_problems(items, allow_private=False)]
    assert [each["field"] for each in problems] == [f"thread[1].{field}"]
