"""Messages into a chat: what is offered on a card, and what is handed to the workbench.

The workbench answers nothing: a record says that a message was handed over, not that it arrived.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Leg, SentMessage
from customers.pinyin import initials, pinyin
from screenpop.hash_contract import CHATS
from screenpop.message_content import LONGEST_TEXT, TEXT, Content, checked, fill, gaps
from screenpop.message_links import LinkError
from screenpop.message_models import LinkHost, MessageTemplate, TemplateUse
from screenpop.message_words import gap_words, link_problem

# More than anybody chooses from; the page of templates keeps to it.
MOST_TEMPLATES = 200
MOST_SENT = 20
_CHAT_LASTS = timedelta(hours=24)


class NotSentError(Exception):
    """The message may not be sent; the text says why, for the agent."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A template as it would be sent on this card. `problem` says what keeps it from being sent as it stands."""

    template: MessageTemplate
    content: Content
    problem: str = ""

    @property
    def words(self) -> str:
        """What typing finds it by: name, pinyin, initials, title and text, in lower case."""
        name = self.template.name
        texts = (self.content.get("title", ""), self.content["text"])
        return " ".join((name, pinyin(name), initials(name), *texts)).lower()


def allowed_hosts() -> frozenset[str]:
    """The hosts that links and pictures may lie on."""
    return frozenset(LinkHost.objects.values_list("host", flat=True))


def may_be_sent_on(leg: Leg) -> bool:
    """The workbench sends into a session that is going on."""
    return leg.interaction.channel in CHATS and leg.state == Leg.State.CONNECTED


def values_for(leg: Leg, user: Any) -> Mapping[str, str]:
    """What the placeholders stand for on this card; "" where nothing is known. No number is among them."""
    interaction = leg.interaction
    customer = interaction.customer
    return {
        "customer": customer.name if customer else interaction.nickname,
        "company": customer.company if customer else "",
        "agent": user.shown_name,
        "ticket": leg.ticket,
    }


def offers_for(leg: Leg, user: Any) -> list[Offer]:
    """The active templates, filled for this card, those first that this agent used last."""
    values, hosts = values_for(leg, user), allowed_hosts()
    own = FilteredRelation("uses", condition=Q(uses__user=user))
    templates = MessageTemplate.objects.filter(is_active=True).annotate(own_use=own)
    ordered = templates.order_by(F("own_use__used_at").desc(nulls_last=True), "position", "pk")
    return [_offer(template, values, hosts) for template in ordered[:MOST_TEMPLATES]]


def _offer(template: MessageTemplate, values: Mapping[str, str], hosts: frozenset[str]) -> Offer:
    content = fill(template.content, values)
    try:
        return Offer(template, content, _problem_of(checked(content, hosts)))
    except LinkError as error:
        return Offer(template, content, link_problem(error))


def _problem_of(content: Content) -> str:
    missing = gaps(content)
    return gap_words(missing) if missing else ""


def other_chats(leg: Leg, user: Any) -> int:
    """How many other chats of this agent are going on: the workbench sends into the one that is open there."""
    legs = Leg.objects.of_agent(user).filter(
        state=Leg.State.CONNECTED,
        interaction__channel__in=CHATS,
        last_signal_at__gte=timezone.now() - _CHAT_LASTS,
    )
    return legs.exclude(interaction=leg.interaction_id).count()


@transaction.atomic
def send(user: Any, leg: Leg, template_id: int, text: str, send_id: str) -> SentMessage:
    """Record a message as handed over. The same `send_id` again gives the first record. Raises NotSentError.

    `text` replaces the text of a template of kind text; other kinds are sent as the template says.
    """
    if not may_be_sent_on(leg):
        # Also what is tried again: the workbench would send it into another session.
        raise NotSentError(_("会话没有在进行，没有发送。"))
    known = SentMessage.objects.filter(send_id=send_id).first()
    if known is None:
        known = _record(user, leg, template_id, text, send_id)
    if (known.leg_id, known.user_id) != (leg.pk, user.pk):
        raise NotSentError(_("没有发送，请再试一次。"))
    return known


def _record(user: Any, leg: Leg, template_id: int, text: str, send_id: str) -> SentMessage:
    template = MessageTemplate.objects.filter(pk=template_id, is_active=True).first()
    if template is None:
        raise NotSentError(_("这个模板刚刚被停用，没有发送。请收起后重新打开列表。"))
    message, created = SentMessage.objects.get_or_create(
        send_id=send_id,
        defaults={
            "leg": leg,
            "user": user,
            "kind": template.kind,
            "template_name": template.name,
            "content": _content(template, leg, user, text),
        },
    )
    if created:
        now = timezone.now()
        TemplateUse.objects.update_or_create(
            user=user, template=template, defaults={"used_at": now}
        )
        # The card's other tabs see that it changed.
        leg.save(update_fields=["changed_at"])
    return message


def _content(template: MessageTemplate, leg: Leg, user: Any, text: str) -> Content:
    """What goes out. The list of hosts is asked again: it may have changed since the template was saved."""
    if template.kind == TEXT:
        content: Content = {"text": plain_text(text)}
        if not content["text"]:
            raise NotSentError(_("内容是空的，没有发送。"))
        if len(content["text"]) > LONGEST_TEXT:
            raise NotSentError(_("内容太长，最多 %(n)d 字，没有发送。") % {"n": LONGEST_TEXT})
    else:
        content = fill(template.content, values_for(leg, user))
    try:
        content = checked(content, allowed_hosts())
    except LinkError as error:
        raise NotSentError(link_problem(error)) from None
    if problem := _problem_of(content):
        raise NotSentError(problem)
    return content


def plain_text(raw: str) -> str:
    """As typed, without control characters; line ends as \\n."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc").strip()


def sent_in(interaction: Any, user: Any) -> QuerySet[SentMessage]:
    """What was handed over in this chat, by anybody, newest first; of many the last ones."""
    sent = SentMessage.objects.visible_to(user).filter(leg__interaction=interaction)
    return sent.select_related("user")[:MOST_SENT]
