"""Reads the composer's form. Files are stored one by one while they are received."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.errors import ApiError
from api.uploads.multipart import MULTIPART_FORM, FormPart, MultipartReader
from api.uploads.request_file import body_chunks, media_type_of
from models.stored_files import StoredFile
from services.context import AppContext
from services.errors import FieldError, ValidationFailed, invalid_field
from services.text_input import normalize_newlines
from services.uploads.store_upload import IncomingFile, store_upload
from ui.compose.file_fields import (
    POST_FILES,
    FileItem,
    FileNames,
    FormFiles,
    collect_files,
    thread_file_names,
    uploaded_file,
)
from ui.compose.kept_files import MAX_FILES, find_kept_files
from ui.forms import FormValues
from ui.sign_in import csrf
from ui.sign_in.visitor import Visitor

# The API takes as many texts below a post.
MAX_TEXTS: Final = 25
FILE_LISTS: Final = (POST_FILES, *(thread_file_names(n) for n in range(1, MAX_TEXTS + 1)))
_UPLOAD_FIELDS: Final = {names.files: names for names in FILE_LISTS}


@dataclass(slots=True)
class SubmittedForm:
    """A submitted form: texts by field name, the files that it has by the name of their `kept`
    field, and the problems of refused files."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    items: dict[str, list[FileItem | None]] = field(default_factory=dict)
    problems: list[FieldError] = field(default_factory=list)

    def get_all(self, name: str) -> list[str]:
        """All values of a field."""
        return self.texts.get(name, [])

    @property
    def values(self) -> FormValues:
        """The last value of each field; of the files to be removed all, with commas."""
        last = {name: values[-1] for name, values in self.texts.items()}
        removed = {names.removed: ",".join(self.get_all(names.removed)) for names in FILE_LISTS}
        return FormValues(last | {name: text for name, text in removed.items() if text})

    def files(self, names: FileNames = POST_FILES) -> FormFiles:
        """One list of files, as it was submitted."""
        return collect_files(self.values, names, self.items.get(names.kept, ()))

    @property
    def post_id(self) -> str:
        """The post that is edited, or that is copied; empty for a new post."""
        return self.values["post"] or self.values["copy"]


async def read_compose_form(
    request: Request, context: AppContext, visitor: Visitor
) -> SubmittedForm:
    """Read a visitor's form. 403 for a wrong CSRF token; it is checked before a file is stored."""
    content_type = request.headers.get("Content-Type", "")
    if media_type_of(content_type) != MULTIPART_FORM:
        raise ApiError(415, f"the body must come with Content-Type: {MULTIPART_FORM}")
    form = SubmittedForm()
    uploads: dict[str, list[StoredFile]] = {}
    token: object = request.headers.get(csrf.CSRF_HEADER)
    async for part in MultipartReader(content_type, body_chunks(request)):
        if part.file_name is None:
            form.texts.setdefault(part.name, []).append(await _text(part))
            continue
        csrf.check_csrf_token(visitor, token or form.values[csrf.CSRF_FIELD])
        if part.name in _UPLOAD_FIELDS and part.file_name:
            await _store_file(context, visitor, part, uploads, form.problems)
    csrf.check_csrf_token(visitor, token or form.values[csrf.CSRF_FIELD])
    await add_kept_files(context, visitor, form)
    for name, stored in uploads.items():
        found = [uploaded_file(each, visitor.base) for each in stored]
        form.items.setdefault(_UPLOAD_FIELDS[name].kept, []).extend(found)
    return form


async def read_form_without_files(
    context: AppContext, visitor: Visitor, fields: FormData
) -> SubmittedForm:
    """The form of a body that was read already, and that carries no file of its own."""
    form = SubmittedForm()
    for name, value in fields.multi_items():
        if isinstance(value, str):
            form.texts.setdefault(name, []).append(normalize_newlines(value))
    await add_kept_files(context, visitor, form)
    return form


async def add_kept_files(context: AppContext, visitor: Visitor, form: SubmittedForm) -> None:
    """Find the files that the form names, if they belong to this organization."""
    kept: Mapping[str, Sequence[str]] = {
        names.kept: form.get_all(names.kept) for names in FILE_LISTS if form.get_all(names.kept)
    }
    if kept:
        args = (context, visitor, kept, form.post_id)
        form.items |= await run_in_threadpool(find_kept_files, *args)


async def _text(part: FormPart) -> str:
    try:
        text = b"".join([chunk async for chunk in part.body]).decode()
    except UnicodeDecodeError:
        raise invalid_field(part.name or "body", "is not valid UTF-8") from None
    if "\x00" in text:
        raise invalid_field(part.name or "body", "must not contain the character NUL")
    return normalize_newlines(text)


async def _store_file(
    context: AppContext,
    visitor: Visitor,
    part: FormPart,
    uploads: dict[str, list[StoredFile]],
    problems: list[FieldError],
) -> None:
    """Store a file as the API's `POST media` does; note the problem of a refused one and go on."""
    name = part.file_name or ""
    if sum(map(len, uploads.values())) >= MAX_FILES:
        sentence = f"is one too many; a post can have at most {MAX_FILES}"
        problems.append(_problem(part.name, name, sentence))
        return
    file = IncomingFile(name, media_type_of(part.content_type), part.body)
    try:
        stored = await store_upload(context, visitor.organization_id, file)
    except ValidationFailed as error:
        problems += [_problem(part.name, name, each["message"]) for each in error.details]
    else:
        uploads.setdefault(part.name, []).append(stored)


def _problem(field: str, name: str, message: str) -> FieldError:
    return FieldError(field=field, message=f"{name} {message}")
