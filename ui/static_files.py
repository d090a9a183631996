"""Style sheets, scripts and icons at `/static/<version>/<name>`, cached by browsers for a year.

The version is a hash of all files and templates, so a changed file has a new URL. Scripts import
one another by relative names, so they always have the same version.
"""

import hashlib
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.errors import ApiError

FOLDER: Final = Path(__file__).parent / "static"
TEMPLATES: Final = Path(__file__).parent / "templates"
CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
CACHE_FOREVER: Final = "public, max-age=31536000, immutable"
router = APIRouter(include_in_schema=False)


def _read_files() -> dict[str, bytes]:
    paths = sorted(path for path in FOLDER.iterdir() if path.suffix in CONTENT_TYPES)
    return {path.name: path.read_bytes() for path in paths}


def _version(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


_FILES: Final = _read_files()
_TEMPLATES: Final = {path.name: path.read_bytes() for path in sorted(TEMPLATES.iterdir())}
VERSION: Final = _version(_FILES | _TEMPLATES)


def static_url(name: str) -> str:
    """The URL of a file in `static/`; KeyError if there is no such file."""
    if name not in _FILES:
        raise KeyError(name)
    return f"/static/{VERSION}/{name}"


@router.get("/static/{version}/{name}")
async def read_static_file(version: str, name: str) -> Response:
    """A file of `static/`.

    A URL of another version gets this version's file, but not for the cache: during a deployment,
    a new process may answer the requests of an old page.
    """
    content = _FILES.get(name)
    if content is None:
        raise ApiError(404, "there is no such file")
    cache_control = CACHE_FOREVER if version == VERSION else "no-store"
    content_type = CONTENT_TYPES[Path(name).suffix]
    return Response(content, media_type=content_type, headers={"Cache-Control": cache_control})
