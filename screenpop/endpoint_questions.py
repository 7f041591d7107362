"""What an event asks of its endpoint's row, in the row's own query.

Written by hand: these stand in the query of every event, and making the same words out of querysets took four times
as long as answering them.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from customers.addresses import Address
from customers.models import Endpoint, Interaction, Leg, MatchVerdict
from customers.phone_display import dial_form
from screenpop.leg_state import CALL_FORGOTTEN, DIAL_JOIN, EVENT_REACH
from screenpop.models import AgentSeat, DialRequest
from screenpop.part_match import SLACK

_HAS_LEGS = """EXISTS (
    SELECT 1 FROM {leg} WHERE {leg}.endpoint_id = {end}.id AND {leg}.last_signal_at >= %s)"""
_HAS_WORDS = "EXISTS (SELECT 1 FROM {said} WHERE {said}.endpoint_id = {end}.id)"
_TOLD_CALL = """(
    SELECT {call}.id FROM {call}
    WHERE {call}.endpoint_id = {end}.id AND {call}.merged_into_id IS NULL AND {call}.started_at >= %s
        AND {call}.told_started_at <= %s AND {call}.told_ended_at >= %s
    ORDER BY {call}.started_at DESC LIMIT 1)"""
_IS_OURS = """(
    EXISTS (SELECT 1 FROM {seat} WHERE {seat}.mobile = %s)
    OR EXISTS (SELECT 1 FROM {end} own WHERE own.kind = 'phone' AND own.value = %s AND own.is_own_line))"""
_WAS_DIALLED = """EXISTS (
    SELECT 1 FROM {dial}
    WHERE {dial}.user_id = %s AND {dial}.dialled = %s AND {dial}.asked_at >= %s)"""
_IS_OWN_SEAT = """EXISTS (
    SELECT 1 FROM {seat} WHERE {seat}.user_id = %s AND {seat}.is_active AND LOWER({seat}.email) = %s)"""
_MODELS: dict[str, Any] = {
    "end": Endpoint,
    "leg": Leg,
    "said": MatchVerdict,
    "call": Interaction,
    "seat": AgentSeat,
    "dial": DialRequest,
}


def of_any(user: Any, seat: str, address: Address, at: datetime) -> dict[str, RawSQL]:
    """`is_ours`: an agent's own mobile, or one of our lines with an extension behind it; `was_dialled`: by this agent.

    A number was dialled as it is sent: the workbench names it as it was sent, without its extension.
    `is_own_seat`: whether the seat that the event names is this agent's, so that the card need not ask again.
    """
    base = address.value.partition(";ext=")[0] if address.number else ""
    form = dial_form(address.number).text if address.number else ""
    return {
        "is_ours": _flag(_IS_OURS, base, base),
        # No request is without a number: a blank form finds none.
        "was_dialled": _flag(_WAS_DIALLED, user.pk, form, at - DIAL_JOIN),
        "is_own_seat": _flag(_IS_OWN_SEAT, user.pk, seat),
    }


def of_known(at: datetime) -> dict[str, RawSQL]:
    """`has_legs` that the event can be about; `has_words`: verdicts; `told_call`: the call that went on then.

    That is the last one that, as the platform told already, had begun and not ended.
    """
    return {
        "has_legs": _flag(_HAS_LEGS, at - EVENT_REACH),
        "has_words": _flag(_HAS_WORDS),
        "told_call": _asked(_TOLD_CALL, at - CALL_FORGOTTEN, at + SLACK, at),
    }


def _flag(words: str, *values: Any) -> RawSQL:
    return _asked(words, *values, answer=BooleanField())


def _asked(words: str, *values: Any, answer: Any = None) -> RawSQL:
    """The words with our tables' names; the values, which are never among the words, as this database keeps them."""
    quote, adapt = connection.ops.quote_name, connection.ops.adapt_datetimefield_value
    tables = {name: quote(model._meta.db_table) for name, model in _MODELS.items()}
    kept = [adapt(one) if isinstance(one, datetime) else one for one in values]
    return RawSQL(words.format(**tables), kept, answer)  # noqa: S611 - no value is among the words
