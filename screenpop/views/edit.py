"""The card's customer: edited in place, and verified before what is sensitive is shown."""

import json

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers.card_setup import load_card_setup
from customers.customer_edit import EditRefusedError, Problem
from customers.customer_edit import edit as edit_customer
from customers.customer_form import controls_of
from customers.customer_number import LONGEST_LABEL
from customers.identity_gate import CheckRefusedError, gate_of, is_shut, keep_check
from customers.models import Leg
from screenpop.views.access import leg_write, refusal
from screenpop.views.actions import painted

_WAS = "was-"


@require_http_methods(["GET", "POST"])
@leg_write
def edit(request: HttpRequest, leg: Leg) -> HttpResponse:
    """GET: the form. POST, its fields: the card; or, with 422, for each control what is wrong with it.

    `customer` tells whom the form was opened for: a card may have been linked to somebody else meanwhile. `check=1`
    saves nothing, and answers with the problems alone.
    """
    customer = leg.interaction.customer
    if customer is None:
        return refusal(409, "no-customer", _("这张卡片还没有客户。"))
    setup = load_card_setup()
    if request.method == "GET":
        shut = is_shut(gate_of(setup, leg, customer))
        controls = controls_of(setup, customer, shut=shut)
        context = {"leg": leg, "customer": customer, "controls": controls}
        return render(request, "pop/_edit.html", context | {"longest_label": LONGEST_LABEL})
    if request.POST.get("customer") != str(customer.pk):
        return _other_customer()
    form = request.POST.dict()
    if form.pop("check", ""):
        return _checked(request, leg, customer.pk, form)
    try:
        change = edit_customer(setup, leg, customer.pk, request.user, form)
    except EditRefusedError as refused:
        if "" in refused.problems:
            return refusal(409, "no-customer", refused.problems[""].words)
        return _problems(request, leg, form, refused)
    response = painted(request, leg.pk)
    response["X-Pop-Say"] = json.dumps(_("资料已保存") if change else _("没有改动"))
    return response


def _checked(
    request: HttpRequest, leg: Leg, customer_id: int, form: dict[str, str]
) -> HttpResponse:
    """The problems that saving would find, for a form whose language changed."""
    try:
        with transaction.atomic():
            edit_customer(load_card_setup(), leg, customer_id, request.user, form)
            transaction.set_rollback(True)
    except EditRefusedError as refused:
        slots = _problems(request, leg, form, refused)
        slots.status_code = 200
        return slots
    return HttpResponse(status=204)


def _other_customer() -> HttpResponse:
    return refusal(409, "other-customer", _("这张卡片已换成另一位客户，没有保存。"))


def _problems(
    request: HttpRequest, leg: Leg, form: dict[str, str], refused: EditRefusedError
) -> HttpResponse:
    """A slot for each control of the form: what stood there, newer where that was shown, and its problem."""
    slots: list[tuple[str, str, Problem | None]] = []
    for name in [key.removeprefix(_WAS) for key in form if key.startswith(_WAS)]:
        problem = refused.problems.get(name)
        newer = problem.now if problem else None
        slots.append((name, form[_WAS + name] if newer is None else newer, problem))
    slots.append(("number", "", refused.problems.get("number")))
    return render(request, "pop/_edit_slots.html", {"leg": leg, "slots": slots}, status=422)


@require_POST
@leg_write
def identity(request: HttpRequest, leg: Leg) -> HttpResponse:
    """`say` is "pass" or "fail"; `item` (several) are the ids of what was ticked; `customer` whom it was asked of."""
    said = request.POST.get("say", "")
    if said not in ("pass", "fail"):
        return refusal(400, "bad-body", "say")
    customer = leg.interaction.customer
    if customer is None or request.POST.get("customer") != str(customer.pk):
        return _other_customer()
    ticked = {int(one) for one in request.POST.getlist("item") if one.isdecimal() and len(one) < 19}
    passed = said == "pass"
    try:
        keep_check(load_card_setup(), leg, customer, request.user, passed=passed, ticked=ticked)
    except CheckRefusedError as refused:
        return refusal(409, "identity", str(refused))
    return painted(request, leg.pk)
