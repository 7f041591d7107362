"""A card: what the agent sees of one leg, and the words on it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from customers.call_back_times import Preset, presets
from customers.customer_fields import FieldLine
from customers.follow_up_calls import promised_by
from customers.groups import queues_for
from customers.identity_gate import Gate
from customers.match_words import words_of
from customers.matching import Candidate, Reason
from customers.models import (
    Customer,
    Endpoint,
    FollowUp,
    Leg,
    NoteConflict,
    SentMessage,
    SkillGroup,
)
from customers.number_view import NumberView
from customers.templatetags.timeline_words import disposition_name, entry_words
from customers.timeline import Page
from customers.wrap_up import Choice, choices_for
from screenpop.hash_contract import CHATS
from screenpop.message_sending import sent_in
from screenpop.models import Discrepancy
from screenpop.open_legs import LIVE
from screenpop.seats import SeatCheck
from screenpop.wrap_up_reminders import LATE, reminder_of

CHANNELS = {
    "phone": gettext_lazy("电话"),
    "im": gettext_lazy("图文会话"),
    "om": gettext_lazy("音频通话"),
    "oim": gettext_lazy("音频+图文"),
}


@dataclass(slots=True)
class Why:
    """Why they may be calling."""

    promise: FollowUp | None = None
    overdue: bool = False
    times: int = 1
    last: Any = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the platform told of the contact, beside what stands on the interaction."""

    skill_group: str
    chain: str
    has_recording: bool


