"""Records that Bluesky's own server stored, with the ids that it gave them."""

from typing import Any, Final

DID: Final = "did:plc:ije5vnahp6ic33qv65thz7bm"
FIRST_KEY: Final = "3m6rbay5wcbnm"
FIRST_ID: Final = "bafyreigdk7h2urkrcjrcu3qmhdug3ezdegll5lgdgv6oxzednpyydueqcu"
SECOND_KEY: Final = "3m6rbay5wccnm"
SECOND_ID: Final = "bafyreigjzie5rob2wauftekv4n3sz2pvodr4kh4ie4v6oyvszta2c5tkya"
HANDLE: Final = "a380732809.test"
CREATED_AT: Final = "2026-11-30T02:45:53.974Z"
IMAGE: Final = "bafkreicoy7i6q2z4zqguj3xwnwyp26ncv4r2c2hkjpa4vqhne62xkfl3mm"
FIRST_TEXT: Final = f"Héllo 👨‍👩‍👧 https://münchen.de/ü @{HANDLE} #日本語"
_FACET: Final = "app.bsky.richtext.facet"

FIRST: Final[dict[str, Any]] = {
    "$type": "app.bsky.feed.post",
    "text": FIRST_TEXT,
    "createdAt": CREATED_AT,
    "langs": ["en", "pt-BR"],
    "facets": [
        {
            "index": {"byteStart": 26, "byteEnd": 48},
            "features": [{"$type": f"{_FACET}#link", "uri": "https://münchen.de/ü"}],
        },
        {
            "index": {"byteStart": 49, "byteEnd": 65},
            "features": [{"$type": f"{_FACET}#mention", "did": DID}],
        },
        {
            "index": {"byteStart": 66, "byteEnd": 76},
            "features": [{"$type": f"{_FACET}#tag", "tag": "日本語"}],
        },
    ],
    "embed": {
        "$type": "app.bsky.embed.images",
        "images": [
            {
                "alt": "a cup ☕",
                "image": {
                    "$type": "blob",
                    "ref": {"$link": IMAGE},
                    "mimeType": "image/jpeg",
                    "size": 43631,
                },
                "aspectRatio": {"width": 800, "height": 600},
            }
        ],
    },
}
_REFERENCE: Final = {"uri": f"at://{DID}/app.bsky.feed.post/{FIRST_KEY}", "cid": FIRST_ID}
SECOND: Final[dict[str, Any]] = {
    "$type": "app.bsky.feed.post",
    "text": "two 😀",
    "createdAt": CREATED_AT,
    "langs": ["en", "pt-BR"],
    "reply": {"root": _REFERENCE, "parent": _REFERENCE},
}
