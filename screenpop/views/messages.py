"""Texts and cards into the chat of a card."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.models import Leg
from screenpop.message_content import LONGEST_TEXT, posted
from screenpop.message_sending import NotSentError, may_be_sent_on, offers_for, other_chats, send
from screenpop.views.access import card_context, leg_write, own_leg, refusal

# From here on typing finds a template sooner than looking does.
_MANY = 6


@require_GET
@leg_write
def panel(request: HttpRequest, leg: Leg) -> HttpResponse:
    """The templates to choose from, each as it would be sent on this card."""
    if not may_be_sent_on(leg):
        return refusal(409, "not-live", _("会话没有在进行，现在不能发送。"))
    offers = offers_for(leg, request.user)
    context = {
        **card_context(request, leg),
        "offers": offers,
        "many": len(offers) > _MANY,
        "others": other_chats(leg, request.user),
        "longest": LONGEST_TEXT,
    }
    return render(request, "pop/_message_panel.html", context)


@require_POST
@leg_write
def send_message(request: HttpRequest, leg: Leg) -> HttpResponse:
    """Form fields: `template`, `text` (of kind text), `send_id` (made by the page: a click tried again keeps it).

    Answers {"message": what to post to the workbench, "card": HTML of the card}; 422 with the reason when it may not
    be sent.
    """
    template, send_id = request.POST.get("template", ""), request.POST.get("send_id", "")
    if not (template.isascii() and template.isdecimal() and len(template) < 19):
        return refusal(422, "no-template", _("请先选择要发送的内容。"))
    if not (send_id.isascii() and send_id.isalnum() and len(send_id) <= 36):
        return refusal(400, "bad-body", "send_id")
    try:
        sent = send(request.user, leg, int(template), request.POST.get("text", ""), send_id)
    except NotSentError as reason:
        return refusal(422, "not-sent", str(reason))
    fresh = own_leg(request, leg.pk)
    assert fresh is not None
    card = render_to_string("pop/_card.html", card_context(request, fresh), request)
    return JsonResponse({"message": posted(sent.kind, sent.content), "card": card})
