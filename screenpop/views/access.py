"""Who may use the pop's addresses, and whose leg a write may touch."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from customers.models import Leg
from customers.roles import may_take_contacts
from screenpop.cards import card_of
from screenpop.open_legs import for_cards
from screenpop.seats import check_seat

View = Callable[..., HttpResponse]


def refusal(status: int, error: str, message: str) -> JsonResponse:
    """An answer that the page can show as it is."""
    return JsonResponse({"error": error, "message": message}, status=status)


def agent_required(view: View) -> View:
    """401 when nobody is signed in (the page then asks for sign-in over itself), 403 without a role."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return refusal(401, "signed-out", _("请重新登录，内容不会丢失。"))
        if not may_take_contacts(request.user):
            return refusal(403, "no-role", _("您的账号还没有坐席权限，请联系管理员。"))
        return view(request, *args, **kwargs)

    return guarded


def leg_write(view: View) -> View:
    """A write that names its leg: only its own agent's, and not while the seat is in doubt."""

    @wraps(view)
    @agent_required
    def guarded(request: HttpRequest, leg_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
        leg = own_leg(request, leg_id)
        if leg is None:
            return refusal(404, "not-yours", _("这张卡片不属于当前登录的坐席，内容没有保存。"))
        if check_seat(request.user, leg).locked:
            return refusal(
                423, "seat", _("工作台登录的坐席与当前账号不一致，请先选择切换登录或继续记录。")
            )
        return view(request, leg, *args, **kwargs)

    return guarded


def own_leg(request: HttpRequest, leg_id: int) -> Leg | None:
    """The agent's leg with what its card needs, or None."""
    legs = for_cards(Leg.objects.of_agent(request.user))
    return legs.filter(pk=leg_id).first()


def card_context(request: HttpRequest, leg: Leg) -> dict[str, Any]:
    """What `_card.html` wants."""
    return {"card": card_of(request.user, leg, tab=request.headers.get("X-Pop-Tab", ""))}
