"""The error that every call raises to refuse a request: a status, a name and a message."""

from collections.abc import Mapping


class XrpcError(Exception):
    """Raised by a call that refuses the request; becomes `{"error", "message"}`."""

    def __init__(
        self, status: int, name: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.name, self.message = status, name, message
        self.headers = dict(headers or {})


def invalid_request(message: str, name: str = "InvalidRequest") -> XrpcError:
    """The 400 of this name."""
    return XrpcError(400, name, message)


def internal_error() -> XrpcError:
    """What the real server answers where it did not expect the request."""
    return XrpcError(500, "InternalServerError", "Internal Server Error")
