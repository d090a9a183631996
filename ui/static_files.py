"""Style sheet, script and icons: `/static/<version>/<name>`, kept by browsers for a year.

The version is a hash of them all and of the templates, so that a new one has another address;
scripts that import one another by relative names stay of one version.
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
    found = sorted(path for path in FOLDER.iterdir() if path.suffix in CONTENT_TYPES)
    return {path.name: path.read_bytes() for path in found}


def _version(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


_FILES: Final = _read_files()
_TEMPLATES: Final = {path.name: path.read_bytes() for path in sorted(TEMPLATES.iterdir())}
VERSION: Final = _version(_FILES | _TEMPLATES)


def static_url(name: str) -> str:
    """Where a browser finds a file of static/; KeyError for one that is not there."""
    if name not in _FILES:
        raise KeyError(name)
    return f"/static/{VERSION}/{name}"


@router.get("/static/{version}/{name}")
async def read_static_file(version: str, name: str) -> Response:
    """A file of static/. Another version's address gets ours, which is not to be kept: while
    processes are replaced, pages of the one ask the other."""
    content = _FILES.get(name)
    if content is None:
        raise ApiError(404, "there is no such file")
    keeping = CACHE_FOREVER if version == VERSION else "no-store"
    kind = CONTENT_TYPES[Path(name).suffix]
    return Response(content, media_type=kind, headers={"Cache-Control": keeping})
