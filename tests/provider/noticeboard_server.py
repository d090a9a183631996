"""The noticeboard's own server: a small HTTP server that stores notices, and fails on request."""

import email
import email.policy
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Any]
NETWORKS = ("facebook", "instagram", "linkedin", "x")
KEY = "board"


class Board:
    """The notices. `fails`: the status codes of the next responses; 0 closes the connection after
    the work."""

    def __init__(self) -> None:
        self.notices: dict[str, dict[str, Any]] = {}
        self.pictures: dict[str, str] = {}
        self.fails: list[int] = []
        self.origin = ""

    def answer(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        """Handles one call."""
        if path == "/boards":
            return 200, [{"id": each, "network": each, "name": each} for each in NETWORKS]
        if path == "/_simulator/ledger":  # its books, as the suite asks for them
            out = [each["id"] for each in self.notices.values() if each["state"] == "out"]
            return 200, {"publications": [{"postId": each} for each in out]}
        if path == "/pictures" and method == "POST":
            return self._take_picture(body["picture"])
        if path.startswith("/pictures"):
            return self._picture(method, body.get("id", ""))
        if path == "/notices":
            return self._list(body) if method == "GET" else self._create(body)
        known = self.notices.get(body.get("id", ""))
        return self._change(method, path, body, known) if known else (404, None)

    def _list(self, body: dict[str, Any]) -> Answer:
        return 200, [each for each in self.notices.values() if each["board"] == body["board"]]

    def _take_picture(self, content: bytes) -> Answer:
        if not content:
            return 400, "an empty picture"
        id_ = uuid.uuid4().hex
        self.pictures[id_] = "pending"
        return 201, {"id": id_}

    def _picture(self, method: str, id_: str) -> Answer:
        if id_ not in self.pictures:
            return 404, None
        if method == "POST":
            self.pictures[id_] = "ready"
        return 200, {"state": self.pictures.get(id_)}

    def _create(self, body: dict[str, Any]) -> Answer:
        if set(body["pictures"]) - self.pictures.keys():
            return 400, "one of the media is not here"
        made = {**body, "id": uuid.uuid4().hex, "state": "draft"}
        self.notices[made["id"]] = made
        return 201, made

    def _change(
        self, method: str, path: str, body: dict[str, Any], known: dict[str, Any]
    ) -> Answer:
        if method == "DELETE":
            del self.notices[known["id"]]
        elif path == "/out" and "[[refuse]]" in known["text"]:
            known |= {"state": "refused", "error": "refused by the housekeeper"}
        elif path == "/out":
            known |= {"state": "out", "link": f"https://board.example/{known['id']}"}
        elif method == "PUT":
            known |= body
        return 200, known


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"
    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        board = self.server.board
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_json = self.headers.get("Content-Type") == "application/json"
        body = json.loads(content) if is_json else self._form(content)
        is_open = self.path.startswith("/_simulator/")
        if not is_open and self.headers.get("Authorization") != f"Bearer {KEY}":
            return self._say(401, "no such key")
        fail = None if is_open or not board.fails else board.fails.pop(0)
        if fail:
            return self._say(fail, "as told")
        answer = board.answer(self.command, self.path, body)
        if fail == 0:
            self.close_connection = True
            return None
        return self._say(*answer)

    def _form(self, content: bytes) -> dict[str, Any]:
        """The parts of a form, read by Python's own parser of messages."""
        header = f"Content-Type: {self.headers.get('Content-Type', '')}\r\n\r\n".encode()
        message = email.message_from_bytes(header + content, policy=email.policy.HTTP)
        return {
            str(part.get_param("name", header="Content-Disposition")): part.get_payload(decode=True)
            for part in (message.iter_parts() if message.is_multipart() else ())
        }

    do_GET = do_PUT = do_POST = do_DELETE = _handle  # noqa: N815  (http.server's names)

    def _say(self, status: int, what: object) -> None:
        content = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Retry-After", "40")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """No log lines in tests."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, board: Board) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.board = board


@contextmanager
def running_board() -> Iterator[Board]:
    """A board, served until the end of the block."""
    board = Board()
    with _Server(board) as server:
        board.origin = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield board
        finally:
            server.shutdown()
            thread.join()
