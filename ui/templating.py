"""Renders the Jinja templates of the pages, and defines their filters."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.responses import HTMLResponse, RedirectResponse

from scheduler.recurrence.timezones import load_zone
from services.inputs.field_types import PLATFORMS
from ui import static_files
from ui.calendar import status_badge
from ui.calendar.post_card import excerpt, platform_name
from ui.sign_in.visitor import Visitor


def render(
    name: str,
    visitor: Visitor | None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,  # noqa: ANN401
) -> HTMLResponse:
    """Render a template as a response.

    Its variables are `visitor` (None before sign-in), `base` (how the addresses of the
    organization's pages begin) and the context. An undefined variable is an
    error, and every value is escaped.
    """
    text = _ENVIRONMENT.get_template(name).render(
        visitor=visitor, base=visitor.base if visitor else "", **context
    )
    return HTMLResponse(text, status, headers)


def redirect(address: str) -> RedirectResponse:
    """Redirect to another page: the response to a form that was accepted."""
    return RedirectResponse(address, 303)


def to_datetime(value: datetime | str) -> datetime:
    """An instant from a table row (datetime) or from an API body (ISO text)."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _to_local(context: Context, value: datetime | str) -> datetime:
    visitor: Visitor | None = context.get("visitor")
    return to_datetime(value).astimezone(load_zone(visitor.zone if visitor else "UTC"))


@pass_context
def _local_time(context: Context, value: datetime | str) -> str:
    """`10:00`, in the organization's time zone."""
    return f"{_to_local(context, value):%H:%M}"


@pass_context
def _local_time_seconds(context: Context, value: datetime | str) -> str:
    """`10:00:12`, in the organization's time zone."""
    return f"{_to_local(context, value):%H:%M:%S}"


@pass_context
def _local_date(context: Context, value: datetime | str) -> str:
    """`Mon 4 May 2026`, in the organization's time zone."""
    local = _to_local(context, value)
    return f"{local:%a} {local.day} {local:%b %Y}"


@pass_context
def _local_datetime(context: Context, value: datetime | str) -> str:
    """`Mon 4 May 2026, 10:00`, in the organization's time zone."""
    return f"{_local_date(context, value)}, {_local_time(context, value)}"


@pass_context
def _input_datetime(context: Context, value: datetime | str) -> str:
    """`2026-05-04T10:00`, in the organization's time zone: the value of a datetime-local input."""
    return f"{_to_local(context, value):%Y-%m-%dT%H:%M}"


@pass_context
def _local_short(context: Context, value: datetime | str) -> str:
    """`Mon 4 May, 10:00`, in the organization's time zone: where a heading names the year."""
    local = _to_local(context, value)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def _month_name(value: datetime) -> str:
    """`May 2026`."""
    return f"{value:%B %Y}"


def _with_query(
    path: str, fields: Mapping[str, object], pairs: Sequence[tuple[str, str]] = ()
) -> str:
    """The path with a query string; fields without a value are left out."""
    given = [*((name, str(value)) for name, value in fields.items() if value), *pairs]
    return f"{path}?{urlencode(given)}" if given else path


def _iso_datetime(value: datetime | str) -> str:
    """`2026-05-04T10:00:00Z`, for `<time datetime="…">`."""
    return f"{to_datetime(value).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


# In the order in which they apply: `ui/README.md`.
STYLE_SHEETS: Final = (
    "tokens.css", "base.css", "components.css", "calendar.css", "first_run.css", "list.css",
    "inbox.css", "composer.css", "post.css", "import.css", "rules.css", "accounts.css", "keys.css",
)  # fmt: skip
# The pages of the settings menu.
SETTINGS_PAGES: Final = (
    ("/rules", "Rules"),
    ("/accounts", "Accounts"),
    ("/import", "Import"),
    ("/mark", "Mark"),
    ("/keys", "API keys"),
    ("/sessions", "Sessions"),
)


def _zone_name(zone: str) -> str:
    """`New York`, for `America/New_York`."""
    return zone.rpartition("/")[2].replace("_", " ")


def _create_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(static_files.TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "local_time": _local_time,
        "local_time_seconds": _local_time_seconds,
        "local_date": _local_date,
        "local_datetime": _local_datetime,
        "input_datetime": _input_datetime,
        "local_short": _local_short,
        "month_name": _month_name,
        "with_query": _with_query,
        "iso": _iso_datetime,
        "excerpt": excerpt,
        "status_badge": status_badge.badge_for,
        "platform_name": platform_name,
        "zone_name": _zone_name,
    }
    environment.globals |= {
        "asset": static_files.static_url,
        "drawn_networks": PLATFORMS,
        "settings_pages": SETTINGS_PAGES,
        "style_sheets": STYLE_SHEETS,
    }
    return environment


_ENVIRONMENT: Final = _create_environment()
