"""Streams the one file of a form, as `curl -F file=@clip.mp4` sends it."""

from collections.abc import AsyncIterator

from api.uploads.multipart import FormPart, MultipartReader
from services.errors import invalid_field


class SingleFileForm:
    """Reads a form up to its file, and then streams the file. Other fields are ignored.

    ValidationFailed where the form is malformed, or has no file or two. `name` and `content_type`
    are the caller's, and empty before `find_file`.
    """

    def __init__(self, content_type: str, body: AsyncIterator[bytes]) -> None:
        self._parts = MultipartReader(content_type, body)
        self._file: FormPart | None = None
        self.name = self.content_type = ""

    async def find_file(self) -> None:
        """Read until the file begins."""
        self._file = await self._next_file()
        if self._file is None:
            raise invalid_field("file", "is required: a form with one file in it")
        self.name, self.content_type = self._file.file_name or "", self._file.content_type

    async def file(self) -> AsyncIterator[bytes]:
        """The file's bytes. At their end the rest of the form is checked for a second file."""
        if self._file is not None:
            async for chunk in self._file.body:
                yield chunk
        if await self._next_file() is not None:
            raise invalid_field("file", "is there twice: a request brings one file")

    async def _next_file(self) -> FormPart | None:
        async for part in self._parts:
            if part.file_name is not None:
                return part
        return None
