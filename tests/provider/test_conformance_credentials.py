"""What every provider must do for a connection with two keys, which are replaced in turn."""

import pytest

from provider.errors import Reconnect
from provider.protocol import DraftMedia
from tests.provider.sandboxes import ProviderTester, Sandbox


def test_the_secondary_key_is_tried_when_the_primary_is_refused(sandbox: Sandbox) -> None:
    """Every kind of call works with the second key, and a call that must not be repeated is made
    once."""
    old, new = f"{sandbox.key} old", f"{sandbox.key} new"

    async def work(tester: ProviderTester) -> None:
        await tester.allow(new, same_as=old)
        before = await tester.profile()
        await tester.revoke(old)
        assert await tester.profile() == before
        made = await tester.create(
            "two keys", media=(DraftMedia(await tester.media()),), post_type="photo"
        )
        assert await tester.provider.find(await tester.draft("two keys")) == [made]
        await tester.publish(made.id)
        await tester.wait_until(tester.publications, lambda rows: _of(rows, made.id), 1)

    sandbox.use(work, old, new)


def _of(rows: list[dict[str, str]], remote_id: str) -> int:
    return sum(row["postId"] == remote_id for row in rows)


def test_the_key_that_works_is_remembered(sandbox: Sandbox) -> None:
    """After one refusal, the refused key costs no further call. When the keys change their roles,
    the first is tried again."""
    old, new = f"{sandbox.key} old", f"{sandbox.key} new"

    async def work(tester: ProviderTester) -> None:
        await tester.allow(new, same_as=old)
        await tester.revoke(old)
        assert [await _cost(tester) for _ in range(3)] == [2, 1, 1]
        await tester.allow(old)
        await tester.revoke(new)
        assert [await _cost(tester) for _ in range(3)] == [2, 1, 1]

    sandbox.use(work, old, new)


async def _cost(tester: ProviderTester) -> int:
    before = await tester.calls("list_profiles")
    await tester.provider.profiles()
    return await tester.calls("list_profiles") - before


def test_both_refused_is_a_reconnect(sandbox: Sandbox) -> None:
    """Only if both are refused. The message shows neither key, and each key works when it is valid
    again."""
    old, new = f"{sandbox.key} old", f"{sandbox.key} new"

    async def work(tester: ProviderTester) -> None:
        await tester.allow(new, same_as=old)
        await tester.revoke(old)
        await tester.revoke(new)
        with pytest.raises(Reconnect) as caught:
            await tester.create("refused")
        assert caught.value.http_status in (401, 403)
        assert sandbox.key not in repr(caught.value)
        for key in (new, old):
            await tester.allow(key)
            assert await tester.provider.find(await tester.draft("refused")) == []
            await tester.revoke(key)

    sandbox.use(work, old, new)


def test_one_key_alone_is_tried_once(sandbox: Sandbox) -> None:
    """Without a secondary key, a refusal costs one call."""

    async def work(tester: ProviderTester) -> None:
        await tester.revoke(sandbox.key)
        before = await tester.calls("list_profiles")
        with pytest.raises(Reconnect):
            await tester.provider.profiles()
        assert await tester.calls("list_profiles") == before + 1

    sandbox.use(work)
