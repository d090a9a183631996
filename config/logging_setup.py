"""Logging of every process to stderr: lines for people, or JSON, one object per line.

The ids in a line (post, job, step, organization, request) come from structlog's context variables,
which the worker and the API set. Why structlog: docs/decisions/0022.
"""

import logging
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import structlog
from structlog.typing import EventDict, Processor, ProcessorReturnValue

from config.process_name import process_name

# Extra fields that a line may have beside its context. A fixed list, because libraries put whole
# arguments into their records.
EXTRA_FIELDS = (
    *("step", "outcome", "subject", "duration_ms", "lateness_ms"),
    *("http_status", "error", "next_attempt_at"),
    *("method", "route", "organization"),
)
# They log URLs, or one or two lines per message, where our own lines are enough.
SILENCED_LOGGERS = (
    *("httpx", "httpcore", "aiohttp.access", "uvicorn.access", "alembic"),
    *("celery.app.trace", "celery.worker.strategy", "celery.pool"),
)
# These fields come first, so that lines are easy to compare.
LEADING_FIELDS = ("time", "level", "logger", "message", "process")
# Secrets in log lines: tokens and signatures in URLs (the calendar feed's address has its key in
# it), and everything with the form of one of our keys. A parameter's name may be percent-encoded,
# so the values of such names are hidden too. A network's server sends people back to
# /connect/callback with a code or a password, under a name of its own.
SECRET_PATTERN = re.compile(
    r"([?&](?:token|[\w-]*(?:signature|credential|secret)|sig|[^=&\s]*%[^=&\s]*)=)[^&\s\"']*"
    r"|(/connect/callback\?)[^\s\"']+"
    r"|(\b(?:sbf?_|whsec_))[\w+/=-]{16,}"
    r"|(\bBearer )[^\s\"']+",
    re.IGNORECASE,
)


def configure(log_format: str = "console", level: str = "info", role: str = "slotbeat") -> None:
    """Set the root logger up. Other people's libraries may not write links: some are signed."""
    install(log_format, level, process_name(role))


def install(log_format: str, level: str, process: str) -> None:
    """Set the root logger up for a process of this name."""
    _install(logging.StreamHandler(), build_formatter(log_format, process), level)


def configure_file(path: Path) -> None:
    """Log lines for people into a file, for a command that uses the terminal itself."""
    _install(
        logging.FileHandler(path),
        build_formatter("console", process_name("slotbeat"), colors=False),
        "info",
    )


def redact_access_log() -> None:
    """Make the web server log URLs without the tokens in them."""
    access = logging.getLogger("uvicorn.access")
    if _redact_record not in access.filters:
        access.addFilter(_redact_record)


def redact(text: str) -> str:
    """The text without secrets, as far as their form shows them."""
    return SECRET_PATTERN.sub(lambda found: f"{next(filter(None, found.groups()))}…", text)


def _install(handler: logging.Handler, formatter: logging.Formatter, level: str) -> None:
    handler.setFormatter(formatter)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    # Remove the web server's own handlers; our middleware logs each request.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in SILENCED_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns about every wrong byte in a form, and any client may send one.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    redact_access_log()


def build_formatter(
    log_format: str, process: str, *, colors: bool | None = None
) -> logging.Formatter:
    """The formatter of a process of this name. `colors` None: when stderr is a terminal."""
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(EXTRA_FIELDS),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.EventRenamer("message"),
        _add_time_and_process(process),
        structlog.processors.format_exc_info,
        _drop_none,
        _redact_event,
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        *_renderers(log_format, colors),
    ]
    return structlog.stdlib.ProcessorFormatter(processors=processors)


def _renderers(log_format: str, colors: bool | None) -> list[Processor]:
    if log_format == "json":
        return [structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty() if colors is None else colors,
        event_key="message",
        timestamp_key="time",
        pad_event_to=0,
    )
    return [_drop_process, console]


def _add_time_and_process(process: str) -> Processor:
    def add(_logger: object, _method: str, event: EventDict) -> EventDict:
        at = datetime.fromtimestamp(event["_record"].created, UTC)
        event["time"] = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event["process"] = process
        return {**{name: event[name] for name in LEADING_FIELDS}, **event}

    return add


def _drop_process(_logger: object, _method: str, event: EventDict) -> EventDict:
    """On a terminal the process is known."""
    event.pop("process", None)
    return event


def _drop_none(_logger: object, _method: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if value is not None}


def _redact_event(_logger: object, _method: str, event: EventDict) -> ProcessorReturnValue:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def _redact_record(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(redact(each) if isinstance(each, str) else each for each in record.args)
    return True
