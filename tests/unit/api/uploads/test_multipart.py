"""The parts of a form: complete for any chunks, in order, read or skipped."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.middleware.limited_body import BodyTooLarge
from api.uploads.multipart import MAX_FIELD_BYTES, MAX_PARTS, MultipartReader
from services.errors import ValidationFailed

PICTURE = b"\r\n--bound \xff\x00 a picture\r\n" * 3
FORM = (
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nsome words\r\n"
    b'--b\r\nContent-Disposition: form-data; name="f"; filename="1.jpg"\r\n'
    b"Content-Type: image/jpeg\r\n\r\n" + PICTURE + b"\r\n--b\r\n"
    b'Content-Disposition: form-data; name="f"; filename=""\r\n\r\n\r\n--b\r\n'
    b"Content-Disposition: form-data; name=a\r\n\r\nmore\r\n--b--\r\n"
)
READ = [
    ("a", None, "", b"some words"),
    ("f", "1.jpg", "image/jpeg", PICTURE),
    ("f", "", "", b""),
    ("a", None, "", b"more"),
]
Shown = tuple[str, str | None, str, bytes]


def read(chunks: list[bytes], passed_over: frozenset[int] = frozenset()) -> list[Shown]:
    """The parts of a form that arrives in these chunks; some are left unread."""

    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    async def run() -> list[Shown]:
        found: list[Shown] = []
        async for part in MultipartReader("multipart/form-data; boundary=b", body()):
            content = b""
            if len(found) not in passed_over:
                content = b"".join([piece async for piece in part.body])
            found.append((part.name, part.file_name, part.content_type, content))
        return found

    return asyncio.run(run())


@given(st.lists(st.integers(0, len(FORM)), max_size=8), st.frozensets(st.integers(0, 3)))
def test_every_part_is_whole_however_it_arrives(
    cuts: list[int], passed_over: frozenset[int]
) -> None:
    """In any chunks: the same parts; an unread part does not affect the following ones."""
    places = [0, *sorted(cuts), len(FORM)]
    chunks = [FORM[start:end] for start, end in itertools.pairwise(places)]
    wanted = [
        (*each[:3], b"" if place in passed_over else each[3]) for place, each in enumerate(READ)
    ]
    assert read(chunks, passed_over) == wanted


@given(st.integers(0, len(FORM) - 5), st.frozensets(st.integers(0, 3)))
def test_a_form_that_is_cut_short_is_refused(end: int, passed_over: frozenset[int]) -> None:
    """A form that is cut off anywhere is refused, whether its parts are read or skipped."""
    with pytest.raises(ValidationFailed):
        read([FORM[:end]], passed_over)


def test_a_form_has_a_limit_on_its_parts() -> None:
    """Many empty parts are refused when the limit is reached, long before the form's end."""
    taken = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"--b\r\n\r\n\r\n" * 100

    async def run() -> None:
        async for _ in MultipartReader("multipart/form-data; boundary=b", body()):
            pass

    with pytest.raises(ValidationFailed, match=f"more than {MAX_PARTS} fields"):
        asyncio.run(run())
    assert taken == 1 + MAX_PARTS // 100


def test_fields_have_a_limit_and_files_have_none_here() -> None:
    """1 MiB of fields together, also where nobody reads them; a file counts by its own limit."""
    head = b'--b\r\nContent-Disposition: form-data; name="f"%s\r\n\r\n'
    large = [b"x" * (MAX_FIELD_BYTES // 4)] * 5
    end = b"\r\n--b--\r\n"
    assert len(read([head % b'; filename="a"', *large, end])[0][3]) == 5 * len(large[0])
    with pytest.raises(BodyTooLarge):
        read([head % b"", *large, end], frozenset({0}))


def test_a_boundary_that_is_too_long_is_refused_in_words() -> None:
    """The standard allows 70 characters."""

    async def body() -> AsyncIterator[bytes]:
        yield b""

    with pytest.raises(ValidationFailed, match="boundary is too long"):
        MultipartReader(f"multipart/form-data; boundary={'b' * 300}", body())
