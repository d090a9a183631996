"""Writes everything of an organization to a folder, a page of posts in memory at a time."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit, urlunsplit

from sqlmodel import Session

from cli.import_export.calendar_format import UPCOMING_STATUSES
from cli.import_export.export_files import ExportedFiles
from cli.import_export.export_writer import open_output
from media.stored_urls import is_stored_url, stored_url
from models.posts import Delivery, Media, Post
from models.store import stored_files
from models.store.posts import history, post_queries, posts
from models.store.posts.post_filters import PostFilters
from models.store.queue import queue_slots
from models.store.tenants import accounts, organizations, social_settings
from models.store.webhooks import endpoints
from services import presenters
from services.calendar_import import exporter
from services.context import AppContext
from services.organizations import present
from services.posts.post_details import present_history
from services.thread_presenter import own_files, present_thread

PAGE_SIZE = 200


class OrganizationExport:
    """One organization's data: settings, rules, accounts, webhooks, posts, and its own files.

    No API key, provider key or webhook secret is in it, and links are without their query, which
    may be a signature.
    """

    def __init__(self, context: AppContext, organization_id: str, files: ExportedFiles) -> None:
        self._context, self._id, self._files = context, organization_id, files

    def write(self, folder: Path) -> dict[str, Any]:
        """Write organization.json, files/, posts.jsonl and calendar.jsonl; returns the counts."""
        with open_output(folder / "organization.json") as out:
            json.dump(self._organization(), out, ensure_ascii=False, indent=2)
        count = self._write_files(folder)
        with (
            open_output(folder / "posts.jsonl") as all_posts,
            open_output(folder / "calendar.jsonl") as calendar,
        ):
            number = sum(self._write_page(ids, all_posts, calendar) for ids in self._pages())
        return {
            "id": self._id,
            "folder": str(folder),
            "posts": number,
            "files": count - len(self._files.missing),
            "lostFiles": self._files.missing,
        }

    def _organization(self) -> dict[str, Any]:
        with self._context.database.read() as session:
            settings = social_settings.read_settings(session, self._id)
            rules = queue_slots.list_active(session, self._id)
            (state,) = organizations.list_states(session, self._id)
            return {
                **present(state),
                "settings": presenters.present_settings(settings, rules),
                "accounts": self._accounts(session),
                "webhooks": self._webhooks(session),
            }

    def _accounts(self, session: Session) -> list[dict[str, Any]]:
        return [
            {
                "id": each.account.id,
                "platform": each.account.platform,
                "name": each.account.name,
                "username": each.account.username,
                "provider": each.connection.provider,
                "isOwnConnection": each.connection.organization_id == self._id,
                "isDisconnected": each.is_disconnected,
            }
            for each in accounts.list_with_connections(session, self._id)
        ]

    def _webhooks(self, session: Session) -> list[dict[str, Any]]:
        """Only the host of each address: its path may be a secret."""
        return [
            {
                "id": each.id,
                "host": urlsplit(self._context.cipher.decrypt(each.url)).hostname,
                "events": each.events,
                "isEnabled": each.is_enabled,
                "createdAt": presenters.format_instant(each.created_at),
            }
            for each in endpoints.list_all(session, self._id)
        ]

    def _write_files(self, folder: Path) -> int:
        """The files with their names and types, one line each in files.jsonl."""
        count = 0
        with self._context.database.read() as session:
            rows = stored_files.list_all(session, self._id)
        with open_output(folder / "files.jsonl") as out:
            for row in rows:
                link = self._files.export_link(stored_url(row.id, row.name))
                _write_line(out, {**presenters.present_stored_file(row), "url": link})
                count += 1
        return count

    def _pages(self) -> Iterator[list[str]]:
        with self._context.database.read() as session:
            ids = post_queries.list_ids(session, self._id, PostFilters())
        for start in range(0, len(ids), PAGE_SIZE):
            yield ids[start : start + PAGE_SIZE]

    def _write_page(self, ids: list[str], all_posts: TextIO, calendar: TextIO) -> int:
        with self._context.database.read() as session:
            found = posts.find_by_ids(session, self._id, ids)
            media, deliveries = posts.load_parts(session, ids)
            for id_ in (each for each in ids if each in found):
                post, parts = found[id_], deliveries[id_]
                own = own_files(media[id_])
                row = exporter.build_export_row(
                    post,
                    parts,
                    [self._link(each) for each in own],
                    [each.alt_text for each in own],
                    present_thread(post, media[id_], self._link),
                )
                _write_line(all_posts, self._post(session, post, media[id_], parts, row))
                if post.status in UPCOMING_STATUSES:
                    _write_line(calendar, row)
        return len(found)

    def _post(
        self,
        session: Session,
        post: Post,
        media: list[Media],
        deliveries: list[Delivery],
        row: dict[str, Any],
    ) -> dict[str, Any]:
        """A post: as a calendar row, and what became of it."""
        return {
            **row,
            "id": post.id,
            "status": post.status,
            "reason": post.reason,
            "acceptedAt": presenters.format_instant(post.accepted_at),
            "scheduledFor": presenters.format_instant(post.scheduled_for),
            "publishedAt": presenters.format_instant(post.published_at),
            "deliveries": [presenters.present_delivery(each) for each in deliveries],
            "history": present_history(history.list_for_post(session, post.id), media, deliveries),
        }

    def _link(self, media: Media) -> str:
        link = self._context.cipher.decrypt(media.source_url)
        return self._files.export_link(link) if is_stored_url(link) else without_query(link)


def without_query(link: str) -> str:
    """A link without what may be secret: user and password, query and fragment."""
    parts = urlsplit(link)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _write_line(out: TextIO, values: dict[str, Any]) -> None:
    out.write(exporter.to_json_line(values) + "\n")
