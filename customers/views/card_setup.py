"""/setup/fields/ and /setup/verification/: what administrators choose for the card."""

from datetime import date
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers.card_setup import MOST_FIELDS, MOST_ITEMS
from customers.card_setup_changes import SetupRefusedError, append, gate_levels, move, switch
from customers.card_setup_forms import CardFieldForm, VerificationItemForm, keys_in_use
from customers.customer_fields import FieldLine
from customers.field_values import read_choices, show_value
from customers.models import CardField, Customer, GatedLevel, VerificationItem
from customers.views.access import administrator_required

Row = TypeVar("Row", CardField, VerificationItem)


@require_http_methods(["GET", "POST"])
@administrator_required
def fields(request: HttpRequest) -> HttpResponse:
    """The fields with a preview; a POST adds one."""
    form = CardFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        field = form.save(commit=False)
        field.key = form.cleaned_data["key"]
        if _append(request, field, form):
            messages.success(request, _("已添加“%(name)s”。") % {"name": field.name})
            return redirect("setup-fields")
    rows = list(CardField.objects.all())
    context = {
        "form": form,
        "active": [row for row in rows if row.is_active],
        "retired": [row for row in rows if not row.is_active],
        "most": MOST_FIELDS,
        "keys": keys_in_use(),
        "preview": _preview(rows),
    }
    status = 422 if form.is_bound else 200
    return render(request, "setup/fields.html", context, status=status)


def _append(request: HttpRequest, row: Row, form: Any) -> bool:
    try:
        append(row)
    except SetupRefusedError as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _preview(rows: list[CardField]) -> list[FieldLine]:
    """The active fields with made-up values, folded as they are before a customer is verified."""
    folds = GatedLevel.objects.exists()
    return [
        FieldLine(row.name, _sample(row), row.is_sensitive, folds and row.is_sensitive)
        for row in rows
        if row.is_active
    ]


def _sample(field: CardField) -> str:
    today: date = timezone.localdate()
    choices = read_choices(field.choices)
    samples: dict[str, Any] = {
        CardField.Kind.CHOICE: choices[0] if choices else "",
        CardField.Kind.DATE: today.isoformat(),
        CardField.Kind.NUMBER: "128",
        CardField.Kind.YES_NO: True,
    }
    return show_value(field.kind, samples.get(field.kind, _("示例")))


@require_http_methods(["GET", "POST"])
@administrator_required
def field(request: HttpRequest, field_id: int) -> HttpResponse:
    """One field, to be changed; its key stays."""
    row = get_object_or_404(CardField, pk=field_id)
    form = CardFieldForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        names = [*form.fields]
        form.save(commit=False).save(update_fields=names)
        messages.success(request, _("已保存“%(name)s”。") % {"name": row.name})
        return redirect("setup-fields")
    # The form writes what was typed into its row, also when it is refused.
    shown = CardField.objects.get(pk=field_id)
    status = 422 if form.is_bound else 200
    return render(request, "setup/field.html", {"form": form, "field": shown}, status=status)


@require_POST
@administrator_required
def field_action(request: HttpRequest, field_id: int) -> HttpResponse:
    """Move, switch off or on."""
    return _act(request, get_object_or_404(CardField, pk=field_id), "setup-fields")


def _act(request: HttpRequest, row: Row, page: str) -> HttpResponse:
    action = request.POST.get("action", "")
    try:
        if action in ("up", "down"):
            move(row, -1 if action == "up" else 1)
        elif action in ("on", "off"):
            switch(row, on=action == "on")
        else:
            messages.error(request, _("没有这个操作。"))
    except SetupRefusedError as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse(page)}#row-{row.pk}")


@require_http_methods(["GET", "POST"])
@administrator_required
def verification(request: HttpRequest) -> HttpResponse:
    """The items and the levels; a POST adds an item, or with action=levels settles the levels."""
    if request.POST.get("action") == "levels":
        return _settle_levels(request)
    form = VerificationItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        item = form.save(commit=False)
        if _append(request, item, form):
            messages.success(request, _("已添加“%(name)s”。") % {"name": item.text})
            return redirect("setup-verification")
    rows = list(VerificationItem.objects.all())
    gated = set(GatedLevel.objects.values_list("level", flat=True))
    sensitive = CardField.objects.filter(is_active=True, is_sensitive=True)
    context = {
        "form": form,
        "active": [row for row in rows if row.is_active],
        "retired": [row for row in rows if not row.is_active],
        "most": MOST_ITEMS,
        "levels": [
            # An empty value could not be told from a box that is not ticked.
            {"code": value or "normal", "name": label, "on": value in gated}
            for value, label in Customer.Level.choices
        ],
        "gated": bool(gated),
        "sensitive": [row.name for row in sensitive],
    }
    status = 422 if form.is_bound else 200
    return render(request, "setup/verification.html", context, status=status)


def _settle_levels(request: HttpRequest) -> HttpResponse:
    chosen = ["" if code == "normal" else code for code in request.POST.getlist("level") if code]
    try:
        gate_levels(chosen)
        messages.success(request, _("已保存要核实的等级，下一张卡片起生效。"))
    except SetupRefusedError as refused:
        messages.error(request, str(refused))
    return redirect("setup-verification")


@require_http_methods(["GET", "POST"])
@administrator_required
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One item, to be changed. What was asked in earlier calls is kept in the words of that day."""
    row = get_object_or_404(VerificationItem, pk=item_id)
    form = VerificationItemForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save(commit=False).save(update_fields=[*form.fields])
        messages.success(request, _("已保存“%(name)s”。") % {"name": row.text})
        return redirect("setup-verification")
    shown = VerificationItem.objects.get(pk=item_id)
    status = 422 if form.is_bound else 200
    context = {"form": form, "item": shown}
    return render(request, "setup/verification_item.html", context, status=status)


@require_POST
@administrator_required
def item_action(request: HttpRequest, item_id: int) -> HttpResponse:
    """Move, switch off or on."""
    return _act(request, get_object_or_404(VerificationItem, pk=item_id), "setup-verification")
