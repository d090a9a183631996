"""What every provider must do with its lists: read them whole, however they are paged, or say that
they are not whole."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from provider.errors import IncompleteList
from provider.protocol import PastCreates
from tests.provider.sandboxes import LIST_SHAPES, ProviderTester, Sandbox

# The numbers of posts: none, a page that is not full, full pages, and one more.
COUNTS = (0, 7, 40, 41)
PAGE_SIZE = 20


@pytest.mark.parametrize("shape", LIST_SHAPES)
def test_a_post_is_found_on_any_page_of_any_list(sandbox: Sandbox, shape: str) -> None:
    """Of 121 posts, the newest, the oldest and one on each page are found, and a marker that is
    nobody's is not; or the list says that it is not whole."""

    async def work(tester: ProviderTester) -> None:
        made = [await tester.create(f"{shape} {number}") for number in range(121)]
        await tester.shape_lists(sandbox.key, shape, 50)
        for number in (0, 30, 71, 120):
            draft = await tester.draft(f"{shape} {number}")
            if sandbox.list_shapes[shape]:
                assert await tester.provider.find(draft) == [made[number]]
            else:
                with pytest.raises(IncompleteList):
                    await tester.provider.find(draft)
        nobodys = await tester.draft("nobody's")
        if sandbox.list_shapes[shape]:
            assert await tester.provider.find(nobodys) == []

    sandbox.use(work)


@pytest.mark.parametrize("shape", LIST_SHAPES)
def test_nothing_is_missing_without_proof(sandbox: Sandbox, shape: str) -> None:
    """With any number of posts, the empty and the full page too: a list is whole or says that it is
    not, and a list that names its end is whole."""

    async def work(tester: ProviderTester) -> None:
        nobodys, oldest = await tester.draft("nobody's"), await tester.draft("0")
        made = 0
        for count in COUNTS:
            while made < count:
                await tester.create(str(made))
                made += 1
            await tester.shape_lists(sandbox.key, shape, PAGE_SIZE)
            try:
                found = await tester.provider.find(oldest)
                assert await tester.provider.find(nobodys) == []
                assert len(found) == min(count, 1)
            except IncompleteList:
                # No shape but the one page has a full page without a sign of its end.
                assert shape in ("bare", "whole")
                assert count >= PAGE_SIZE

    sandbox.use(work)


@pytest.mark.parametrize("shape", LIST_SHAPES)
def test_accounts_are_read_from_all_pages(sandbox: Sandbox, shape: str) -> None:
    """The accounts are the same for each shape of a list."""

    async def work(tester: ProviderTester) -> None:
        wanted = await tester.provider.profiles()
        await tester.shape_lists(sandbox.key, shape, 3)
        if sandbox.list_shapes[shape]:
            assert sorted(await tester.provider.profiles(), key=lambda it: it.id) == sorted(
                wanted, key=lambda it: it.id
            )

    sandbox.use(work)


MANY = 5000


def test_a_lost_create_among_many_posts_is_few_calls(sandbox: Sandbox) -> None:
    """Of thousands of posts on the profile, the one that was created just now is found, and that
    nothing was created is proved, in a limited number of calls; whatever the provider makes of
    filters, and in whatever order its list is."""

    async def work(tester: ProviderTester) -> None:
        ours, nobodys = await tester.draft("ours"), await tester.draft("nobody's")
        sandbox.fill(sandbox.key, ours.profile_id, MANY)
        made = await tester.provider.create(ours)
        now = datetime.now(UTC)
        lost = PastCreates(now - timedelta(seconds=20), now, is_one_enough=True, had_timer=True)
        for name, (style, most) in sandbox.list_styles.items():
            await tester.shape_lists(sandbox.key, page_size=100, **style)
            for draft, wanted in ((ours, [made]), (nobodys, [])):
                before = await tester.calls("list_posts")
                assert await tester.provider.find(replace(draft, past_creates=lost)) == wanted, name
                calls = await tester.calls("list_posts") - before
                assert calls <= most, f"{name}: {calls} calls among {MANY} posts"

    sandbox.use(work)
