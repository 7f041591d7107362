"""One interaction with every leg: what the pop saw, what the platform told, and what people said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.agent_names import agent_name
from customers.interaction_list import agent_chain
from customers.match_words import words_of
from customers.matching import Reason
from customers.models import (
    Disposition,
    FollowUp,
    IdentityCheck,
    Interaction,
    Leg,
    LegChange,
    SentMessage,
)
from customers.models.card_setup import in_language
from customers.templatetags.timeline_words import disposition_name, duration, talk_of

_CHANGES = {
    "wrapped-up": gettext_lazy("已小结"),
    "reopened": gettext_lazy("重新打开小结"),
    "noted": gettext_lazy("改了备注"),
}
# Two clocks are never quite the same.
_SAME_TIME = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a leg: when the pop saw it, when the platform says it was, and how far these lie apart in words."""

    name: str
    seen: datetime | None
    told: datetime | None
    apart: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of an outcome: who made it, and what stood there before."""

    at: datetime
    by: str
    what: str
    before: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check of who was speaking: what was asked, and what of it was right. The last line of a leg counts."""

    at: datetime
    by: str
    passed: bool
    customer: str
    items: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class LegPart:
    """One agent's part with all that is known of it."""

    leg: Leg
    agent: str
    state_text: str
    talk: str
    moments: list[Moment]
    outcome: str
    changes: list[ChangeLine]
    follow_ups: list[FollowUp]
    messages: list[SentMessage]
    checks: list[CheckLine]


def with_parts(user: Any) -> Any:
    """Interactions with all that their page shows, as this user may see them."""
    legs = Leg.objects.visible_to(user).select_related("user", "disposition__parent")
    legs = legs.order_by("sequence").prefetch_related(
        Prefetch("changes", queryset=LegChange.objects.select_related("by")),
        Prefetch(
            "sent_messages",
            queryset=SentMessage.objects.select_related("user").order_by("sent_at", "pk"),
        ),
        Prefetch(
            "identity_checks",
            queryset=IdentityCheck.objects.select_related("by", "customer").order_by("pk"),
        ),
        Prefetch(
            "follow_ups",
            queryset=FollowUp.objects.visible_to(user).select_related("owner").order_by("due_at"),
        ),
    )
    rows = Interaction.objects.visible_to(user)
    return rows.select_related(
        "customer", "endpoint", "second_endpoint", "linked_by", "skill_group", "line"
    ).prefetch_related(Prefetch("legs", queryset=legs))


def parts_of(interaction: Interaction) -> list[LegPart]:
    """Every leg, in its order."""
    legs = list(interaction.legs.all())
    names = _outcome_names(legs)
    return [
        LegPart(
            leg=leg,
            agent=agent_name(leg),
            state_text=_state_text(leg),
            talk=duration(talk) if (talk := talk_of(leg)) else "",
            moments=_moments(leg),
            outcome=disposition_name(leg),
            changes=[_change_line(change, names) for change in leg.changes.all()],
            follow_ups=list(leg.follow_ups.all()),
            messages=list(leg.sent_messages.all()),
            checks=[_check_line(check) for check in leg.identity_checks.all()],
        )
        for leg in legs
    ]


def reason_words(interaction: Interaction) -> str:
    """Why this is this customer's, or nobody's."""
    reason = interaction.link_reason
    if not reason and interaction.customer_id is None:
        reason = Reason.UNKNOWN if interaction.endpoint_id else Reason.WITHHELD
    return words_of(reason) or reason


def told_talk(interaction: Interaction) -> timedelta | None:
    """How long the platform says the talk was; None when it told nothing of one."""
    seconds = interaction.talk_seconds
    return timedelta(seconds=seconds) if seconds else None


def chain_of(interaction: Interaction) -> str:
    """A → B: through whose hands it went; "" when one person spoke, or nobody."""
    chain = agent_chain(list(interaction.legs.all()))
    return chain if " → " in chain else ""


def _state_text(leg: Leg) -> str:
    if leg.ending and leg.ending != Leg.Ending.WRAPPED_UP:
        return str(leg.get_ending_display())
    return str(leg.get_state_display())


def _moments(leg: Leg) -> list[Moment]:
    found = [
        _moment(_("振铃"), leg.rang_at, leg.told_rang_at),
        _moment(_("接通"), leg.connected_at, leg.told_connected_at),
        _moment(_("结束"), leg.ended_at, leg.told_ended_at),
    ]
    return [moment for moment in found if moment.seen or moment.told]


def _moment(name: str, seen: datetime | None, told: datetime | None) -> Moment:
    if seen is None or told is None or abs(told - seen) <= _SAME_TIME:
        return Moment(name, seen, told)
    span = {"time": duration(abs(told - seen))}
    return Moment(
        name, seen, told, _("晚 %(time)s") % span if told > seen else _("早 %(time)s") % span
    )


def _check_line(check: IdentityCheck) -> CheckLine:
    return CheckLine(
        at=check.at,
        by=check.by.shown_name if check.by else _("未知"),
        passed=check.passed,
        customer=check.customer.name,
        items=[(in_language(item["zh"], item["en"]), item["ticked"]) for item in check.items],
    )


def _outcome_names(legs: list[Leg]) -> dict[int, str]:
    """The outcomes that stood there before a change, by their ids, in one query."""
    wanted = {change.before.get("disposition") for leg in legs for change in leg.changes.all()}
    rows = Disposition.objects.filter(pk__in=wanted - {None}).select_related("parent")
    return {row.pk: f"{row.parent.name} / {row.name}" if row.parent else row.name for row in rows}


def _change_line(change: LegChange, names: dict[int, str]) -> ChangeLine:
    before = change.before
    if change.what == "noted":
        return _told(change, before.get("note") or _("没有备注"))
    state = before.get("state", "")
    outcome = names.get(before.get("disposition") or 0, "")
    parts = [
        str(dict(Leg.State.choices).get(state, state)),
        outcome or _("没有结果"),
        _("单号 %(ticket)s") % {"ticket": before["ticket"]} if before.get("ticket") else "",
    ]
    return _told(change, " · ".join(part for part in parts if part))


def _told(change: LegChange, before: str) -> ChangeLine:
    return ChangeLine(
        at=change.at,
        by=change.by.shown_name if change.by else _("未知"),
        what=str(_CHANGES.get(change.what, change.what)),
        before=before,
    )
