"""What every provider must do with its lists: read them whole, however they are paged, or say that
they are not whole."""

import pytest

from provider.errors import IncompleteList
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
