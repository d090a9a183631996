"""The one file of a form: complete for any chunks, and a clear error for a malformed form."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.uploads.content_disposition import parse_file_name
from api.uploads.file_form import SingleFileForm
from services.errors import ValidationFailed

CONTENT = b"\r\n--bound \xff\x00 a picture\r\n" * 3
FORM = (
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nnot this\r\n"
    b'--b\r\nCONTENT-disposition: form-data; name="file"; filename="a.jpg"\r\n'
    b"content-type: image/jpeg; x=1\r\n\r\n" + CONTENT + b"\r\n--b\r\n"
    b"Content-Disposition: form-data; name=c\r\n\r\nnor this\r\n--b--\r\n"
)


def read(*chunks: bytes, boundary: str = "b") -> tuple[str, str, bytes]:
    """Name, declared type and bytes of the file in a form that arrives in these chunks."""

    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    async def run() -> tuple[str, str, bytes]:
        form = SingleFileForm(f"multipart/form-data; boundary={boundary}", body())
        await form.find_file()
        content = b"".join([piece async for piece in form.file()])
        return form.name, form.content_type, content

    return asyncio.run(run())


@given(st.lists(st.integers(0, len(FORM)), max_size=8))
def test_the_file_is_whole_however_it_arrives(cuts: list[int]) -> None:
    """In any chunks: the bytes of the file, and none of the other fields."""
    places = [0, *sorted(cuts), len(FORM)]
    chunks = [FORM[start:end] for start, end in itertools.pairwise(places)]
    assert read(*chunks) == ("a.jpg", "image/jpeg; x=1", CONTENT)


@given(st.data())
def test_a_form_that_is_cut_short_is_refused(data: st.DataObject) -> None:
    """A form that is cut off anywhere is refused."""
    end = data.draw(st.integers(0, len(FORM) - 5))
    with pytest.raises(ValidationFailed):
        read(FORM[:end])


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment", None),
        ("", None),
        ('attachment; filename="a b.mp4"', "a b.mp4"),
        ("attachment; filename*=UTF-8''%E2%82%AC.mp4", "€.mp4"),
        ("attachment; filename*=nonsense''a.mp4", "a.mp4"),
        ("attachment; filename*=x\0y''a.mp4", None),
    ],
)
def test_names_are_read_in_every_way_that_they_are_written(header: str, name: str | None) -> None:
    """A name that cannot be parsed is None, and no error."""
    assert parse_file_name(header) == name
