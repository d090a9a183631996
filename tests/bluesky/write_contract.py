"""What a PDS answers to writes that are repeated, late, or meant for another state."""

from typing import Any

import pytest

from tests.bluesky.pds_client import POST, PdsClient
from tests.bluesky.tids import new_tid
from tests.bluesky.wire_outcomes import (
    CRASHED,
    INVALID,
    INVALID_SWAP,
    OK,
    OTHER_CID,
    UNKNOWN_DID,
    Writer,
    outcome,
    post,
    write,
)


class WriteContract:
    """Writing records once, and only on top of a known head."""

    def test_create(self, writer: Writer) -> None:
        """A key in use crashes the server, with the same record and with another one."""
        rkey, record = new_tid(), post()
        made = writer.create(record, rkey=rkey)
        assert outcome(made) == OK
        assert made.json()["validationStatus"] == "valid"
        assert made.json()["commit"]["cid"] == writer.head()
        assert outcome(writer.create(record, rkey=rkey)) == CRASHED
        assert outcome(writer.create(post("other"), rkey=rkey)) == CRASHED
        assert writer.get(rkey).json()["value"] == record

    def test_put_for_the_first_time_only(self, writer: Writer) -> None:
        """The same again is a success without a commit; other content is refused."""
        rkey, record = new_tid(), post()
        first = writer.put(rkey, record, swapRecord=None)
        again = writer.put(rkey, record, swapRecord=None)
        assert (outcome(first), outcome(again)) == (OK, OK)
        assert first.json()["cid"] == again.json()["cid"]
        assert "commit" in first.json()
        assert "commit" not in again.json()
        other = writer.put(rkey, post("other"), swapRecord=None)
        assert outcome(other) == INVALID_SWAP
        assert other.json()["message"] == f"Record was at {first.json()['cid']}"

    def test_put_without_a_condition(self, writer: Writer) -> None:
        """It creates, and then replaces; with another version than expected it does not."""
        rkey = new_tid()
        assert outcome(writer.put(rkey)) == OK
        assert outcome(writer.put(rkey, post("new"))) == OK
        assert outcome(writer.put(rkey, post("newer"), swapRecord=OTHER_CID)) == INVALID_SWAP
        assert writer.get(rkey).json()["value"]["text"] == "new"

    def test_a_late_put_after_a_delete(self, writer: Writer) -> None:
        """It brings the record back, unless it names the head that it was written on."""
        rkey, record, head = new_tid(), post(), writer.head()
        assert outcome(writer.put(rkey, record, swapRecord=None, swapCommit=head)) == OK
        assert outcome(writer.delete(rkey)) == OK
        late = writer.put(rkey, record, swapRecord=None, swapCommit=head)
        assert outcome(late) == INVALID_SWAP
        assert late.json()["message"] == f"Commit was at {writer.head()}"
        assert outcome(writer.get(rkey)) == (400, "RecordNotFound")
        assert outcome(writer.put(rkey, record, swapRecord=None)) == OK

    def test_a_repeated_put_succeeds_with_an_old_head(self, writer: Writer) -> None:
        """The record is there as it should be, so nothing is compared."""
        rkey, record, head = new_tid(), post(), writer.head()
        for _ in range(2):
            assert outcome(writer.put(rkey, record, swapRecord=None, swapCommit=head)) == OK

    def test_delete(self, writer: Writer) -> None:
        """Twice is harmless; without a record there is no commit, and an old head goes through."""
        rkey, old = writer.put_new(), writer.head()
        assert outcome(writer.delete(rkey, swapRecord=OTHER_CID)) == INVALID_SWAP
        assert outcome(writer.delete(rkey, swapCommit=OTHER_CID)) == INVALID_SWAP
        assert "commit" in writer.delete(rkey).json()
        head = writer.head()
        assert head != old
        again = writer.delete(rkey, swapCommit=old)
        assert (outcome(again), again.json()) == (OK, {})
        assert writer.head() == head

    def test_several_writes_are_one_commit(self, writer: Writer) -> None:
        """All or none: one key in use, and no other of the call is written."""
        used, new = writer.put_new(), new_tid()
        head = writer.head()
        both = write("create", new, value=post()), write("create", used, value=post())
        assert outcome(writer.apply(*both)) == CRASHED
        assert outcome(writer.apply(*both, swapCommit=OTHER_CID)) == INVALID_SWAP
        assert (writer.head(), outcome(writer.get(new))) == (head, (400, "RecordNotFound"))
        done = writer.apply(both[0], write("delete", used), swapCommit=head)
        assert outcome(done) == OK
        kinds = [result["$type"].partition("#")[2] for result in done.json()["results"]]
        assert kinds == ["createResult", "deleteResult"]
        assert outcome(writer.get(new)) == OK

    @pytest.mark.parametrize("action", ["update", "delete"])
    def test_writes_to_a_missing_record(self, writer: Writer, action: str) -> None:
        """In applyWrites they crash the server."""
        value = {"value": post()} if action == "update" else {}
        assert outcome(writer.apply(write(action, new_tid(), **value))) == CRASHED

    def test_an_empty_commit_moves_the_head(self, writer: Writer) -> None:
        """So that whatever was written on the old head is refused."""
        head = writer.head()
        assert outcome(writer.apply()) == OK
        assert outcome(writer.put(new_tid(), swapCommit=head)) == INVALID_SWAP

    def test_a_thread_in_one_call(self, writer: Writer) -> None:
        """A reply names the CID of a post of the same call; it need only look like one."""
        first, second = new_tid(), new_tid()
        address = f"at://{writer.account.did}/{POST}/{first}"
        for cid, expected in [("no CID", INVALID), (OTHER_CID, OK)]:
            ref = {"uri": address, "cid": cid}
            reply = post(reply={"root": ref, "parent": ref})
            writes = write("create", first, value=post()), write("create", second, value=reply)
            assert outcome(writer.apply(*writes)) == expected

    def test_lists(self, pds: PdsClient, writer: Writer) -> None:
        """The newest key first, page by page, until a page is empty."""
        keys = [writer.put_new() for _ in range(3)]
        asked: dict[str, Any] = {"repo": writer.account.did, "collection": POST}
        page = pds.query("repo.listRecords", limit=2, **asked).json()
        rest = pds.query("repo.listRecords", limit=2, cursor=page["cursor"], **asked).json()
        end = pds.query("repo.listRecords", limit=2, cursor=rest["cursor"], **asked).json()
        found = [record["uri"].rpartition("/")[2] for record in page["records"] + rest["records"]]
        assert (found, end) == (keys[::-1], {"records": []})
        oldest = pds.query("repo.listRecords", limit=1, reverse=True, **asked).json()
        assert oldest["records"][0]["uri"].endswith(keys[0])
        assert outcome(pds.query("repo.listRecords", limit=101, **asked)) == INVALID

    def test_another_s_account(self, pds: PdsClient, writer: Writer) -> None:
        """It cannot be written to; one that does not exist has another error."""
        other = pds.create_account()
        body = {"collection": POST, "rkey": new_tid(), "record": post()}
        refused = writer.call("putRecord", **body, repo=other.did)
        assert outcome(refused) == (401, "AuthenticationRequired")
        refused = writer.call("putRecord", **body, repo=UNKNOWN_DID)
        assert outcome(refused) == (403, "AccountNotFound")
