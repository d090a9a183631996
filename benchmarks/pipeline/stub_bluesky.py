"""The calls of a Bluesky server that the stub answers: sessions, heads, records and their writes.

Any account exists. A write must name the account's head, as at the real server.
"""

import json
from collections import Counter
from typing import Any
from urllib.parse import parse_qs

PREFIX = "/xrpc/com.atproto."
NO_RECORD = {"error": "RecordNotFound", "message": "no such record"}
OLD_HEAD = {"error": "InvalidSwap", "message": "the head is another"}


class BlueskyStub:
    """`published` counts the writes of each record, `seen` the records that were found."""

    def __init__(self, published: Counter[str], seen: set[str]) -> None:
        self._published, self._seen = published, seen
        self._commits: Counter[str] = Counter()

    def answer(self, path: str, body: bytes) -> tuple[int, Any]:
        """The status and JSON of a call."""
        name, _, query = path.removeprefix(PREFIX).partition("?")
        given = {key: value for key, [value] in parse_qs(query).items()}
        match name:
            case "server.createSession":
                did = json.loads(body)["identifier"]
                tokens = {"accessJwt": f"access {did}", "refreshJwt": f"refresh {did}"}
                return 200, {"did": did, "handle": "acme.test", **tokens}
            case "sync.getLatestCommit":
                return 200, {"cid": self._head(given["did"]), "rev": "1"}
            case "repo.getRecord":
                return self._record(f"at://{given['repo']}/{given['collection']}/{given['rkey']}")
            case "repo.applyWrites":
                return self._write(json.loads(body))
        return 404, {"error": "MethodNotImplemented", "message": name}

    def _head(self, did: str) -> str:
        return f"commit-{self._commits[did]}-{did}"

    def _record(self, uri: str) -> tuple[int, Any]:
        if uri not in self._published:
            return 400, NO_RECORD
        self._seen.add(uri)
        return 200, {"uri": uri, "cid": "record", "value": {}}

    def _write(self, call: dict[str, Any]) -> tuple[int, Any]:
        repo = call["repo"]
        if call["swapCommit"] != self._head(repo):
            return 400, OLD_HEAD
        for each in call["writes"]:
            self._published[f"at://{repo}/{each['collection']}/{each['rkey']}"] += 1
        self._commits[repo] += 1
        return 200, {"commit": {"cid": self._head(repo), "rev": "1"}, "results": []}
