"""Where the platform leaves its records, and the tokens it may ask for."""

import hashlib
import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from screenpop.push import read_arrived, take
from screenpop.push_body import HEAD_BYTES, Content
from screenpop.push_credentials import grant, may_push
from screenpop.views.platform import (
    CHUNK,
    MOST_READ,
    authorization_of,
    called_by_platform,
    query_of,
    refused,
    stream_of,
)

log = logging.getLogger(__name__)


def _push_words() -> str:
    return _(
        "这里接收 TCCC 的数据推送（POST，认证方式见“接入检查”）。能看到这句话，说明地址可以访问。"
    )


def _token_words() -> str:
    return _("这里向 TCCC 发放数据推送用的令牌（OAuth2.0，client_credentials，POST）。")


@called_by_platform(_push_words)
def push(request: HttpRequest) -> HttpResponse:
    """One push: query `action` and `version`, body JSON. {"ErrCode": 0} as soon as it is committed, whatever it holds.

    401 without the right credentials; another ErrCode only when it could not be stored, so that it comes again.
    """
    if not may_push(authorization_of(request)):
        log.warning("a push was refused: credentials missing or wrong")
        return refused(_answer(401, _("用户名、密码或令牌不对")))
    query = query_of(request)
    try:
        uuid = request.headers.get("X-TCCC-PUSH-UUID", "")
        content = read_content(request)
        take(read_arrived(query.get("action", ""), query.get("version", ""), uuid, content))
    except Exception as error:  # noqa: BLE001 - whatever it is, the platform must send it again
        log.error("a push could not be stored: %s", type(error).__name__)
        return JsonResponse(_answer(1, _("没有存下来，请重新推送")))
    return JsonResponse(_answer(0, ""))


def _answer(code: int, message: str) -> dict[str, Any]:
    return {"ErrCode": code, "ErrMsg": message}


def read_content(request: HttpRequest) -> Content:
    """The body, up to TCCC_PUSH_MAX_BYTES; of a longer one its head, and size and digest of all of it.

    Raises UnreadablePostError when the connection broke.
    """
    stream = stream_of(request)
    kept, digest, size = bytearray(), hashlib.sha256(), 0
    while size < MOST_READ and (part := stream.read(CHUNK)):
        digest.update(part)
        size += len(part)
        if size <= settings.TCCC_PUSH_MAX_BYTES:
            kept += part
        else:
            kept = (kept + part)[: min(HEAD_BYTES, settings.TCCC_PUSH_MAX_BYTES)]
    return Content(bytes(kept), size, digest.hexdigest())


@called_by_platform(_token_words)
def token(request: HttpRequest) -> HttpResponse:
    """RFC 6749, client credentials: parameters as a form or JSON, the client among them or as Basic."""
    try:
        raw = read_content(request).kept
    except UnreadablePostError:
        raw = b""
    given = grant(authorization_of(request), raw)
    answer = refused(given.body) if given.status == 401 else JsonResponse(given.body)
    answer.status_code = given.status
    answer["Cache-Control"] = "no-store"
    answer["Pragma"] = "no-cache"
    return answer
