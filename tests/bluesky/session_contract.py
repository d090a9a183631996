"""What a PDS answers about sessions and app passwords."""

from collections.abc import Callable

import pytest

from tests.bluesky.pds_client import POST, BlueskyAccount, PdsClient, expired
from tests.bluesky.tokens import claims
from tests.bluesky.wire_outcomes import (
    CRASHED,
    INVALID,
    OK,
    outcome,
    post,
)


class SessionContract:
    """Sessions and app passwords."""

    def test_an_app_password_opens_a_session(self, pds: PdsClient, account: BlueskyAccount) -> None:
        """By handle and by DID, for two hours; a wrong password and an unknown name look alike."""
        session = pds.create_session(account)
        assert session["did"] == account.did
        assert session["active"] is True
        access, refresh = claims(session["accessJwt"]), claims(session["refreshJwt"])
        assert access["scope"] == "com.atproto.appPass"
        assert access["exp"] - access["iat"] == 7200
        assert refresh["exp"] - refresh["iat"] == 90 * 24 * 3600
        for identifier, password, expected in [
            (account.handle, account.app_password, OK),
            (account.did, "wrong", (401, "AuthenticationRequired")),
            ("nobody.test", account.app_password, (401, "AuthenticationRequired")),
        ]:
            body = {"identifier": identifier, "password": password}
            assert outcome(pds.procedure("server.createSession", body=body)) == expected

    def test_a_session_is_renewed(self, pds: PdsClient, account: BlueskyAccount) -> None:
        """The same refresh token twice gives one next token; a body is refused."""
        token = pds.create_session(account)["refreshJwt"]
        renewed = [pds.procedure("server.refreshSession", token).json() for _ in range(2)]
        ids = [claims(pair["refreshJwt"])["jti"] for pair in renewed]
        assert ids[0] == ids[1] != claims(token)["jti"]
        assert outcome(pds.query("server.getSession", renewed[0]["accessJwt"])) == OK
        assert outcome(pds.procedure("server.refreshSession", token, {})) == INVALID

    def test_an_ended_session_cannot_be_renewed(
        self, pds: PdsClient, account: BlueskyAccount
    ) -> None:
        """But its access token works until its time is over; ending twice is harmless."""
        session = pds.create_session(account)
        pds.delete_session(session["refreshJwt"])
        pds.delete_session(session["refreshJwt"])
        refused = pds.procedure("server.refreshSession", session["refreshJwt"])
        assert outcome(refused) == (400, "ExpiredToken")
        assert outcome(pds.query("server.getSession", session["accessJwt"])) == OK

    def test_a_revoked_app_password(self, pds: PdsClient, account: BlueskyAccount) -> None:
        """It opens no session and renews none; the access token lives on."""
        session = pds.create_session(account)
        pds.revoke_app_password(account)
        body = {"identifier": account.did, "password": account.app_password}
        refused = pds.procedure("server.createSession", body=body)
        assert outcome(refused) == (401, "AuthenticationRequired")
        refused = pds.procedure("server.refreshSession", session["refreshJwt"])
        assert outcome(refused) == (400, "ExpiredToken")
        assert outcome(pds.query("server.getSession", session["accessJwt"])) == OK

    def test_an_app_password_s_session_makes_no_app_password(
        self, pds: PdsClient, account: BlueskyAccount
    ) -> None:
        """It has not the scope; and a name that is in use crashes the server."""
        token = pds.create_session(account)["accessJwt"]
        refused = pds.procedure("server.createAppPassword", token, {"name": "other"})
        assert outcome(refused) == (400, "InvalidToken")
        again = pds.procedure(
            "server.createAppPassword", account.access_token, {"name": "slotbeat"}
        )
        assert outcome(again) == CRASHED

    @pytest.mark.parametrize(
        ("spoil", "expected", "of_upload"),
        [
            (lambda _: "", (401, "AuthMissing"), (401, "AuthMissing")),
            (expired, (400, "ExpiredToken"), (400, "ExpiredToken")),
            (lambda token: token[:-4] + "AAAA", (400, "InvalidToken"), (400, "InvalidToken")),
            (lambda _: "a.b.c", (400, "InvalidToken"), CRASHED),
        ],
    )
    def test_a_token_that_is_not_good(
        self,
        pds: PdsClient,
        account: BlueskyAccount,
        spoil: Callable[[str], str],
        expected: tuple[int, str],
        of_upload: tuple[int, str],
    ) -> None:
        """Missing, expired, forged, and no token at all, on a write, a query and an upload."""
        token = spoil(pds.create_session(account)["accessJwt"])
        body = {"repo": account.did, "collection": POST, "record": post()}
        assert outcome(pds.procedure("repo.createRecord", token, body)) == expected
        assert outcome(pds.query("server.getSession", token)) == expected
        assert outcome(pds.upload(token, b"bytes", "text/plain")) == of_upload

    def test_the_two_tokens_are_not_interchangeable(
        self, pds: PdsClient, account: BlueskyAccount
    ) -> None:
        """Each is an invalid token in the place of the other."""
        session = pds.create_session(account)
        for answer in (
            pds.procedure("server.refreshSession", session["accessJwt"]),
            pds.procedure("server.deleteSession", session["accessJwt"]),
            pds.query("server.getSession", session["refreshJwt"]),
        ):
            assert outcome(answer) == (400, "InvalidToken")
