"""`slotbeat credentials set` on a terminal: hidden prompts ask for the keys."""

import os
import pty
import select
import subprocess

from tests.integration.cli.credentials.test_credentials import ID, PRIMARY, SECONDARY
from tests.integration.cli.run_command import BIN, CommandRunner


def test_keys_are_asked_for_and_not_shown(shell: CommandRunner) -> None:
    """A real process on a terminal: the id and both keys are typed; the terminal shows no key."""
    shell.slotbeat("org", "create", "A")
    ours, theirs = pty.openpty()
    command = [BIN / "slotbeat", "credentials", "set"]
    options = {"stdin": theirs, "stdout": theirs, "stderr": theirs, "start_new_session": True}
    process = subprocess.Popen(command, cwd=shell.cwd, env=shell.environment(), **options)  # type: ignore[call-overload]
    os.close(theirs)
    try:
        shown = ""
        for question, answer in (("API id", ID), ("API key", PRIMARY), ("Secondary", SECONDARY)):
            shown += _until(ours, question)
            os.write(ours, f"{answer}\n".encode())
        shown += _until(ours, "Set.")
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert PRIMARY not in shown
    assert SECONDARY not in shown
    assert shell.slotbeat("credentials", "show", "--json").json["secondary"] is True


def _until(terminal: int, text: str) -> str:
    """What the terminal shows, up to this text and the prompt's space or the line's end after it.

    Input that is typed before the prompt's space appears is echoed, and lost.
    """
    shown = ""
    while text not in shown or not shown.endswith((": ", "\r\n")):
        ready, _, _ = select.select([terminal], [], [], 30)
        assert ready, shown
        shown += os.read(terminal, 1024).decode()
    return shown
