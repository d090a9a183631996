"""Reading the form that publishes: its fields, and its files one by one while they come."""

from dataclasses import dataclass, field
from typing import Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from api.deps import Surroundings
from api.errors import ApiError, FieldError, Invalid, wrong
from api.files.arriving import STALL, Arriving, paced, value_of
from api.files.parts import FORM, Part, Parts
from api.files.taking import take
from api.front.bodies import MAX_JSON, TooLarge
from api.page import guard
from api.page.forms import Typed, plain
from api.page.guard import Visitor
from models.files import StoredFile
from models.store import files

# As many as any network takes in one post.
MOST_FILES: Final = 20
KEPT: Final = "kept"
FILES: Final = "files"


@dataclass(slots=True)
class Sent:
    """What a form brought: its texts by name, its files, and what was wrong with those."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    files: list[StoredFile] = field(default_factory=list)
    problems: list[FieldError] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        """The texts of a name."""
        return self.texts.get(name, [])

    @property
    def typed(self) -> Typed:
        """The last text of each name."""
        return Typed({name: values[-1] for name, values in self.texts.items()})


async def read(request: Request, around: Surroundings, visitor: Visitor) -> Sent:
    """The form of a visitor. 403 where its token, which comes first, is not the session's; no file
    is taken before that was looked at."""
    content_type = request.headers.get("Content-Type", "")
    if value_of(content_type) != FORM:
        raise ApiError(415, f"the body must come with Content-Type: {FORM}")
    sent, size = Sent(), 0
    token: object = request.headers.get(guard.FORM_HEADER)
    async for part in Parts(content_type, paced(request, STALL)):
        if part.file_name is None:
            text = await _text(part, MAX_JSON - size)
            size += len(text.encode()) + len(part.name.encode()) + 1
            sent.texts.setdefault(part.name, []).append(text)
            continue
        guard.check(visitor, token or sent.typed[guard.FORM_FIELD])
        if part.name == FILES and part.file_name:
            await _keep(around, visitor, part, sent)
    guard.check(visitor, token or sent.typed[guard.FORM_FIELD])
    earlier = await run_in_threadpool(_kept, around, visitor, sent.all(KEPT))
    sent.files = [*earlier, *sent.files]
    return sent


async def _text(part: Part, most: int) -> str:
    found = b""
    async for chunk in part.body:
        found += chunk
        if len(found) > most:
            raise TooLarge(MAX_JSON)
    try:
        text = found.decode()
    except UnicodeDecodeError:
        raise wrong(part.name or "body", "is not valid UTF-8") from None
    if "\x00" in text:
        raise wrong(part.name or "body", "must not contain the character NUL")
    return plain(text)


async def _keep(around: Surroundings, visitor: Visitor, part: Part, sent: Sent) -> None:
    """Take a file as POST media does; one that is refused is named, and the others are kept."""
    name = part.file_name or ""
    if len(sent.files) >= MOST_FILES:
        sent.problems.append(_problem(name, f"is one too many; a post has {MOST_FILES} at most"))
        return
    arriving = Arriving(name, value_of(part.content_type), part.body)
    try:
        sent.files.append(await take(around, visitor.organization_id, arriving))
    except Invalid as error:
        sent.problems += [_problem(name, each["message"]) for each in error.details]


def _problem(name: str, message: str) -> FieldError:
    return FieldError(field=FILES, message=f"{name} {message}")


def _kept(around: Surroundings, visitor: Visitor, ids: list[str]) -> list[StoredFile]:
    """The files that came with the form before, as far as they are this organization's."""
    with around.database.read() as session:
        found = (files.get(session, visitor.organization_id, each) for each in ids[:MOST_FILES])
        return [each for each in found if each is not None]
