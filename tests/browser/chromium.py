"""Runs the installed Chromium; it can reach no host but this one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",  # a container's /dev/shm is small
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No other host can be resolved; tests/browser/page_guard.py reports requests to one.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def executable() -> str:
    """The command's path. AssertionError if there is none: the tests must not be skipped."""
    found = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert found, "there is no chromium: run `make test-extra`, or name one with CHROMIUM=PATH"
    return found


@contextmanager
def run_chromium() -> Iterator[Browser]:
    """A headless browser without a profile."""
    # As root (in CI), Chromium starts only without its sandbox.
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=flags)
        try:
            yield browser
        finally:
            browser.close()
