"""Editing a customer: only what this person decided is written, and nothing that somebody else decided meanwhile.

A form tells for each control what stood there when it was opened (`was-…`) and what stands there now. What is the
same was not decided. What was decided, and has become another value in the database meanwhile, is a conflict: it is
told, and the form sent again with the newer value as `was-…` goes through.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.card_setup import CardSetup
from customers.customer_form import Control, controls_of
from customers.customer_number import NewNumber, add_number, read_new_number
from customers.field_values import RefusedValueError
from customers.identity_gate import gate_of, is_shut
from customers.models import Customer, CustomerChange, Leg

_LOOKED_BACK = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one control. In a conflict `now` is what the database holds, as the control would hold it."""

    words: str
    now: str | None = None
    now_words: str = ""
    by: str = ""
    at: datetime | None = None
    # For a number that others have: proof, when it comes back, that this was shown.
    shown: str = ""


class EditRefusedError(Exception):
    """Nothing was saved. `problems` are by the control's name."""

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


@transaction.atomic
def edit(
    setup: CardSetup, leg: Leg, customer_id: int, by: Any, form: Mapping[str, str]
) -> CustomerChange | None:
    """Save what was decided, all or nothing; None when nothing was. Raises EditRefusedError.

    `form`: controls by name, "was-NAME" of each, and "number", "number-label", "number-shown" of a further number.
    """
    visible = Customer.objects.visible_to(by).select_for_update(of=("self",), no_key=True)
    customer = visible.filter(pk=customer_id).first()
    if customer is None:
        raise EditRefusedError({"": Problem(_("没有这位客户，可能刚刚被合并。"))})
    shut = is_shut(gate_of(setup, leg, customer))
    controls = {control.name: control for control in controls_of(setup, customer, shut=shut)}
    problems = _closed(controls, form, shut=shut)
    decided: dict[str, Any] = {}
    for name, control in controls.items():
        if not _is_decided(name, form, control):
            continue
        try:
            decided[name] = _settled(control, form, customer)
        except _ProblemError as found:
            problems[name] = found.problem
    number = _number(customer, form, problems)
    if problems:
        raise EditRefusedError(problems)
    return _write(customer, leg, by, controls, decided, number)


class _ProblemError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.words)
        self.problem = problem


def _is_decided(name: str, form: Mapping[str, str], control: Control) -> bool:
    typed = form.get(name)
    return typed is not None and typed != form.get(f"was-{name}", "") and typed != control.typed


def _closed(
    controls: Mapping[str, Control], form: Mapping[str, str], *, shut: bool
) -> dict[str, Problem]:
    """What was typed into controls that this customer's form does not have (any more)."""
    names = [name for name in form if name == "level" or name.startswith("field-")]
    typed = [n for n in names if n not in controls and form[n] != form.get(f"was-{n}", "")]
    words = _("请先核实身份，再修改这一项。") if shut else _("管理员停用了这一项，内容没有保存。")
    return {name: Problem(words) for name in typed}


def _settled(control: Control, form: Mapping[str, str], customer: Customer) -> Any:
    """The value to write, if nobody else wrote there since the form was opened."""
    was, name = form.get(f"was-{control.name}", ""), control.name
    try:
        value = control.read(form[name])
    except RefusedValueError as refused:
        raise _ProblemError(Problem(str(refused))) from refused
    if control.typed != was:
        change = _last_change(customer, control)
        raise _ProblemError(
            Problem(
                words=_("这一项刚刚被改过。再按一次“保存”会用您填的覆盖。"),
                now=control.typed,
                now_words=control.words(control.typed),
                by=change.by.shown_name if change and change.by else "",
                at=change.at if change else None,
            )
        )
    return value


def _last_change(customer: Customer, control: Control) -> CustomerChange | None:
    """Who changed this last, if it was one of the latest changes."""
    latest = CustomerChange.objects.filter(customer=customer).select_related("by").order_by("-pk")
    for change in latest[:_LOOKED_BACK]:
        after = change.after
        held = after.get("attributes", {}) if control.spec else after
        if (control.spec.key if control.spec else control.name) in held:
            return change
    return None


def _number(
    customer: Customer, form: Mapping[str, str], problems: dict[str, Problem]
) -> NewNumber | None:
    """The further number, None when there is none; what is wrong with it goes to `problems`."""
    raw, label = form.get("number", "").strip(), form.get("number-label", "")
    if not raw:
        return None
    try:
        number = read_new_number(customer, raw, label)
    except RefusedValueError as refused:
        problems["number"] = Problem(str(refused))
        return None
    if number.holders and form.get("number-shown") != number.mark:
        names = _("、").join(
            " · ".join(filter(None, (holder.name, holder.company))) for holder in number.holders
        )
        words = _("这个号码已登记在 %(names)s 名下。确实共用的话，再按一次“保存”。")
        problems["number"] = Problem(words % {"names": names}, shown=number.mark)
    return number


def _write(
    customer: Customer,
    leg: Leg,
    by: Any,
    controls: Mapping[str, Control],
    decided: Mapping[str, Any],
    number: NewNumber | None,
) -> CustomerChange | None:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    columns = {"updated_at"}
    for name, value in decided.items():
        spec = controls[name].spec
        if spec is None:
            before[name], after[name] = getattr(customer, name), value
            setattr(customer, name, value)
            columns |= {"name", "name_pinyin", "name_initials"} if name == "name" else {name}
            continue
        held = customer.attributes.pop(spec.key, None)
        before.setdefault("attributes", {})[spec.key] = held
        after.setdefault("attributes", {})[spec.key] = value
        if value is not None:
            customer.attributes[spec.key] = value
        columns.add("attributes")
    if number is not None:
        before["number"] = None
        after["number"] = add_number(customer, number, by).pk
    if not after:
        return None
    customer.updated_at = timezone.now()
    customer.save(update_fields=columns)
    return CustomerChange.objects.create(
        customer=customer, by=by, leg=leg, before=before, after=after
    )
