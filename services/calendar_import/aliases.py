"""Other names for columns, networks and values, as people write them in their sheets. Pure.

A name that is in no table stays as it is, so that the error shows what was written.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

_SIGNS = re.compile(r"[\W_]+")
# Between the networks of a cell. A blank separates too, but some names have blanks themselves.
_BETWEEN_NETWORKS = re.compile("[,;|/+&\n\uff0c\u3001\uff1b\u00b7\u2022]|\\band\\b", re.IGNORECASE)
# No name of a network has more words.
_MAX_WORDS: Final = 6

NETWORKS: Final = {
    "bluesky": "bluesky", "bsky": "bluesky", "blueskysocial": "bluesky",
    "facebook": "facebook", "facebookpage": "facebook", "fb": "facebook",
    "gmb": "gmb", "gbp": "gmb", "googlebusiness": "gmb", "googlebusinessprofile": "gmb",
    "googlemybusiness": "gmb",
    "instagram": "instagram", "insta": "instagram", "ig": "instagram",
    "instagrambusiness": "instagram",
    "linkedin": "linkedin", "li": "linkedin", "linkedinpage": "linkedin",
    "linkedincompanypage": "linkedin",
    "mastodon": "mastodon", "fediverse": "mastodon",
    "threads": "threads",
    "tiktok": "tiktok", "tt": "tiktok",
    "wordpress": "wordpress", "wp": "wordpress", "blog": "wordpress", "website": "wordpress",
    "x": "x", "twitter": "x", "xtwitter": "x", "twitterx": "x", "xcom": "x",
    "xformerlytwitter": "x",
    "youtube": "youtube", "yt": "youtube",
}  # fmt: skip
POST_TYPES: Final = {
    "text": "text", "textpost": "text", "textonly": "text",
    "photo": "photo", "photos": "photo", "photopost": "photo", "image": "photo",
    "images": "photo", "imagepost": "photo", "picture": "photo", "pictures": "photo",
    "video": "video", "videos": "video", "videopost": "video",
    "document": "document", "documents": "document", "documentpost": "document",
    "pdf": "document",
}  # fmt: skip
PUBLISH_MODES: Final = {
    "draft": "draft",
    "publishnow": "publish_now",
    "schedule": "schedule", "scheduled": "schedule",
    "nextslot": "next_slot", "queue": "next_slot", "queued": "next_slot",
}  # fmt: skip
TITLES: Final = {
    "type": "postType",
    "text": "caption", "posttext": "caption", "message": "caption", "postcontent": "caption",
    "postcaption": "caption", "content": "caption", "copy": "caption", "postcopy": "caption",
    "platform": "platforms", "network": "platforms", "networks": "platforms",
    "socialnetwork": "platforms", "socialnetworks": "platforms", "channel": "platforms",
    "channels": "platforms",
    "accountid": "accountIds",
    "mode": "publishMode",
    "scheduled": "scheduledAt", "date": "scheduledAt", "datetime": "scheduledAt",
    "dateandtime": "scheduledAt", "scheduleddate": "scheduledAt", "scheduledfor": "scheduledAt",
    "scheduledate": "scheduledAt", "postdate": "scheduledAt", "postingdate": "scheduledAt",
    "publishdate": "scheduledAt",
    "time": "scheduledTime", "scheduletime": "scheduledTime", "posttime": "scheduledTime",
    "postingtime": "scheduledTime", "publishtime": "scheduledTime",
    "photourl": "photoUrls", "imageurl": "photoUrls", "imageurls": "photoUrls",
    "photo": "photoUrls", "photos": "photoUrls", "photolink": "photoUrls",
    "photolinks": "photoUrls", "image": "photoUrls", "images": "photoUrls",
    "imagelink": "photoUrls", "imagelinks": "photoUrls",
    "alttext": "altTexts", "alt": "altTexts", "alttag": "altTexts", "alttags": "altTexts",
    "imagealt": "altTexts", "imagealttext": "altTexts", "imagealttexts": "altTexts",
    "photoalttext": "altTexts", "photoalttexts": "altTexts", "alternativetext": "altTexts",
    "imagedescription": "altTexts", "imagedescriptions": "altTexts",
    "photodescription": "altTexts", "photodescriptions": "altTexts",
    "threaditems": "thread", "threadtexts": "thread", "threadposts": "thread",
    "video": "videoUrl", "videolink": "videoUrl",
    "document": "documentUrl", "documentlink": "documentUrl",
    "platformfield": "platformFields",
    "posttitle": "title", "headline": "title",
    "version": "versions",
    "label": "labels",
}  # fmt: skip


def fold(name: str) -> str:
    """A name without case, width, blanks and signs: "Post type", "post_type" and "postType" are
    one."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", name)).casefold()


def column_name(title: str, columns: Mapping[str, str]) -> str:
    """Our name of the column with this title; the title where no column has it.

    `columns` has our names by their folded form.
    """
    folded = fold(title)
    return columns.get(folded) or TITLES.get(folded) or title


def post_type(text: str) -> str:
    """Our name of a type of post."""
    return POST_TYPES.get(fold(text), text)


def publish_mode(text: str) -> str:
    """Our name of a publish mode."""
    return PUBLISH_MODES.get(fold(text), text)


def networks(text: str) -> list[str]:
    """Our names of the networks in a cell, separated by commas and other signs, or by blanks."""
    whole = NETWORKS.get(fold(text))
    if whole is not None:
        return [whole]
    return [name for part in _BETWEEN_NETWORKS.split(text) for name in _networks_of_part(part)]


def _networks_of_part(part: str) -> list[str]:
    """A name may have blanks itself: the longest one counts."""
    words, found = part.split(), list[str]()
    while words:
        length = next(
            (
                n
                for n in range(min(len(words), _MAX_WORDS), 1, -1)
                if fold("".join(words[:n])) in NETWORKS
            ),
            1,
        )
        name = "".join(words[:length])
        found.append(NETWORKS.get(fold(name), name))
        words = words[length:]
    return found
