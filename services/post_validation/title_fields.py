"""The platform fields that are a post's own title."""

from typing import Final

TITLE_FIELDS: Final = {
    "youtube": "youtubeTitle",
    "facebook": "facebookTitle",
    "linkedin": "linkedinDocumentTitle",
}