@dataclass(slots=True)
class Card:
    """One leg, ready to be painted. With `head_only` the parts that a repeated event cannot change are left out."""

    leg: Leg
    state: str
    silent: bool
    seat: SeatCheck
    tier: str = ""
    reason: str = ""
    customer: Customer | None = None
    candidates: tuple[Candidate, ...] = ()
    hints: list[Any] = field(default_factory=list)
    number: NumberView | None = None
    numbers: list[NumberView] = field(default_factory=list)
    why: Why = field(default_factory=Why)
    fields: list[FieldLine] = field(default_factory=list)
    gate: Gate | None = None
    told: Told | None = None
    timeline: Page = field(default_factory=lambda: Page([]))
    colleague: Leg | None = None
    # What the colleague promised and nobody has done yet.
    ask: FollowUp | None = None
    conflicts: list[Any] = field(default_factory=list)
    version: str = ""
    head_only: bool = False
    tab: str = ""
    user: Any = None
    now: datetime = field(default_factory=timezone.now)

    @property
    def interaction(self) -> Any:
        """The interaction of the leg."""
        return self.leg.interaction

    @property
    def own_conflict(self) -> NoteConflict | None:
        """What this tab typed over a newer version."""
        return next((one for one in self.conflicts if one.tab == self.tab), None)

    @property
    def others(self) -> list[tuple[str, str]]:
        """The other texts of a note conflict, as this tab sees it: the name to settle each by, and the text."""
        own = self.own_conflict
        texts = [(_named(one), one.text) for one in self.conflicts if one is not own]
        return [(_named(own), self.leg.note), *texts] if own else texts

    @property
    def choices(self) -> list[Choice]:
        """The outcomes to choose from, asked for when they are painted."""
        return choices_for(self.leg, self.user)

    @property
    def follow_up(self) -> FollowUp | None:
        """What this call was made for, while it is open."""
        owed = self.leg.follow_up if self.leg.follow_up_id is not None else None
        return owed if owed is not None and owed.done_at is None else None

    @property
    def promised(self) -> FollowUp | None:
        """What this card's own wrap-up promised before it was reopened; asked for when the form is painted."""
        return promised_by(self.leg, self.user)

    @property
    def queues(self) -> list[SkillGroup]:
        """The groups that a promise can be left to, the agent's own first; asked for when they are painted."""
        return queues_for(self.user)

    @property
    def presets(self) -> list[Preset]:
        """Call-back times that make sense now."""
        return presets(self.now)

    @property
    def is_chat(self) -> bool:
        """Whether texts and cards can be sent into it."""
        return self.interaction.channel in CHATS

    @property
    def sent(self) -> Iterable[SentMessage]:
        """What was handed over in this chat, asked for when it is painted."""
        return sent_in(self.interaction, self.user)

    @property
    def outcome_words(self) -> str:
        """How the leg ended, in words."""
        return disposition_name(self.leg)

    @property
    def ticket_url(self) -> str:
        """Where the ticket can be looked up, from the TICKET_URL setting."""
        template: str = settings.TICKET_URL
        return template.replace("{ticket}", quote(self.leg.ticket, safe="")) if template else ""

    @property
    def reminder(self) -> Discrepancy | None:
        """A supervisor's reminder to wrap up, asked for where there may be one: once the talk stands on the board."""
        may_be = self.state == Leg.State.WRAP_UP and self.now - self.leg.last_signal_at >= LATE
        return reminder_of(self.leg) if may_be else None

    @property
    def is_live(self) -> bool:
        """Whether a clock runs on it."""
        return self.state in LIVE

    @property
    def is_confirmed(self) -> bool:
        """Whether a person said that the number is this customer's; a picked one on a shared number never is."""
        endpoint = self.interaction.endpoint
        said = self.interaction.link_reason == Reason.CONFIRMED
        return (
            said or endpoint is None or endpoint.is_shared or endpoint.kind == Endpoint.Kind.MASKED
        )

    @property
    def colleague_said(self) -> str:
        """The customer's name, when the colleague who spoke first said that it is this one."""
        said = self.interaction.link_reason in (Reason.CONFIRMED, Reason.PICKED)
        by = self.colleague and self.colleague.user_id
        if self.customer is None or not said or not by or self.interaction.linked_by_id != by:
            return ""
        return str(self.customer.name)

    @property
    def is_timed(self) -> bool:
        """Whether its clock still runs."""
        return self.is_live or self.state == Leg.State.WRAP_UP

    @property
    def elapsed(self) -> int:
        """Seconds on the running clock: since the answer, for wrap-up since the end, else since the start."""
        leg = self.leg
        since = leg.connected_at or leg.started_at
        if self.state == Leg.State.WRAP_UP:
            since = leg.ended_at or leg.told_ended_at or leg.last_signal_at
        return max(0, int((self.now - since).total_seconds()))

    @property
    def after_call_limit(self) -> int:
        """Seconds of after-call work past which the clock stands out."""
        return int(settings.AFTER_CALL_SECONDS)

    @property
    def title(self) -> str:
        """The largest words of a card without a customer: the number, or what the chat told."""
        if self.interaction.nickname:
            return str(self.interaction.nickname)
        return self.number.text if self.number else str(_("未显示号码"))

    @property
    def reason_words(self) -> str:
        """Why it is this customer, or nobody; who comes with an account alone has no number."""
        ends = (self.interaction.endpoint, self.interaction.second_endpoint)
        numbers = (Endpoint.Kind.PHONE, Endpoint.Kind.MASKED, Endpoint.Kind.MAPPED)
        has_number = any(end is not None and end.kind in numbers for end in ends)
        if self.reason == words_of(Reason.UNKNOWN) and not has_number:
            return str(_("没有客户登记过这个账号"))
        return self.reason

    @property
    def letter(self) -> str:
        """What stands in the round mark: how many may be meant, or a question mark."""
        return str(len(self.candidates)) if self.candidates else "?"

    @property
    def strip_text(self) -> str:
        """One line for the strip of a ring that waits."""
        if self.customer:
            return f"{self.customer.name} · {self.channel_text}"
        if self.candidates:
            more = ngettext("%(n)d 位客户可选", "%(n)d 位客户可选", len(self.candidates))
            return f"{self.title} · " + more % {"n": len(self.candidates)}
        return f"{self.title} · {self.channel_text}"

    @property
    def channel_text(self) -> str:
        """电话, 图文会话, …; a channel that we do not know is shown as it came."""
        return str(CHANNELS.get(self.interaction.channel, self.interaction.channel))

    @property
    def state_text(self) -> str:
        """The state in words, with what the state alone does not tell."""
        if self.silent and self.leg.state == Leg.State.DIALLED:
            return str(_("未拨出"))
        if self.silent:
            return str(_("未接（无后续信号）"))
        if self.state == Leg.State.RINGING and self.interaction.direction == "inbound":
            return str(_("来电"))
        if self.state == Leg.State.CONNECTED and self.interaction.channel == "im":
            return str(_("会话中"))
        if self.state == Leg.State.CLOSED and self.leg.ending:
            if self.leg.ending == Leg.Ending.ELSEWHERE and self.taken_by:
                return _("%(name)s 已接听") % {"name": self.taken_by}
            return str(self.leg.get_ending_display())
        return str(Leg.State(self.state).label)

    @property
    def taken_by(self) -> str:
        """Who answered a call that rang here too."""
        winner = self.leg.interaction.legs.exclude(pk=self.leg.pk).exclude(connected_at=None)
        leg = winner.select_related("user").order_by("connected_at").first()
        return leg.user.shown_name if leg and leg.user else ""

    @property
    def last_line(self) -> str:
        """The last contact in one line."""
        words = entry_words(self.why.last)
        return " ".join(
            part for part in (words.when, words.agent, words.what, words.note[:60]) if part
        )


def _named(conflict: NoteConflict) -> str:
    return f"{conflict.pk}@{conflict.saved_at.isoformat()}"
