"""Logging to stderr, for every process alike: lines for people, or JSON, one object a line.

What a line is about (post, job, step, organization, request) comes from structlog's context, which
the worker and the API fill; why structlog: docs/decisions/0022.
"""

import logging
import os
import re
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import structlog
from structlog.typing import EventDict, Processor, ProcessorReturnValue

# Numbers and names that a line may carry beside its context. A list, because libraries hang whole
# arguments on their records.
EXTRA_FIELDS = (
    *("step", "outcome", "subject", "duration_ms", "http_status", "error", "next_attempt_at"),
    *("method", "route", "organization"),
)
# They write addresses, or a line or two for each message where a step has one from us.
SILENCED_LOGGERS = (
    *("httpx", "httpcore", "aiohttp.access", "uvicorn.access", "alembic"),
    *("celery.app.trace", "celery.worker.strategy"),
)
# What is written first, so that lines can be read one below the other.
LEADING_FIELDS = ("time", "level", "logger", "message", "process")
# A calendar feed's address holds its key, and logs are read by many. The parameter's name may be
# written with percent signs too, so what belongs to such a name is hidden as well; and so is what
# signs an address, or looks like a key of ours, wherever it stands.
SECRET_PATTERN = re.compile(
    r"([?&](?:token|[\w-]*(?:signature|credential|secret)|sig|[^=&\s]*%[^=&\s]*)=)[^&\s\"']*"
    r"|(\b(?:sbf?_|whsec_))[\w+/=-]{16,}"
    r"|(\bBearer )[^\s\"']+",
    re.IGNORECASE,
)


def configure(log_format: str = "console", level: str = "info", role: str = "slotbeat") -> None:
    """Set the root logger up. Other people's libraries may not write links: some are signed."""
    _install(logging.StreamHandler(), build_formatter(log_format, role), level)


def configure_file(path: Path) -> None:
    """Lines for people, into a file: for a command whose terminal shows something else."""
    _install(
        logging.FileHandler(path), build_formatter("console", "slotbeat", colors=False), "info"
    )


def redact_access_log() -> None:
    """Let the web server write the addresses that it was asked for without the tokens in them."""
    access = logging.getLogger("uvicorn.access")
    if _redact_record not in access.filters:
        access.addFilter(_redact_record)


def redact(text: str) -> str:
    """The text without the secrets that can be told by their form."""
    return SECRET_PATTERN.sub(lambda found: f"{next(filter(None, found.groups()))}…", text)


def _install(handler: logging.Handler, formatter: logging.Formatter, level: str) -> None:
    handler.setFormatter(formatter)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    # The web server comes with handlers of its own; and a request has its line from us.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in SILENCED_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns of every byte that is wrong in a form, and anybody may send one.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    redact_access_log()


def build_formatter(log_format: str, role: str, *, colors: bool | None = None) -> logging.Formatter:
    """Of lines of a process in this role; colours where stderr is a terminal, unless it is said."""
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(EXTRA_FIELDS),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.EventRenamer("message"),
        _add_time_and_process(f"{role}@{socket.gethostname()}:{os.getpid()}"),
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
    """Who reads lines on a terminal knows which process he looks at."""
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
