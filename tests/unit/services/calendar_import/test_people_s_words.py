"""Names of networks, types and columns, and lists, as people write them."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calendar_import import aliases
from services.calendar_import.calendar_reader import read_rows
from services.calendar_import.cell_lists import (
    join_links,
    join_texts,
    single_link,
    split_links,
    split_texts,
)
from services.calendar_import.csv_header import INPUT_COLUMNS, map_columns
from services.calendar_import.rows import BadCell, BadFile
from services.inputs.field_types import PLATFORMS

LINKS = ["https://cdn.example.com/a.jpg", "https://cdn.example.com/b.jpg"]


@pytest.mark.parametrize(
    ("cell", "networks"),
    [
        ("Facebook", ["facebook"]),
        ("IG, Twitter", ["instagram", "x"]),
        ("X (Twitter); LinkedIn", ["x", "linkedin"]),
        ("Google Business Profile, YT", ["gmb", "youtube"]),
        ("google my business Tik Tok", ["gmb", "tiktok"]),
        ("Facebook and Instagram", ["facebook", "instagram"]),
        ("facebook & x\nthreads", ["facebook", "x", "threads"]),
        ("x myspace", ["x", "myspace"]),
        ("Facebook，X、Instagram；Threads", ["facebook", "x", "instagram", "threads"]),
        ("Facebook • LinkedIn Page", ["facebook", "linkedin"]),
        ("ｆａｃｅｂｏｏｋ\u200b, 𝕏", ["facebook", "x"]),
        ("IG Story", ["instagram", "Story"]),
    ],
)
def test_a_network_has_many_names(cell: str, networks: list[str]) -> None:
    """Any case, any separator; a name that nobody knows stays as it is, for the error."""
    assert aliases.networks(cell) == networks


@given(st.lists(st.sampled_from(PLATFORMS), max_size=8), st.sampled_from([" ", ",", ", ", ";"]))
def test_our_own_names_stay_themselves(names: list[str], between: str) -> None:
    """In any list."""
    assert aliases.networks(between.join(names)) == names


@pytest.mark.parametrize("name", INPUT_COLUMNS)
def test_a_title_may_be_written_in_many_ways(name: str) -> None:
    """ "Post type", "post_type", "POSTTYPE" and so on are `postType`."""
    words = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name)
    for title in (name, words, words.title(), words.replace(" ", "_"), name.upper(), f" {name} "):
        others = [other for other in ("postType", "caption") if other != name]
        assert map_columns([title, *others], {})[0] == name


def test_two_titles_for_one_column_are_named() -> None:
    """And a title that nobody knows, with the one that is meant."""
    with pytest.raises(BadFile, match=r"'caption' is there twice.*'Caption' and 'caption'"):
        map_columns(["postType", "Caption", "caption"], {})
    with pytest.raises(BadFile, match=r"'Captoin' is no column.*is it 'caption'"):
        map_columns(["postType", "Captoin"], {})


def test_a_row_in_people_s_words_is_a_post() -> None:
    """Type, mode and networks together, in either format."""
    table = 'Post type,Caption,Platforms,Publish mode\nImage,Hi,"FB, IG",Next slot\n'
    line = (
        '{"postType": "Image", "caption": "Hi", "platforms": ["FB", "IG"],'
        ' "publishMode": "Next slot"}'
    )
    for text in (table, line):
        (row,) = read_rows(io.StringIO(text, newline=""))
        assert row.body is not None
        assert (row.body.postType, row.body.publishMode) == ("photo", "next_slot")
        assert row.body.platforms == ["facebook", "instagram"]


@pytest.mark.parametrize(
    "between",
    [" ", ", ", ",", "; ", ";", "\n", ",\n", " , ", "|", " | ", "，", "、", "；", "\u00a0"],
)
def test_links_are_separated_by_commas_or_blanks(between: str) -> None:
    """Links and names of files; a comma at the end is none of the link."""
    assert split_links("photoUrls", between.join(LINKS)) == LINKS
    assert split_links("photoUrls", between.join(LINKS) + ",") == LINKS
    assert split_links("photoUrls", between.join(["a.jpg", "b.jpg"])) == ["a.jpg", "b.jpg"]


def test_a_comma_may_belong_to_a_link() -> None:
    """Where it stands inside; where it may be either, the sentence says what separates."""
    link = "https://cdn.example.com/w_300,h_200/a.jpg"
    assert split_links("photoUrls", f"{link}, {link}") == [link, link]
    with pytest.raises(BadCell, match=r"by a blank.*%2C"):
        split_links("photoUrls", "https://cdn.example.com/a.jpg,b.jpg")
    with pytest.raises(BadCell, match="JSON list"):
        split_links("photoUrls", "[https://cdn.example.com/a.jpg]")


def test_east_asian_commas_may_belong_to_a_name() -> None:
    """They separate names only behind an ending."""
    assert split_links("photoUrls", "春、夏.jpg、秋.jpeg") == ["春、夏.jpg", "秋.jpeg"]


@pytest.mark.parametrize("between", [" ", ", ", "\n", "|", "；"])
@pytest.mark.parametrize("column", ["videoUrl", "documentUrl"])
def test_a_column_of_one_link_takes_no_second(column: str, between: str) -> None:
    """Both together would be a link that leads nowhere; a blank alone may be in a name."""
    text = f'postType,caption,{column}\nvideo,Hi,"{{}}"\n'
    (row,) = read_rows(io.StringIO(text.format(between.join(LINKS))))
    assert (row.problems[0]["field"], row.problems[0]["message"][:14]) == (column, "takes one link")
    (row,) = read_rows(io.StringIO(text.format("my clip, the second.mp4")))
    assert row.links == [(column, "my clip, the second.mp4")]


def test_invisible_characters_are_no_part_of_a_link() -> None:
    """They come along when it is copied; a name of a file may have them."""
    table = 'postType,caption,photoUrls\nphoto,Hi,"{}"\n'
    (row,) = read_rows(io.StringIO(table.format(f"\u200b{LINKS[0]}\ufeff a\u200e.jpg")))
    assert [link for _, link in row.links] == [LINKS[0], "a\u200e.jpg"]


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        ("Post type,Post Text,Social Networks", "postType caption platforms"),
        ("Type,Message,Channels,Date,Posting time",
         "postType caption platforms scheduledAt scheduledTime"),
        ("ＴＹＰＥ,Text,Images,Time zone", "postType caption photoUrls timezone"),
    ],
)  # fmt: skip
def test_usual_titles_are_known(titles: str, names: str) -> None:
    """As other tools and people name their columns."""
    assert map_columns(titles.split(","), {}) == names.split()


@pytest.mark.parametrize("unit", [",", " ", "fb ", "a.jpg,", "a, ", "、"])
def test_a_long_cell_is_read_in_one_pass(unit: str) -> None:
    """Twice as long takes about twice the time: a cell may have more than a hundred thousand
    characters. Else this test would take hours."""
    cell = unit * (100_000 // len(unit)) + "b"
    aliases.networks(cell)
    split_links("photoUrls", cell)
    single_link("videoUrl", cell)


@given(st.lists(st.text(alphabet='a.jpg:/,;|、[]"hts ', min_size=1, max_size=20), max_size=3))
def test_any_links_come_back(links: list[str]) -> None:
    """Whatever is in them: what would be read otherwise is written as a JSON list."""
    assert split_links("photoUrls", join_links(links)) == links


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("A cup, steaming; on a table", ["A cup, steaming; on a table"]),
        ("A cup\nA loaf", ["A cup", "A loaf"]),
        ("A cup\r\n\r\nA board | menu\r\n", ["A cup", "", "A board | menu"]),
        ("\nA loaf", ["", "A loaf"]),
        ("A cup | A loaf", ["A cup", "A loaf"]),
        ("| A loaf", ["", "A loaf"]),
        (' ["A cup", "", "[sic] a loaf"]', ["A cup", "", "[sic] a loaf"]),
    ],
)
def test_alt_texts_are_lines(cell: str, texts: list[str]) -> None:
    """Or separated by bars on the only line, or a JSON list. Commas and semicolons are part of a
    text, and an empty text keeps its place."""
    assert split_texts("altTexts", cell) == texts


@pytest.mark.parametrize("cell", ["[A cup]", '["A cup", 7]', '["A cup"'])
def test_a_bracket_begins_a_list_of_alt_texts(cell: str) -> None:
    """What is no JSON list is refused, so that none of it is taken for an alt text."""
    with pytest.raises(BadCell, match="one a line, or a JSON list of texts"):
        split_texts("altTexts", cell)


@given(st.lists(st.text('ab |[]"\n,', max_size=8).map(str.strip), min_size=1, max_size=4))
def test_joined_alt_texts_are_read_as_they_were(texts: list[str]) -> None:
    """Whatever signs and line breaks they have."""
    assert split_texts("altTexts", join_texts(texts)) == texts


def test_a_column_of_alt_texts_has_many_names() -> None:
    """As other programs call it."""
    titles = ("Alt text", "alt_texts", "Image Alt Text", "Image description", "ALT")
    for title in titles:
        assert map_columns(["postType", "caption", title], {})[2] == "altTexts"
