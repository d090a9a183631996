"""What a test of an outage counts and asserts: answers to publishes, and the processes' output."""

from collections import Counter

import httpx

from tests.acceptance.stack import Stack

# How often a status came, with its Retry-After.
Answers = Counter[tuple[int, str | None]]
AWAY = (503, "5")


def count_publish_answers(stack: Stack) -> Answers:
    """Count the answers to the stack's POST requests from now on."""
    answers: Answers = Counter()

    def count(answer: httpx.Response) -> None:
        if answer.request.method == "POST":
            answers[answer.status_code, answer.headers.get("Retry-After")] += 1

    stack.client.event_hooks["response"] = [count]
    return answers


def replace_killed(stack: Stack, name: str) -> None:
    """SIGKILL a process, and start it again, as a supervisor does."""
    stack.processes[name].kill()
    stack.start(name)


def assert_quiet(stack: Stack) -> None:
    """No process has ended by itself, and none has ever written a traceback."""
    ended = [name for name, process in stack.processes.items() if not process.running]
    assert not ended, f"ended by themselves: {ended}"
    for log in stack.folder.glob("*.log"):
        text = log.read_text()
        at = text.find("Traceback")
        assert at < 0, f"{log.name}: {text[max(0, at - 300) : at + 3000]}"
