"""The files of a draft, as a record embeds them: up to four images, or one video. Pure."""

from collections.abc import Sequence
from typing import Any, Final

from provider.bluesky.media_ids import parse_media_id
from provider.errors import GiveUp
from provider.protocol import DraftMedia

MAX_IMAGES: Final = 4
VIDEO: Final = "video/mp4"
File = tuple[DraftMedia, dict[str, Any]]


def build_embed(media: Sequence[DraftMedia]) -> dict[str, Any] | None:
    """The embed of these files; None without files. GiveUp where Bluesky does not take them."""
    if not media:
        return None
    files: list[File] = [(each, parse_media_id(each.id).to_json()) for each in media]
    types = [blob["mimeType"] for _, blob in files]
    if all(each.startswith("image/") for each in types):
        return _images(files)
    if types == [VIDEO]:
        return _video(*files[0])
    raise GiveUp(f"Bluesky takes images, or one {VIDEO} video, not {', '.join(types)}")


def _images(files: Sequence[File]) -> dict[str, Any]:
    if len(files) > MAX_IMAGES:
        raise GiveUp(f"Bluesky takes at most {MAX_IMAGES} images a post, not {len(files)}")
    images = [{"image": blob, "alt": each.alt_text, **_aspect_ratio(each)} for each, blob in files]
    return {"$type": "app.bsky.embed.images", "images": images}


def _video(media: DraftMedia, blob: dict[str, Any]) -> dict[str, Any]:
    alt = {"alt": media.alt_text} if media.alt_text else {}
    return {"$type": "app.bsky.embed.video", "video": blob, **alt, **_aspect_ratio(media)}


def _aspect_ratio(media: DraftMedia) -> dict[str, Any]:
    if not media.width or not media.height:
        return {}
    return {"aspectRatio": {"width": media.width, "height": media.height}}
