"""What the clients of a chaos run do: publish posts in all modes, edit some, remove some.

What is done with the post of a number follows from the seed and the number alone, so that answers,
which depend on time, do not change the choices that come after them.
"""

import random
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Final

from tests.faults.recording_client import RecordingClient
from tests.faults.unsettled_posts import UnsettledPosts

MODES: Final = ("publish_now",) * 5 + ("soon",) * 3 + ("next_slot",) * 2 + ("draft", "ahead")
# The share of posts after which the client edits one, or removes one.
CHANGED: Final = 0.3
# The share of posts with a photo that is not there: they must fail, and say so.
BROKEN: Final = 0.01
# How many posts of one organization may be unsettled before its client pauses.
MAX_UNSETTLED: Final = 100
CLIENT_THREADS: Final = 4
PAUSE: Final = 0.5


def publish_all(
    clients: Sequence[RecordingClient], posts: int, seed: int, unsettled: UnsettledPosts
) -> None:
    """A few clients at a time publish for their organizations, together so many posts. Where one
    fails, or a person ends the run, all end."""
    share, is_over = -(-posts // len(clients)), threading.Event()
    with ThreadPoolExecutor(CLIENT_THREADS) as executor:
        running = [
            executor.submit(_publish_share, client, share, f"{seed}/{number}", unsettled, is_over)
            for number, client in enumerate(clients)
        ]
        try:
            for done in as_completed(running):
                done.result()
        finally:
            is_over.set()


def _publish_share(
    client: RecordingClient,
    posts: int,
    seed: str,
    unsettled: UnsettledPosts,
    is_over: threading.Event,
) -> None:
    """Publish and change posts until the client knows that so many of them were accepted."""
    accepted = number = 0
    while accepted < posts and not is_over.is_set():
        client.rng = random.Random(f"{seed}/{number}")
        number += 1
        mode, is_broken = client.rng.choice(MODES), client.rng.random() < BROKEN
        broken = {"photoUrls": [f"{client.stack.simulator}/media/missing.jpg"]} if is_broken else {}
        expected = client.publish(mode, photo=is_broken or None, **broken)
        if expected.id is None:  # the API or its database is away
            is_over.wait(PAUSE)
        accepted += expected.id is not None
        _change_random_post(client)
        while unsettled.of(client.api.organization_id) > MAX_UNSETTLED and not is_over.wait(PAUSE):
            pass


def _change_random_post(client: RecordingClient) -> None:
    """Sometimes edit or remove a recent post, whatever its status is."""
    chance, back = client.rng.random(), client.rng.randrange(20)
    expected = client.expected_posts[-1 - back % len(client.expected_posts)]
    if expected.id is None or expected.is_removal_asked or chance > CHANGED:
        return
    if chance < CHANGED / 2:
        client.remove(expected)
    else:
        mode = client.rng.choice(["schedule", "schedule", "draft"])
        client.edit(expected, mode, client.rng.uniform(8, 40))
