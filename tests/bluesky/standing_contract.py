"""What a PDS answers about accounts that may not write, and about who they are."""

import httpx

from tests.bluesky.pds_client import POST, BlueskyAccount, PdsClient
from tests.bluesky.tids import new_tid
from tests.bluesky.wire_outcomes import (
    INVALID,
    OK,
    UNKNOWN_DID,
    Writer,
    outcome,
)


class StandingContract:
    """An account that is taken down or deactivated; and what there is to know of accounts."""

    def test_a_taken_down_account(self, pds: PdsClient, writer: Writer) -> None:
        """Writes, uploads and sessions are refused by name, and it can be read no more; but an app
        password looks like a wrong one."""
        account, session = writer.account, pds.create_session(writer.account)
        rkey = writer.put_new()
        pds.take_down(account.did)
        gone = (401, "AccountTakedown")
        logins = [
            {"identifier": account.did, "password": password}
            for password in (account.password, account.app_password)
        ]
        found = [
            (writer.put(new_tid()), gone),
            (writer.delete(rkey), gone),
            (writer.upload(b"bytes"), gone),
            (pds.procedure("server.createSession", body=logins[0]), gone),
            (
                pds.procedure("server.createSession", body=logins[1]),
                (401, "AuthenticationRequired"),
            ),
            (pds.procedure("server.refreshSession", session["refreshJwt"]), gone),
            (pds.query("server.getSession", session["accessJwt"]), INVALID),
            (writer.get(rkey), INVALID),
            (pds.query("repo.listRecords", repo=account.did, collection=POST), INVALID),
            (pds.query("sync.getLatestCommit", did=account.did), (400, "RepoTakendown")),
            (
                pds.query("identity.resolveHandle", handle=account.handle),
                (400, "HandleNotFound"),
            ),
        ]
        pds.take_down(account.did, applied=False)
        assert [outcome(answer) for answer, _ in found] == [expected for _, expected in found]
        assert outcome(writer.get(rkey)) == OK

    def test_a_deactivated_account(self, pds: PdsClient, writer: Writer) -> None:
        """It can log in, and the session says so; writes are refused until it is activated."""
        account = writer.account
        assert outcome(pds.procedure("server.deactivateAccount", writer.token, {})) == OK
        session = pds.create_session(account)
        assert (session["active"], session["status"]) == (False, "deactivated")
        assert outcome(writer.put(new_tid())) == (401, "AccountDeactivated")
        latest = pds.query("sync.getLatestCommit", did=account.did)
        assert outcome(latest) == (400, "RepoDeactivated")
        assert outcome(pds.procedure("server.activateAccount", writer.token)) == OK
        assert outcome(writer.put(new_tid())) == OK

    def test_a_handle_leads_to_its_server(self, pds: PdsClient, account: BlueskyAccount) -> None:
        """By `resolveHandle` and by the file at its host; unknown ones have an error each."""
        found = pds.query("identity.resolveHandle", handle=account.handle)
        assert found.json() == {"did": account.did}
        for handle, expected in [
            ("nobody.test", (400, "HandleNotFound")),
            ("nobody.example", INVALID),
            ("no body", INVALID),
        ]:
            assert outcome(pds.query("identity.resolveHandle", handle=handle)) == expected
        url = f"{pds.url}/.well-known/atproto-did"
        assert httpx.get(url, headers={"Host": account.handle}).text == account.did
        assert httpx.get(url, headers={"Host": "nobody.test"}).status_code == 404

    def test_the_directory_names_handle_and_server(
        self, plc_url: str, account: BlueskyAccount
    ) -> None:
        """The DID document; 404 for an unknown DID."""
        answer = httpx.get(f"{plc_url}/{account.did}")
        assert answer.headers["Content-Type"].startswith("application/did+ld+json")
        document = answer.json()
        assert document["alsoKnownAs"] == [f"at://{account.handle}"]
        (service,) = document["service"]
        assert (service["id"], service["type"]) == ("#atproto_pds", "AtprotoPersonalDataServer")
        assert service["serviceEndpoint"].startswith("http://localhost:")
        assert httpx.get(f"{plc_url}/{UNKNOWN_DID}").status_code == 404

    def test_what_the_server_says_of_itself(self, pds: PdsClient) -> None:
        """The largest blob; and calls that there are not, or not in this way."""
        assert pds.query("server.describeServer").json()["blobUploadLimit"] == 5 * 1024 * 1024
        assert outcome(pds.query("no.suchCall")) == INVALID
        assert outcome(pds.query("repo.putRecord")) == INVALID
        unknown = pds.query("sync.getLatestCommit", did=UNKNOWN_DID)
        assert outcome(unknown) == (400, "RepoNotFound")
