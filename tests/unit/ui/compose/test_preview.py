"""How a post will look on its networks."""

from models.post_content import VersionContent
from services.post_validation.whole_post import DeliveryTarget
from ui.compose.file_fields import FileItem
from ui.compose.preview import FOLDS, TextPart, build_previews, split_links

FILES = [
    FileItem(str(n), f"https://a.example/{n}.jpg", f"{n}.jpg", "photo", None) for n in range(6)
]


def content(caption: str, media: tuple[int, ...] = (), **fields: str) -> VersionContent:
    """What a network gets."""
    return VersionContent(caption, fields, media)


def test_a_text_ends_where_the_network_folds_it() -> None:
    """Instagram shows the beginning and "more"; X shows all of it."""
    long = content("word " * 100)
    pairs = [(DeliveryTarget("instagram"), long), (DeliveryTarget("x"), long)]
    folded, whole = build_previews(pairs, [], "", {})
    assert folded.is_folded
    assert sum(len(each.text) for each in folded.parts) <= FOLDS["instagram"]
    assert not whole.is_folded
    assert "".join(each.text for each in whole.parts) == long.caption.strip()


def test_accounts_share_a_preview_only_if_they_get_the_same() -> None:
    """Those with another text have their own, with the names of both."""
    names = {"1": "Facebook Rome", "2": "Facebook Oslo", "3": "Facebook Bonn"}
    same, other = content("Fresh"), content("Frisch")
    pairs = [(DeliveryTarget("facebook", each), same) for each in "12"]
    found = build_previews([*pairs, (DeliveryTarget("facebook", "3"), other)], [], "", names)
    assert [each.accounts for each in found] == [
        ["Facebook Rome", "Facebook Oslo"], ["Facebook Bonn"],
    ]  # fmt: skip


def test_files_are_those_of_the_network_in_its_order() -> None:
    """Four are shown, and how many there are beside them."""
    pairs = [(DeliveryTarget("x"), content("", (5, 0, 1, 2, 3)))]
    (found,) = build_previews(pairs, FILES, "", {})
    assert [each.name for each in found.files] == ["5.jpg", "0.jpg", "1.jpg", "2.jpg"]
    assert found.more_files == 1


def test_a_title_is_shown_where_the_network_has_one() -> None:
    """WordPress has that of the post, YouTube its own, X none."""
    video = content("", youtubeTitle="Rise")
    pairs = [(DeliveryTarget(each), video) for each in ("wordpress", "youtube", "x")]
    assert [each.title for each in build_previews(pairs, [], "News", {})] == ["News", "Rise", ""]


def test_links_hashtags_and_mentions_are_apart() -> None:
    """Also at the ends; an address of mail is no mention."""
    assert split_links("#rye a@b.example https://a.example/x?y=1") == [
        TextPart("#rye", True), TextPart(" a@b.example ", False),
        TextPart("https://a.example/x?y=1", True),
    ]  # fmt: skip
