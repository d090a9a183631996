"""Ids of posts as people write them: whole, or as much of the beginning as is unique."""

import re
from typing import NoReturn

from cli.caption_text import caption_line
from cli.output import fail
from models.database import Database
from models.posts import Post
from models.store.posts import posts

MIN_LENGTH, FULL_LENGTH = 6, 32
# How many posts an error lists.
MAX_CANDIDATES = 10
CAPTION_WIDTH = 40


def resolve_post_id(database: Database, owner: str, written: str) -> str:
    """The id of the organization's post whose id begins so. Ends the command where there is no such
    post, or more than one."""
    beginning = written.strip().lower()
    if not re.fullmatch("[0-9a-f]+", beginning):
        fail_without_post(written)
    if len(beginning) < MIN_LENGTH:
        fail(f"ID: write at least {MIN_LENGTH} characters of the id, not {written!r}", code=2)
    with database.read() as session:
        found = posts.find_by_id_prefix(session, owner, beginning, MAX_CANDIDATES + 1)
    if not found:
        fail_without_post(written)
    if len(found) > 1:
        fail(_ambiguity_sentence(written, found), code=2)
    return found[0].id


def fail_without_post(written: str) -> NoReturn:
    """End the command with an error that names the id, for there is no such post."""
    fail(f"ID: there is no post {written!r} (slotbeat posts list)")


def _ambiguity_sentence(written: str, found: list[Post]) -> str:
    """All posts that may be meant, or the newest of them."""
    lines = [f"{each.id}  {caption_line(each.caption, CAPTION_WIDTH)}".rstrip() for each in found]
    if len(found) > MAX_CANDIDATES:
        lines[MAX_CANDIDATES:] = ["… and more"]
    return "\n".join([f"ID: several posts begin with {written!r}; write more of the id:", *lines])
