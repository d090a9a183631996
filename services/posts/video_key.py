"""The key by which shorts of the same video are counted."""

from models.encryption import Cipher


def video_key(cipher: Cipher, post_type: str, source_id: str | None, link: str) -> str | None:
    """A hash that is equal for shorts of the same video: of its id if given, else of its link. None
    for posts without a video."""
    return cipher.keyed_hash(source_id or link) if post_type == "video" else None
