"""What a call at a PDS came to, in the words that a client decides by."""

from datetime import UTC, datetime
from typing import Any

import httpx

from tests.bluesky.pds_client import POST, BlueskyAccount, PdsClient
from tests.bluesky.tids import new_tid

Outcome = tuple[int, str]  # status, and the name of the error or ""

OK: Outcome = (200, "")
INVALID: Outcome = (400, "InvalidRequest")
INVALID_SWAP: Outcome = (400, "InvalidSwap")
CRASHED: Outcome = (500, "InternalServerError")

# A CID of no record.
OTHER_CID = "bafyreid27zk7lbis4zw5fz4podbvbs4fc5ivwji3dmrwa6zggnj4bnd57u"
UNKNOWN_DID = f"did:plc:{'a' * 24}"


def outcome(answer: httpx.Response) -> Outcome:
    """The status and the error's name."""
    name = "" if answer.status_code == 200 else str(answer.json().get("error", ""))
    return answer.status_code, name


def post(text: str = "Hello", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A valid post, with changes."""
    created = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"$type": POST, "text": text, "createdAt": created, **more}


class Writer:
    """Writes to one account, whatever is answered."""

    def __init__(self, pds: PdsClient, account: BlueskyAccount) -> None:
        self.pds, self.account, self.token = pds, account, account.access_token

    def call(self, name: str, **body: Any) -> httpx.Response:  # noqa: ANN401
        """One call of `com.atproto.repo` on this account."""
        body = {"repo": self.account.did, **body}
        return self.pds.procedure(f"repo.{name}", self.token, body)

    def create(self, record: dict[str, Any] | None = None, **more: Any) -> httpx.Response:  # noqa: ANN401
        """createRecord of a post."""
        return self.call("createRecord", collection=POST, record=record or post(), **more)

    def put(
        self,
        rkey: str,
        record: dict[str, Any] | None = None,
        **more: Any,  # noqa: ANN401
    ) -> httpx.Response:
        """putRecord of a post."""
        body = {"collection": POST, "rkey": rkey, "record": record or post(), **more}
        return self.call("putRecord", **body)

    def delete(self, rkey: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """deleteRecord of a post."""
        return self.call("deleteRecord", collection=POST, rkey=rkey, **more)

    def get(self, rkey: str) -> httpx.Response:
        """getRecord of a post."""
        did = self.account.did
        return self.pds.query("repo.getRecord", repo=did, collection=POST, rkey=rkey)

    def apply(self, *writes: dict[str, Any], **more: Any) -> httpx.Response:  # noqa: ANN401
        """applyWrites."""
        return self.call("applyWrites", writes=list(writes), **more)

    def head(self) -> str:
        """The head now."""
        return self.pds.head(self.account.did)

    def upload(self, content: bytes, content_type: str | None = "image/png") -> httpx.Response:
        """uploadBlob."""
        return self.pds.upload(self.token, content, content_type)

    def put_new(self) -> str:
        """The key of a new post."""
        rkey = new_tid()
        assert outcome(self.put(rkey)) == OK
        return rkey


def write(action: str, rkey: str, **value: Any) -> dict[str, Any]:  # noqa: ANN401
    """One write of applyWrites on a post; without a value unless `value=` is given."""
    kind = f"com.atproto.repo.applyWrites#{action}"
    return {"$type": kind, "collection": POST, "rkey": rkey, **value}


def with_image(ref: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A post with one image."""
    image = {"image": ref, "alt": "", **more}
    return post(embed={"$type": "app.bsky.embed.images", "images": [image]})
