"""The HTTP client for webhook calls."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx

from media import urls
from media.name_lookup import NameNotResolved
from media.safe_transport import AddressNotPublic, transport_factory
from models.encryption import Cipher, WrongSecretKey
from models.store.webhooks.webhook_attempts import OutgoingWebhook, WebhookAttempt
from worker.webhooks import signing
from worker.webhooks.backoff import parse_retry_after

TIMEOUT = 10.0
FIXED_HEADERS = {"Content-Type": "application/json", "User-Agent": "Slotbeat-Webhooks/1"}


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """The result of a call, and the delay that the receiver asked for."""

    attempt: WebhookAttempt
    retry_after: timedelta | None = None

    @property
    def is_success(self) -> bool:
        """Whether the receiver accepted the event."""
        return self.attempt.error is None

    @property
    def is_gone(self) -> bool:
        """Whether the receiver asks us to send no more events."""
        return self.attempt.http_status == 410


class WebhookClient:
    """Sends payloads by POST. Only to https and public addresses, unless `allow_private`.

    Every call has its own connection, to a checked address. Redirects are not followed, and the
    response body is not read.
    """

    def __init__(
        self,
        cipher: Cipher,
        *,
        allow_private: bool,
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._cipher = cipher
        self._allow_private = allow_private
        self._transport = transport or transport_factory(allow_private=allow_private)
        self._timeout = timeout

    async def send(self, task: OutgoingWebhook) -> WebhookResponse:
        """Make the call. Failures are returned, too; their texts contain no part of the URL."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._post(task)
        except WrongSecretKey as error:
            return _failed_response(str(error))
        except (TimeoutError, httpx.TimeoutException):
            return _failed_response(f"no answer within {self._timeout:g} s")
        except AddressNotPublic:
            return _failed_response(f"the address {urls.NOT_PUBLIC}")
        except NameNotResolved:
            return _failed_response("the address's name cannot be resolved")
        except (httpx.TransportError, httpx.InvalidURL) as error:
            return _failed_response(f"the address cannot be reached ({type(error).__name__})")

    async def _post(self, task: OutgoingWebhook) -> WebhookResponse:
        url = self._cipher.decrypt(task.url)
        secrets = [self._cipher.decrypt(each) for each in task.secrets]
        problem = urls.endpoint_url_problem(url, allow_private=self._allow_private)
        if problem is not None:
            return _failed_response(f"the address {problem}")
        signature_headers = signing.signature_headers(
            secrets, task.event_id, task.now, task.payload
        )
        async with httpx.AsyncClient(
            transport=self._transport(), trust_env=False, timeout=self._timeout
        ) as client:
            request = client.build_request(
                "POST",
                url,
                content=task.payload.encode(),
                headers={**FIXED_HEADERS, **signature_headers},
            )
            response = await client.send(request, stream=True, follow_redirects=False)
            await response.aclose()
        return _to_webhook_response(response, task)


def _to_webhook_response(response: httpx.Response, task: OutgoingWebhook) -> WebhookResponse:
    code = response.status_code
    error = None if response.is_success else f"the receiver answered {code}"
    if response.is_redirect:
        error = f"the receiver answered {code}; redirects are not followed"
    return WebhookResponse(
        WebhookAttempt(code, error),
        parse_retry_after(response.headers.get("Retry-After"), task.now),
    )


def _failed_response(error: str) -> WebhookResponse:
    return WebhookResponse(WebhookAttempt(None, error))
