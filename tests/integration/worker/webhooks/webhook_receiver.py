"""A receiver of webhooks: a real HTTP server on loopback, with scripted answers."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

from tests.integration.store.webhook_factories import SECRET


@dataclass(frozen=True, slots=True)
class ReceivedCall:
    """A request as it was received."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The id by which a receiver notices a repetition."""
        return self.headers["webhook-id"]

    def verify_signature(self, secret: str = SECRET) -> Any:  # noqa: ANN401
        """The payload, verified by the receivers' library, which raises if the signature is
        wrong."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass(slots=True)
class ScriptedAnswer:
    """The answer to a request, sent when `until` is set."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    until: threading.Event | None = None
    hangs_up: bool = False


Act = Callable[[int], ScriptedAnswer]


class WebhookReceiver:
    """`act` gets each request's number, from 1, and returns its answer."""

    def __init__(self) -> None:
        self.calls: list[ReceivedCall] = []
        self.act: Act = lambda _number: ScriptedAnswer()
        self.url = ""

    def events(self) -> list[str]:
        """The types of the received events, in order."""
        return [json.loads(call.body)["type"] for call in self.calls]

    def answers(self, *statuses: int) -> None:
        """Send these answers, and then 200."""
        self.act = lambda number: ScriptedAnswer([*statuses, *[200] * number][number - 1])


class _Server(ThreadingHTTPServer):
    def __init__(self, receiver: WebhookReceiver) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.receiver = receiver


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        receiver.calls.append(ReceivedCall(self.path, headers, body))
        answer = receiver.act(len(receiver.calls))
        if answer.until is not None:
            answer.until.wait(30)
        self.close_connection = True
        if not answer.hangs_up:
            with suppress(OSError):  # who called may have hung up meanwhile
                self._answer(answer)

    def do_GET(self) -> None:  # nobody should come this way, as by a redirect
        self.do_POST()

    def _answer(self, answer: ScriptedAnswer) -> None:
        self.send_response(answer.status)
        for name, value in {"Content-Length": "2", **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def run_receiver() -> Iterator[WebhookReceiver]:
    """A receiver on its own port."""
    found = WebhookReceiver()
    with _Server(found) as server:
        found.url = f"http://127.0.0.1:{server.server_address[1]}/hook?token=t0k3n"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
