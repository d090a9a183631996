"""A caption and files, as blocks of WordPress's editor."""

import json
import re

import pytest

from provider.wordpress.content import LibraryFile, build_content, has_marker
from provider.wordpress.html import paragraphs

MARKER = "slotbeat:here:one"


def photo(id_: int = 5, **changes: str) -> LibraryFile:
    """A photo of the library."""
    known = {"url": "https://site.test/a.jpg", "content_type": "image/jpeg", "alt_text": "A loaf"}
    return LibraryFile(id_, **{**known, **changes})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One\nline\n\n\nTwo", ["One<br>line", "Two"]),
        ("  \n \n", []),
        ("a < b & 'c'", ["a &lt; b &amp; 'c'"]),
        ("<script>alert(1)</script>", ["&lt;script&gt;alert(1)&lt;/script&gt;"]),
        ("[gallery ids=1]", ["&#091;gallery ids=1&#093;"]),
        (
            'See "example.com/a?b=1&c=2".',
            ['See "<a href="https://example.com/a?b=1&amp;c=2">example.com/a?b=1&amp;c=2</a>".'],
        ),
        ("🍞https://example.com", ['🍞<a href="https://example.com">https://example.com</a>']),
    ],
)
def test_a_text_becomes_paragraphs(text: str, expected: list[str]) -> None:
    """What was typed is what is read: HTML and shortcodes are escaped, links can be followed."""
    assert paragraphs(text) == expected


def test_the_blocks_of_a_post() -> None:
    """Text, then the photo, then the marker in a block that the editor keeps."""
    assert build_content("Hi", [photo()], MARKER) == (
        "<!-- wp:paragraph -->\n<p>Hi</p>\n<!-- /wp:paragraph -->\n\n"
        '<!-- wp:image {"id":5,"sizeSlug":"full","linkDestination":"none"} -->\n'
        '<figure class="wp-block-image size-full"><img src="https://site.test/a.jpg" alt="A loaf" '
        'class="wp-image-5"/></figure>\n<!-- /wp:image -->\n\n'
        f"<!-- wp:html -->\n<!-- {MARKER} -->\n<!-- /wp:html -->"
    )


def test_several_photos_are_a_gallery() -> None:
    """In their order, each with its own alt text, quotes and all."""
    content = build_content("", [photo(5), photo(6, alt_text='The "best" <one>')], MARKER)
    assert content.count("<!-- wp:gallery") == content.count("<!-- /wp:gallery") == 1
    assert re.findall('alt="([^"]*)"', content) == [
        "A loaf",
        "The &quot;best&quot; &lt;one&gt;",
    ]


URL = "https://site.test/a--b.mp4?x=1&y"
WRITTEN = "https://site.test/a--b.mp4?x=1&amp;y"


@pytest.mark.parametrize(
    ("content_type", "block", "shown"),
    [
        ("video/mp4", "video", f'<video controls src="{WRITTEN}"></video>'),
        ("application/pdf", "file", f'<a href="{WRITTEN}">Menu &amp; co</a>'),
    ],
)
def test_other_files(content_type: str, block: str, shown: str) -> None:
    """A video is played, a document is linked; no address can end the comment of its block."""
    content = build_content("", [LibraryFile(8, URL, content_type, "Menu & co")], MARKER)
    assert shown in content
    match = re.search(f"<!-- wp:{block} ({{[^ ]*}}) -->", content)
    assert match is not None
    assert "--" not in match[1]
    assert json.loads(match[1]).get("href", URL) == URL


def test_a_marker_is_found_exactly() -> None:
    """A marker that begins like another one is not taken for it."""
    content = build_content("Hi", [], f"{MARKER}2")
    assert has_marker(content, f"{MARKER}2")
    assert not has_marker(content, MARKER)
