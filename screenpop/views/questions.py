"""What the platform asks us: the id of a number and the number of an id; which seat should take a caller."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from screenpop.number_mapping import ids_of, numbers_of
from screenpop.push import is_foreign
from screenpop.push_body import Content, Reading, read_body
from screenpop.push_credentials import is_platform, may_push
from screenpop.routing import route_of
from screenpop.views.platform import authorization_of, called_by_platform, query_of, refused
from screenpop.views.push import read_content

log = logging.getLogger(__name__)

# More numbers in one question are refused in words.
MOST_NUMBERS = 1_000
_MODES = {"phonetouid": ids_of, "uidtophone": numbers_of}


def _mapping_words() -> str:
    return _("这里回答 TCCC 的号码映射（POST，BasicAuth）。能看到这句话，说明地址可以访问。")


def _routing_words() -> str:
    return _(
        "这里回答 TCCC 的转人工“指定坐席”（POST，action=specifiedSeat）。能看到这句话，说明地址可以访问。"
    )


@called_by_platform(_mapping_words)
def number_mapping(request: HttpRequest) -> HttpResponse:
    """{"Numbers": [...], "Mode": "PhoneToUID" | "UIDToPhone"} → {"Code": 0, "Results": [{"Key", "Value"}]}.

    In the order asked; a Value is "" where there is none. Never open to whoever shows no credentials.
    """
    if not is_platform(authorization_of(request)):
        return refused({"Code": 401, "Message": _("用户名、密码或令牌不对")})
    body = _question(request).body or {}
    answer_of = _MODES.get(str(body.get("Mode")).strip().lower())
    asked = body.get("Numbers")
    if answer_of is None or not isinstance(asked, list):
        text = _("要有 Numbers（数组）和 Mode（PhoneToUID 或 UIDToPhone）")
        return JsonResponse({"Code": 400, "Message": text}, status=400)
    if len(asked) > MOST_NUMBERS:
        text = _("一次最多 %(n)d 个号码") % {"n": MOST_NUMBERS}
        return JsonResponse({"Code": 400, "Message": text}, status=400)
    keys = [_text(one) for one in asked]
    pairs = zip(keys, answer_of(keys), strict=True)
    return JsonResponse(
        {"Code": 0, "Results": [{"Key": key, "Value": value} for key, value in pairs]}
    )


@called_by_platform(_routing_words)
def routing(request: HttpRequest) -> HttpResponse:
    """Query `action=specifiedSeat`; {"RequestId", "User", …} → {"RequestId", "SeatEmails", "SkillGroup", "ErrCode"}."""
    if not may_push(authorization_of(request)):
        return refused(_route_answer("", 401, _("用户名、密码或令牌不对")))
    reading = _question(request)
    body = reading.body or {}
    request_id = _text(body.get("RequestId"))[:200]
    if query_of(request).get("action", "").lower() != "specifiedseat":
        return JsonResponse(_route_answer(request_id, 1, _("只回答 action=specifiedSeat")))
    if reading.body is None:
        return JsonResponse(_route_answer(request_id, 1, reading.problem))
    if is_foreign(reading):
        return JsonResponse(_route_answer(request_id, 1, _("不是本中心的应用")))
    try:
        route = route_of(_text(body.get("User")), timezone.now())
    except Exception as error:  # noqa: BLE001 - the caller waits in the queue either way
        log.error("a caller was not routed: %s", type(error).__name__)
        return JsonResponse(_route_answer(request_id, 1, _("服务器出错")))
    answer = _route_answer(request_id, 0, "")
    return JsonResponse(answer | {"SeatEmails": route.seats, "SkillGroup": route.skill_group})


def _route_answer(request_id: str, code: int, message: str) -> dict[str, Any]:
    return {
        "RequestId": request_id,
        "ErrCode": code,
        "ErrMsg": message,
        "SeatEmails": [],
        "SkillGroup": 0,
    }


def _question(request: HttpRequest) -> Reading:
    try:
        content: Content = read_content(request)
    except OSError:
        return Reading(None, _("请求没有收完"))
    return read_body(content.kept)


def _text(value: Any) -> str:
    """A name or number as text; "" for anything else."""
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
