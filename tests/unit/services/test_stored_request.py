"""A stored post as the request that would publish it."""

from models.posts import Delivery, Media, Post
from services.inputs.post_bodies import PublishBody
from services.posts.stored_request import stored_request
from tests.service_context import CIPHER
from tests.unit.worker.snapshot_builders import NOW


def _media(name: str, position: int, part: int = 0, kind: str | None = None) -> Media:
    return Media(
        post_id="p",
        position=position,
        thread_part=part,
        kind=kind,
        source_url=CIPHER.encrypt(f"https://cdn.example.com/{name}"),
        alt_text=f"About {name}" if name.endswith("jpg") else None,
    )


def test_a_request_of_a_stored_post_says_what_the_post_says() -> None:
    """Each text, file and target at its place, the files of the thread below their own text; a
    draft without a date."""
    post = Post(
        id="p", organization_id="o", post_type="photo", caption="Hello", platforms=["x"],
        platform_fields={"xReplySettings": "everyone"}, title="Bread", timezone="UTC",
        versions={"x": {"caption": "Hi"}}, thread=["More", "A film", "The end"],
        publish_mode="schedule", accepted_at=NOW, scheduled_for=NOW,
    )  # fmt: skip
    media = [
        _media("1.jpg", 0),
        _media("2.jpg", 1, 1, "photo"),
        _media("3.mp4", 2, 2, "video"),
    ]
    deliveries = [
        Delivery(post_id="p", platform="facebook"),
        Delivery(post_id="p", platform="x", account_id="a", is_named=True),
    ]
    body = PublishBody.model_validate(stored_request(post, media, deliveries, CIPHER))
    assert body.model_dump(exclude_none=True) == {
        "postType": "photo",
        "caption": "Hello",
        "title": "Bread",
        "platforms": ["facebook"],
        "accountIds": ["a"],
        "publishMode": "draft",
        "photoUrls": ["https://cdn.example.com/1.jpg"],
        "altTexts": ["About 1.jpg"],
        "platformFields": {"xReplySettings": "everyone"},
        "versions": {"x": {"caption": "Hi"}},
        "thread": [
            {
                "text": "More",
                "photoUrls": ["https://cdn.example.com/2.jpg"],
                "altTexts": ["About 2.jpg"],
            },
            {"text": "A film", "videoUrl": "https://cdn.example.com/3.mp4"},
            {"text": "The end"},
        ],
    }
