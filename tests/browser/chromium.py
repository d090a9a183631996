"""The machine's own Chromium, which reaches this machine and nothing else."""

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
    # No other host has an address; what asks for one is found by tests/browser/page_guard.py.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def executable() -> str:
    """The command's path; AssertionError where there is none: what is not tried here is tried
    nowhere."""
    found = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert found, "there is no chromium: run `make test-extra`, or name one with CHROMIUM=PATH"
    return found


@contextmanager
def run_chromium() -> Iterator[Browser]:
    """A headless browser without a profile."""
    # As root, as in CI, Chromium starts without its sandbox alone.
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=flags)
        try:
            yield browser
        finally:
            browser.close()
