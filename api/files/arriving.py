"""A file on its way to us: the bytes of a request, with what the caller says of them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from fastapi import Request

from api.errors import ApiError
from api.files.form import FORM, Form
from api.files.names import name_in

# A caller who sends nothing for so long (s) is not waited for: he holds a connection.
STALL = 60.0


@dataclass(frozen=True, slots=True)
class Arriving:
    """`name` and `declared` (a content type) are empty where the caller says nothing."""

    name: str
    declared: str
    body: AsyncIterator[bytes]


async def arriving(request: Request, name: str | None, stall: float = STALL) -> Arriving:
    """The file of a request: its whole body, or the one file of a form. 400 for a broken form."""
    content_type = request.headers.get("Content-Type", "")
    body = paced(request, stall)
    kind = value_of(content_type)
    if kind == FORM:
        form = Form(content_type, body)
        await form.find_file()
        return Arriving(name or form.name, value_of(form.content_type), form.file())
    disposition = _text(request.headers.get("Content-Disposition", ""))
    return Arriving(name or name_in(disposition) or "", kind, body)


async def paced(request: Request, stall: float) -> AsyncIterator[bytes]:
    """The body of a request; 408 where nothing of it comes for so long (s)."""
    chunks = request.stream()
    while True:
        try:
            async with asyncio.timeout(stall):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise ApiError(408, f"the file came to a stop: nothing in {stall:g} s") from None
        if chunk:
            yield chunk


def value_of(content_type: str) -> str:
    """A content type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def _text(header: str) -> str:
    """A header's value as it was meant: clients send UTF-8, where HTTP says Latin-1."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header
