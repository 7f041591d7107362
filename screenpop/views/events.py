"""The events that the page queues and sends, in order."""

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from screenpop.cards import card_of, head_of
from screenpop.contact_session import Sighting, Taken, keep, take
from screenpop.hash_contract import clean_pairs
from screenpop.models import PopEvent
from screenpop.open_legs import as_opened
from screenpop.views.access import agent_required, own_leg, refusal

log = logging.getLogger(__name__)

MOST_EVENTS = 60
_NOTICES = (
    PopEvent.Outcome.FOREIGN,
    PopEvent.Outcome.UNREADABLE,
    PopEvent.Outcome.FAILED,
)
_LONGEST_WAIT = timedelta(days=7)


@require_POST
@agent_required
def events(request: HttpRequest) -> HttpResponse:
    """Take a list of events, oldest first; answer with the cards that they changed.

    Body: {"events": [{"id", "tab", "sequence", "trigger", "age" (ms since the page saw it), "pairs", "truncated"}],
    "have": [leg ids with a card]}. The header X-Pop-Ack names the ids that need not be sent again.
    """
    try:
        body = json.loads(request.body)
        raw_events = list(body["events"])[:MOST_EVENTS]
        have = {int(leg) for leg in body.get("have", [])}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return refusal(400, "bad-body", "events")
    now = timezone.now()
    taken: dict[int, Taken] = {}
    notices: list[Taken] = []
    done: list[str] = []
    for raw in raw_events:
        sighting = read_sighting(raw, now)
        if sighting is None:
            # Nothing that could be kept; sending it again would hold up those behind it.
            done.append(_plain(raw.get("id", "")) if isinstance(raw, dict) else "")
            continue
        try:
            result = take(request.user, sighting)
        except (OperationalError, InterfaceError):
            # The database is away or busy: the page sends these again.
            if not done:
                raise
            break
        except Exception as error:  # noqa: BLE001
            # Never the event's own words in a log. Acknowledged, or it would hold up those behind it.
            log.error("a pop event could not be applied: %s", type(error).__name__)
            result = keep(request.user, sighting)
        done.append(sighting.event_id)
        if result.leg is not None:
            taken[result.leg.pk] = result
        elif result.event.outcome in _NOTICES:
            notices.append(result)
    html = "".join(_paint(request, result, now, have) for result in taken.values())
    html += "".join(_notice(request, result) for result in notices)
    response = HttpResponse(html)
    response["X-Pop-Ack"] = " ".join(done)
    return response


def read_sighting(raw: Any, now: datetime) -> Sighting | None:
    """One event of the body; None when it is not even an object with an id."""
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        return None
    event_id = _plain(raw["id"])
    if not event_id:
        return None
    age = timedelta(milliseconds=_whole(raw.get("age"), 0))
    return Sighting(
        event_id=event_id,
        tab=_plain(raw.get("tab", "")),
        sequence=_whole(raw.get("sequence"), 0),
        trigger="load" if raw.get("trigger") == "load" else "hashchange",
        observed_at=now - min(age, _LONGEST_WAIT),
        pairs=clean_pairs(raw.get("pairs")),
        truncated=bool(raw.get("truncated")),
    )


def _plain(value: Any) -> str:
    """An id as our page makes it: ASCII letters, digits and dashes, at most 36."""
    return "".join(c for c in str(value) if c.isascii() and (c.isalnum() or c == "-"))[:36]


def _whole(value: Any, default: int) -> int:
    try:
        return min(max(int(value), 0), 2**31 - 1)
    except (TypeError, ValueError, OverflowError):
        return default


def _paint(request: HttpRequest, result: Taken, now: datetime, have: set[int]) -> str:
    """The whole card when the page has none, else only what an event can change."""
    leg = result.leg
    assert leg is not None
    tab = request.headers.get("X-Pop-Tab", "")
    if leg.pk in have and result.event.outcome != PopEvent.Outcome.OPENED:
        card = head_of(request.user, leg, now)
    else:
        leg = as_opened(leg) if _is_first(result, now) else own_leg(request, leg.pk) or leg
        card = card_of(request.user, leg, now, tab=tab, found=result.found)
    context = {
        "card": card,
        "quiet": result.event.outcome == PopEvent.Outcome.QUIET,
        "damaged": result.facts.damaged,
        "truncated": result.event.truncated,
    }
    return render_to_string("pop/_card.html", context, request)


def _is_first(result: Taken, now: datetime) -> bool:
    """Whether this request made the call itself; an event that came twice brings a leg that may have changed since."""
    event, leg = result.event, result.leg
    opened = event.outcome == PopEvent.Outcome.OPENED and event.received_at >= now
    return opened and leg is not None and leg.sequence == 1


def _notice(request: HttpRequest, result: Taken) -> str:
    context = {"event": result.event, "facts": result.facts}
    return render_to_string("pop/_notice.html", context, request)
