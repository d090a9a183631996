"""The account of a connection: its profile, its fields, and credentials that are refused."""

from dataclasses import replace

import pytest

from provider.errors import Reconnect, Retry
from provider.field_tables import FIELD_TABLES, carries
from provider.protocol import Profile
from tests.provider.direct.sandbox import DirectSandbox, DirectTester
from tests.servers.ports import free_port


class AccountContract:
    """What is true of an account, whatever is published."""

    def test_profiles_are_the_connected_accounts(self, direct: DirectSandbox) -> None:
        """Every call, by every process, shows the account with its network and its name."""
        account = direct.account
        expected = [
            Profile(account.profile_id, account.platform, account.name, account.username, "OK")
        ]
        for _ in range(2):
            found = direct.use(lambda tester: tester.provider.profiles())
            assert [replace(each, limits=None) for each in found] == expected

    def test_the_field_table_is_true(self, direct: DirectSandbox) -> None:
        """The fields that are said to be carried when a post is accepted are those that the
        provider supports, in a post of each type."""
        platform = direct.account.platform
        names = [*FIELD_TABLES[platform], f"{platform}New"]

        async def unsupported(tester: DirectTester) -> dict[str, list[str]]:
            return {
                post_type: tester.provider.unsupported_fields(
                    tester.draft(post_type=post_type, fields=dict.fromkeys(names, "x"))
                )
                for post_type in ("text", "photo", "video")
            }

        for post_type, found in direct.use(unsupported).items():
            assert found == [each for each in names if not carries(platform, each, "x", post_type)]

    def test_refused_credentials_need_a_person(self, direct: DirectSandbox) -> None:
        """Each call is a Reconnect, and no message shows the secret."""

        async def call_all(tester: DirectTester) -> None:
            for call in (
                tester.provider.profiles(),
                tester.publish(tester.draft()),
                tester.upload(b"x"),
                tester.delete(tester.draft()),
            ):
                with pytest.raises(Reconnect) as caught:
                    await call
                assert direct.account.secret not in repr(caught.value)

        direct.account.revoke()
        direct.use(call_all)
        assert direct.account.published() == []

    def test_a_server_that_is_away(self, direct: DirectSandbox) -> None:
        """A call that never reached it is a Retry, and no unknown outcome."""

        async def call_all(tester: DirectTester) -> None:
            draft = tester.draft()
            for call in (tester.provider.profiles(), tester.publish(draft), tester.get(draft)):
                with pytest.raises(Retry):
                    await call

        direct.use(call_all, f"http://127.0.0.1:{free_port()}")
