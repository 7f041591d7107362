"""A customer for a card that has none: create one, or find and link an existing one."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from customers import creating
from customers.models import Customer, Leg
from customers.search import search
from screenpop.views.access import leg_write, refusal
from screenpop.views.actions import painted


@require_POST
@leg_write
def create(request: HttpRequest, leg: Leg) -> HttpResponse:
    """Fields: `name`, `company`, `title`, `shown` (proof that the near-duplicates were seen)."""
    name = request.POST.get("name", "").strip()[:120]
    company = request.POST.get("company", "").strip()[:200]
    title = request.POST.get("title", "").strip()[:80]
    if not name:
        return refusal(400, "name", _("请填写姓名。"))
    ends = creating.endpoints_of(leg.interaction)
    alike = creating.near_duplicates(request.user, name, company, ends)
    mark = creating.shown_mark(alike)
    if alike and request.POST.get("shown") != mark:
        context = {"leg": leg, "duplicates": alike, "mark": mark}
        return render(request, "pop/_duplicates.html", context, status=409)
    _customer, past = creating.create_for(
        leg.interaction, request.user, name=name, company=company, title=title
    )
    return _linked(request, leg, past)


@require_POST
@leg_write
def link(request: HttpRequest, leg: Leg) -> HttpResponse:
    """Link the contact and its number to the customer of the field `customer`."""
    pk = request.POST.get("customer", "")
    visible = Customer.objects.visible_to(request.user)
    customer = visible.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None
    if customer is None:
        return refusal(404, "no-customer", _("没有这位客户，可能刚刚被合并。"))
    past = creating.link_existing(leg.interaction, customer, request.user)
    return _linked(request, leg, past)


def _linked(request: HttpRequest, leg: Leg, past: int) -> HttpResponse:
    response = painted(request, leg.pk)
    if past:
        text = ngettext("同时关联了以前的 %(n)d 次联络", "同时关联了以前的 %(n)d 次联络", past)
        response["X-Pop-Say"] = json.dumps(text % {"n": past})
    return response


@require_POST
@leg_write
def find(request: HttpRequest, leg: Leg) -> HttpResponse:
    """Customers by name, pinyin, initials or number, for the link box."""
    term = request.POST.get("term", "").strip()[:100]
    found = search(request.user, term) if term else None
    return render(request, "pop/_found.html", {"leg": leg, "found": found})
