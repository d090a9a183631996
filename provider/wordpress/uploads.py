"""Uploads of files: the request, and what its answer means.

The bytes are sent as they are: so PHP's limits for forms do not count, and the site checks the MD5.
"""

import base64
import re
from pathlib import PurePosixPath
from typing import Final

import httpx

from provider.errors import Reconnect, RestartUpload, Retry
from provider.protocol import FileSpec, UploadRequest
from provider.wordpress.answers import to_provider_error
from provider.wordpress.http import WordPressHttp, read_clean

_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9._-]+")
MAX_STEM: Final = 60


async def begin(http: WordPressHttp, file: FileSpec) -> UploadRequest:
    """The request for a file, with the password in a header."""
    credentials = await http.credentials.current()
    headers = {
        "Authorization": credentials.to_header(),
        "Content-Type": file.content_type or "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{plain_name(file.name)}"',
    }
    if file.md5 is not None:
        headers["Content-MD5"] = base64.b64decode(file.md5).hex()
    return UploadRequest("POST", f"{http.base}/wp/v2/media", headers)


async def finish(http: WordPressHttp, request: UploadRequest, response: httpx.Response) -> str:
    """The file's id in the library. RestartUpload where newer credentials are there."""
    credentials = await http.credentials.current()
    answer = read_clean(response, credentials)
    if answer.refuses_password:
        if request.headers.get("Authorization") != credentials.to_header():
            raise RestartUpload("the password was replaced during the upload", answer.status)
        if await http.credentials.after_refusal(credentials) != credentials:
            raise RestartUpload("the password was replaced", answer.status)
        raise Reconnect("WordPress refused the application password", answer.status)
    if not answer.is_success:
        raise to_provider_error(answer, repeatable=True)
    id_ = answer.body.get("id") if isinstance(answer.body, dict) else None
    if type(id_) is not int:
        raise Retry("WordPress answered an upload without the file's id", answer.status)
    return str(id_)


def plain_name(name: str) -> str:
    """A file name that every server reads: ASCII, with its extension, from which WordPress takes
    the type."""
    path = PurePosixPath(name)
    stem = _NOT_PLAIN.sub("-", path.stem).strip("-.")[:MAX_STEM]
    return f"{stem or 'file'}{_NOT_PLAIN.sub('', path.suffix)}"
