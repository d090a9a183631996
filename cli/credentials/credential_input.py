"""Reading credentials without showing them: from hidden prompts, a file, or standard input."""

import sys
from pathlib import Path

import typer

from cli.output import fail
from models.store.tenants.stored_credentials import ProviderCredentials

MAX_KEYS = 2


def read_credentials(api_id: str | None, key_file: str | None) -> ProviderCredentials:
    """The credentials; prompts for what was not given. Invalid input ends with code 2."""
    if key_file is None and not sys.stdin.isatty():
        fail("--key-file: name a file that holds the key, or - for standard input", code=2)
    if api_id is None and not sys.stdin.isatty():
        fail("--api-id: is required, because there is no terminal to ask on", code=2)
    id_ = api_id or typer.prompt("API id", err=True)
    return _validate_credentials(
        id_, _prompt_keys() if key_file is None else _read_key_file(key_file)
    )


def _prompt_keys() -> list[str]:
    primary = typer.prompt("API key", hide_input=True, err=True)
    words = "Secondary API key (Enter for none)"
    secondary = typer.prompt(words, hide_input=True, err=True, default="", show_default=False)
    return [primary, secondary]


def _read_key_file(key_file: str) -> list[str]:
    """The primary key and, on a second line, the secondary one."""
    try:
        text = sys.stdin.read() if key_file == "-" else Path(key_file).read_text(encoding="utf-8")
    except OSError as error:
        fail(f"--key-file: cannot read {key_file}: {error.strerror}", code=2)
    except UnicodeDecodeError:
        fail(f"--key-file: {key_file} is not text", code=2)
    return text.splitlines()


def _validate_credentials(api_id: str, lines: list[str]) -> ProviderCredentials:
    """Error messages never repeat the input: it may be a key in the wrong place."""
    keys = [line.strip() for line in lines if line.strip()]
    if not 1 <= len(keys) <= MAX_KEYS:
        fail("--key-file: must hold one key, or two on two lines", code=2)
    for option, text in [("--api-id", api_id.strip()), *(("--key-file", key) for key in keys)]:
        # They are sent in HTTP headers.
        if not text or not text.isascii() or not text.isprintable() or " " in text:
            fail(f"{option}: must be ASCII text without spaces", code=2)
    return ProviderCredentials(api_id.strip(), keys[0], keys[1] if len(keys) == MAX_KEYS else None)
