"""The platform's cloud API: the only module that knows Tencent's SDK.

Requests are signed by the SDK (TC3-HMAC-SHA256) and go as JSON to one host. Answers stay plain dictionaries, so that a
field that this version of the SDK has never heard of is not lost.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

DEFAULT_HOST = "ccc.tencentcloudapi.com"
# Seconds to connect, and between two bytes of an answer.
TIMEOUTS = (5, 20)
# The platform allows 20 requests a second for each action and account. Half of it leaves room for a second process.
SPACING_SECONDS = 0.1
ATTEMPTS = 4

NOT_CONFIGURED = "NotConfigured"
UNREACHABLE = "ClientNetworkError"
BROKEN_ANSWER = "BrokenAnswer"

# Refused before anything was done: these may be repeated whatever the request is.
_UNTOUCHED = ("RequestLimitExceeded",)
# May pass by itself, but nobody knows whether the request was carried out.
_UNCERTAIN = (UNREACHABLE, "ServerNetworkError", "InternalError", BROKEN_ANSWER)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

log = logging.getLogger(__name__)


class TencentError(Exception):
    """What went wrong with a request: the platform's code and message, and its request id for Tencent's support.

    `permanent`: the same request would fail again until somebody changes something.
    """

    def __init__(self, code: str, message: str = "", request_id: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.request_id = request_id

    @property
    def permanent(self) -> bool:
        """Whether trying again is pointless."""
        return not self.code.startswith(_UNTOUCHED + _UNCERTAIN)


@dataclass(slots=True)
class Pace:
    """Keeps the requests of one action apart, over all threads of this process."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    _free_at: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, action: str) -> None:
        """Return when the next request of this action may go."""
        with self._lock:
            now = self.clock()
            turn = max(now, self._free_at.get(action, now))
            self._free_at[action] = turn + SPACING_SECONDS
        if turn > now:
            self.sleep(turn - now)


PACE = Pace()


def is_configured() -> bool:
    """Whether there is an application to ask about and a key to ask with."""
    return not missing_settings()


def missing_settings() -> list[str]:
    """The names of the settings without which nothing can be asked."""
    needed = ("TCCC_SDK_APP_ID", "TCCC_SECRET_ID", "TCCC_SECRET_KEY")
    return [name for name in needed if not getattr(settings, name)]


def application_id() -> int:
    """The application that is asked about: the first of TCCC_SDK_APP_ID. Raises TencentError."""
    if missing := missing_settings():
        raise TencentError(NOT_CONFIGURED, ", ".join(missing))
    first = settings.TCCC_SDK_APP_ID[0]
    if not (first.isascii() and first.isdigit()):
        raise TencentError("InvalidSetting", "TCCC_SDK_APP_ID")
    return int(first)


def read_endpoint(text: str) -> tuple[str, str]:
    """(scheme, host with port) of the TCCC_ENDPOINT setting: a host, or an address without path.

    Raises TencentError. Plain HTTP is for a stand-in on this machine only: customers' numbers travel in the answers.
    """
    given = text.strip() or DEFAULT_HOST
    try:
        parts = urlsplit(given if "//" in given else f"https://{given}")
        parts.port  # noqa: B018 - raises when it is none
    except ValueError:
        raise TencentError("InvalidSetting", "TCCC_ENDPOINT") from None
    whole = bool(parts.hostname) and parts.path in ("", "/") and not (parts.query or parts.username)
    allowed = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not whole or not allowed:
        raise TencentError("InvalidSetting", "TCCC_ENDPOINT")
    return parts.scheme, parts.netloc


def call(action: str, parameters: dict[str, Any], *, repeatable: bool = True) -> dict[str, Any]:
    """Ask the platform: the `Response` of its answer as it came, or TencentError.

    The application's id is added. What passes by itself is tried again up to four times, with growing pauses;
    a request that is not `repeatable` (it makes or deletes something) only where it certainly was not carried out.
    """
    body = {"SdkAppId": application_id(), **parameters}
    client = _client(settings.TCCC_SECRET_ID, settings.TCCC_SECRET_KEY, settings.TCCC_ENDPOINT)
    for attempt in range(1, ATTEMPTS + 1):
        PACE.wait(action)
        try:
            return _once(client, action, body)
        except TencentError as error:
            # The message may name numbers and people; the code does not.
            log.warning("%s: %s %s", action, error.code, error.request_id)
            again = error.code.startswith(_UNTOUCHED) or (repeatable and not error.permanent)
            if not again or attempt == ATTEMPTS:
                raise
        PACE.sleep(_pause(attempt))
    raise AssertionError("unreachable")


def _pause(attempt: int) -> float:
    """Half a second, one, two; spread, so that two processes do not come back together."""
    return float(2 ** (attempt - 2)) * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


def _once(client: Any, action: str, body: dict[str, Any]) -> dict[str, Any]:
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

    try:
        answer = client.call_json(action, body)["Response"]
    except TencentCloudSDKException as error:
        raise TencentError(
            str(error.code or UNREACHABLE), _text(error.message), str(error.requestId or "")
        ) from None
    except OSError as error:
        # The connection broke while the answer was read.
        raise TencentError(UNREACHABLE, type(error).__name__) from None
    except (ValueError, KeyError, TypeError) as error:
        raise TencentError(BROKEN_ANSWER, type(error).__name__) from None
    if not isinstance(answer, dict):
        raise TencentError(BROKEN_ANSWER)
    # The SDK overlooks an error when the answer's content type carries a charset.
    if fault := answer.get("Error"):
        raise TencentError(
            str(fault.get("Code")), _text(fault.get("Message")), str(answer.get("RequestId", ""))
        )
    return answer


def _text(message: Any) -> str:
    """What a person can read of a message; a broken server's page is not."""
    return message[:300] if isinstance(message, str) else ""


@lru_cache(maxsize=2)
def _client(secret_id: str, secret_key: str, endpoint: str) -> Any:
    """The SDK's client, imported at the first use: it costs as much memory as the rest of a small process."""
    from tencentcloud.ccc.v20200210.ccc_client import CccClient
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile

    scheme, host = read_endpoint(endpoint)
    # The time-outs go to `requests` as they are, which takes a pair. HTTPS_PROXY is read by the SDK.
    http = HttpProfile(protocol=scheme, endpoint=host, reqTimeout=TIMEOUTS, keepAlive=True)
    profile = ClientProfile(httpProfile=http)
    return CccClient(Credential(secret_id, secret_key), "", profile)
