"""One line of the board, as a supervisor sees it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from customers.agent_names import agent_name
from customers.interaction_list import agent_chain
from customers.models import Customer, Interaction, Leg
from customers.number_view import number_text
from screenpop.cdr import Record, read_call, read_chat
from screenpop.models import Discrepancy, Push

_NEAR = timedelta(minutes=10)
_MOST_CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """One leg, or one customer, that a line may be settled with. `key` stands in the form."""

    key: str
    text: str
    when: datetime | None = None
    interaction: int | None = None


@dataclass(slots=True)
class Line:
    """One line. `may_remind`: its agent can be asked for the wrap-up; `reminder`: that was done."""

    pk: int
    kind: str
    when: datetime
    title: str
    agents: str = ""
    detail: str = ""
    end_status: str = ""
    interaction: int | None = None
    choices: list[Choice] = field(default_factory=list)
    settled: str = ""
    settled_by: str = ""
    reminder: Discrepancy | None = None
    may_remind: bool = False


def lines_of(kind: str, rows: Iterable[Any], user: Any) -> list[Line]:
    """The rows of one heading in words."""
    return [_line(kind, row, user) for row in rows]


def _line(kind: str, row: Any, user: Any) -> Line:
    if isinstance(row, Push):
        reason = row.error or _("开始了多次没有处理完，不再自动重试。")
        return Line(row.pk, kind, row.received_at, row.action or _("未知类型"), detail=reason)
    if isinstance(row, Interaction):
        line = Line(row.pk, kind, row.started_at, _who(row, user), interaction=row.pk)
        line.agents = agent_chain(list(row.legs.all()))
        if kind == Discrepancy.Kind.NO_RECORD:
            line.choices = [
                one for leg in row.legs.all() if leg.user_id for one in _told_near(leg, user)
            ]
        return line
    if isinstance(row, Leg):
        line = Line(row.pk, kind, row.started_at, _who(row.interaction, user))
        line.agents, line.interaction = agent_name(row), row.interaction_id
        if kind == Discrepancy.Kind.NO_POP:
            line.choices = _seen_near(row, user)
        elif kind == Discrepancy.Kind.NO_WRAP_UP:
            line.reminder = next(iter(getattr(row, "reminders", ())), None)
            line.may_remind = row.user is not None and row.user.is_active
        return line
    return _discrepancy(kind, row, user)


def _discrepancy(kind: str, row: Discrepancy, user: Any) -> Line:
    call = row.interaction or (row.leg.interaction if row.leg else None)
    when = row.settled_at if row.settled_at else row.found_at
    line = Line(row.pk, kind, when, _who(call, user), interaction=call.pk if call else None)
    if call is None:
        line.title = number_text(row.endpoint, user) if row.endpoint else _("未显示号码")
    if row.leg:
        line.agents = agent_name(row.leg)
    if row.settled_at:
        line.detail = str(row.get_kind_display())
        line.settled = str(row.get_settlement_display())
        line.settled_by = row.settled_by.shown_name if row.settled_by else _("系统")
    elif row.kind == Discrepancy.Kind.CUSTOMERS:
        line.choices = [_said(row.interaction, "interaction"), _said(row.other, "other")]
    elif row.body is not None:
        record = _record(row)
        line.end_status = record.end_status
        line.when = record.begins_at or line.when
        line.agents = _("、").join(part.email for part in record.parts if part.email)
        line.choices = _waiting_choices(row, user)
    return line


def _record(row: Discrepancy) -> Record:
    read = read_chat if row.action == "imcdr" else read_call
    return read(row.body or {})


def _who(call: Interaction | None, user: Any) -> str:
    if call is None:
        return ""
    number = number_text(call.endpoint, user) if call.endpoint else _("未显示号码")
    name = call.customer.name if call.customer else call.nickname
    return f"{name} · {number}" if name else number


def _said(call: Interaction | None, key: str) -> Choice:
    customer: Customer | None = call.customer if call else None
    by = call.linked_by.shown_name if call and call.linked_by else _("系统")
    name = customer.name if customer else _("不是系统认出的客户")
    text = _("%(customer)s（%(by)s 认定）") % {"customer": name, "by": by}
    return Choice(key, text, call.linked_at if call else None, call.pk if call else None)


def _waiting_choices(row: Discrepancy, user: Any) -> list[Choice]:
    keys = {leg: part for part, legs in row.candidates.items() for leg in legs}
    legs = Leg.objects.filter(pk__in=keys, told_sequence=None).select_related(
        "user", "interaction__customer", "interaction__endpoint"
    )
    return [_choice(leg, f"{keys[leg.pk]}:{leg.pk}", user) for leg in legs.order_by("started_at")]


def _choice(leg: Leg, key: str, user: Any) -> Choice:
    text = f"{agent_name(leg)} · {_who(leg.interaction, user)} · {leg.get_state_display()}"
    return Choice(key, text, leg.started_at, leg.interaction_id)


def _seen_near(told: Leg, user: Any) -> list[Choice]:
    """Cards of the same agent about that time that no record has claimed."""
    if told.user_id is None:
        return []
    legs = Leg.objects.filter(user=told.user_id, told_sequence=None).exclude(last_signal="")
    return _near(legs, told, user)


def _told_near(seen: Leg, user: Any) -> list[Choice]:
    """Records of the same agent about that time that no pop has shown."""
    legs = Leg.objects.filter(user=seen.user_id, last_signal="", told_sequence__isnull=False)
    return _near(legs, seen, user, mine=seen.pk)


def _near(legs: Any, leg: Leg, user: Any, mine: int | None = None) -> list[Choice]:
    near = legs.filter(
        last_signal_at__gte=leg.started_at - _NEAR,
        started_at__gte=leg.started_at - _NEAR,
        started_at__lte=leg.started_at + _NEAR,
    ).select_related("user", "interaction__customer", "interaction__endpoint")
    found = sorted(near[:50], key=lambda one: abs(one.started_at - leg.started_at))
    return [
        _choice(one, f"{mine}:{one.pk}" if mine else str(one.pk), user)
        for one in found[:_MOST_CANDIDATES]
    ]
