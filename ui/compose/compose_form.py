"""Reads the form that publishes. Files are stored one by one while they are received."""

from dataclasses import dataclass, field
from typing import Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from api.errors import ApiError
from api.uploads.multipart import MULTIPART_FORM, FormPart, MultipartReader
from api.uploads.request_file import body_chunks, media_type_of
from models.store import stored_files
from models.stored_files import StoredFile
from services.context import AppContext
from services.errors import FieldError, ValidationFailed, invalid_field
from services.text_input import normalize_newlines
from services.uploads.store_upload import IncomingFile, store_upload
from ui.forms import FormValues
from ui.sign_in import csrf
from ui.sign_in.visitor import Visitor

# No network accepts more files in one post.
MAX_FILES: Final = 20
KEPT_FIELD: Final = "kept"
FILES_FIELD: Final = "files"


@dataclass(slots=True)
class SubmittedForm:
    """A submitted form: texts by field name, stored files, and the problems of refused files."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    files: list[StoredFile] = field(default_factory=list)
    problems: list[FieldError] = field(default_factory=list)

    def get_all(self, name: str) -> list[str]:
        """All values of a field."""
        return self.texts.get(name, [])

    @property
    def values(self) -> FormValues:
        """The last value of each field."""
        return FormValues({name: values[-1] for name, values in self.texts.items()})


async def read_compose_form(
    request: Request, context: AppContext, visitor: Visitor
) -> SubmittedForm:
    """Read a visitor's form. 403 for a wrong CSRF token; it is checked before a file is stored."""
    content_type = request.headers.get("Content-Type", "")
    if media_type_of(content_type) != MULTIPART_FORM:
        raise ApiError(415, f"the body must come with Content-Type: {MULTIPART_FORM}")
    form = SubmittedForm()
    token: object = request.headers.get(csrf.CSRF_HEADER)
    async for part in MultipartReader(content_type, body_chunks(request)):
        if part.file_name is None:
            form.texts.setdefault(part.name, []).append(await _text(part))
            continue
        csrf.check_csrf_token(visitor, token or form.values[csrf.CSRF_FIELD])
        if part.name == FILES_FIELD and part.file_name:
            await _store_file(context, visitor, part, form)
    csrf.check_csrf_token(visitor, token or form.values[csrf.CSRF_FIELD])
    earlier = await run_in_threadpool(_load_kept_files, context, visitor, form.get_all(KEPT_FIELD))
    form.files = [*earlier, *form.files]
    return form


async def _text(part: FormPart) -> str:
    try:
        text = b"".join([chunk async for chunk in part.body]).decode()
    except UnicodeDecodeError:
        raise invalid_field(part.name or "body", "is not valid UTF-8") from None
    if "\x00" in text:
        raise invalid_field(part.name or "body", "must not contain the character NUL")
    return normalize_newlines(text)


async def _store_file(
    context: AppContext, visitor: Visitor, part: FormPart, form: SubmittedForm
) -> None:
    """Store a file as the API's `POST media` does; note the problem of a refused one and go on."""
    name = part.file_name or ""
    if len(form.files) >= MAX_FILES:
        form.problems.append(
            _problem(name, f"is one too many; a post can have at most {MAX_FILES}")
        )
        return
    file = IncomingFile(name, media_type_of(part.content_type), part.body)
    try:
        form.files.append(await store_upload(context, visitor.organization_id, file))
    except ValidationFailed as error:
        form.problems += [_problem(name, each["message"]) for each in error.details]


def _problem(name: str, message: str) -> FieldError:
    return FieldError(field=FILES_FIELD, message=f"{name} {message}")


def _load_kept_files(context: AppContext, visitor: Visitor, ids: list[str]) -> list[StoredFile]:
    """The files that an earlier submission stored, if they belong to this organization."""
    with context.database.read() as session:
        rows = (
            stored_files.get(session, visitor.organization_id, each) for each in ids[:MAX_FILES]
        )
        return [each for each in rows if each is not None]
