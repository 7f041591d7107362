"""What the agent says about a card: whose it is, which seat it is under, how a dial ended, that it is done."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers import linking
from customers.call_back_times import chosen_time
from customers.models import Customer, Interaction, Leg
from screenpop import seats
from screenpop.dialing import OUTCOMES, mark_outcome
from screenpop.views.access import agent_required, card_context, leg_write, own_leg, refusal


def painted(request: HttpRequest, leg_id: int) -> HttpResponse:
    """The card as it is now."""
    leg = own_leg(request, leg_id)
    assert leg is not None
    return render(request, "pop/_card.html", card_context(request, leg))


@require_POST
@leg_write
def match(request: HttpRequest, leg: Leg) -> HttpResponse:
    """`say` is "confirm" or "pick" (with `customer`), "reject" or "no-longer"."""
    say = request.POST.get("say", "")
    interaction = leg.interaction
    words: dict[str, Callable[[Interaction, Customer], None]] = {
        "confirm": lambda i, c: linking.confirm(i, c, request.user),
        "pick": lambda i, c: linking.pick(i, c, request.user),
    }
    if say in words:
        customer = _customer(request)
        if customer is None:
            return refusal(404, "no-customer", _("没有这位客户，可能刚刚被合并。"))
        words[say](interaction, customer)
    elif say == "no-longer" and interaction.customer:
        linking.no_longer_theirs(interaction, interaction.customer, request.user)
    elif say in ("reject", "no-longer"):
        linking.reject(interaction, request.user)
    else:
        return refusal(400, "bad-body", "say")
    return painted(request, leg.pk)


def _customer(request: HttpRequest) -> Customer | None:
    pk = request.POST.get("customer", "")
    visible = Customer.objects.visible_to(request.user)
    return visible.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None


@require_POST
@agent_required
def seat(request: HttpRequest, leg_id: int) -> HttpResponse:
    """`say` is "record" (仍以…记录), "hand-over" (切换登录) or "bind" (绑定此坐席)."""
    leg = own_leg(request, leg_id)
    if leg is None:
        return refusal(404, "not-yours", _("这张卡片不属于当前登录的坐席，内容没有保存。"))
    say = request.POST.get("say", "")
    if say == "record":
        seats.record_despite(leg)
    elif say == "hand-over" and seats.check_seat(request.user, leg).locked:
        seats.hand_over(leg)
        return HttpResponse(status=204)
    elif say == "bind" and seats.check_seat(request.user, leg).unbound:
        seats.ask_for_seat(request.user, leg.agent_email)
    else:
        return refusal(400, "bad-body", "say")
    return painted(request, leg.pk)


@require_POST
@leg_write
def ended(request: HttpRequest, leg: Leg) -> HttpResponse:
    """The agent says that the call is over, when the workbench never did (its frame was closed, or lost the line)."""
    if leg.state not in (Leg.State.CONNECTED, Leg.State.RINGING):
        return refusal(409, "not-live", _("这通电话已经结束了。"))
    leg.state = Leg.State.WRAP_UP if leg.connected_at else Leg.State.MISSED
    leg.ended_at = timezone.now()
    leg.save(update_fields=["state", "ended_at", "changed_at"])
    return painted(request, leg.pk)


@require_POST
@leg_write
def outcome(request: HttpRequest, leg: Leg) -> HttpResponse:
    """How a dialled call ended: "connected", "no-answer" or "not-dialled".

    `due`: a preset's value, to which the follow-up that was called for is moved when nobody answered; "" leaves it.
    """
    said = request.POST.get("outcome", "")
    if said not in OUTCOMES or leg.state != Leg.State.DIALLED:
        return refusal(409, "not-dialled", _("这通外呼已经有结果了。"))
    due_at = chosen_time(request.POST.get("due", ""), timezone.now())
    mark_outcome(leg, said, request.user, due_at)
    return painted(request, leg.pk)
