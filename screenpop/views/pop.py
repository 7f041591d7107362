"""The page in the frame, and the cards it keeps fresh."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from customers.models import Leg
from customers.roles import may_take_contacts
from customers.timeline import history, page_of
from screenpop.appearance import appearance_of
from screenpop.cards import card_of
from screenpop.frames import allowed_parents
from screenpop.handed_dials import waiting_key
from screenpop.open_legs import open_legs, version_of
from screenpop.pop_keys import ACTIONS, read_stored, shown
from screenpop.release import HEADER, current_release
from screenpop.texts import pop_texts
from screenpop.views.access import agent_required, own_leg, refusal

PROBE_COOKIE = "__Host-pop-probe"
# Names what the agent asked, on another page, to be dialled from here.
HANDED_DIAL = "X-Pop-Dial"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page. The same whoever is signed in, so that signing in never needs to load it again."""
    signed_in = request.user.is_authenticated and may_take_contacts(request.user)
    now = timezone.now()
    keys = shown(read_stored(getattr(request.user, "pop_keys", None)))
    cards = (
        [card_of(request.user, leg, now) for leg in open_legs(request.user, now)]
        if signed_in
        else []
    )
    context = {
        "signed_in": signed_in,
        "no_role": request.user.is_authenticated and not signed_in,
        "cards": cards,
        "status": _status(signed_in, cards),
        "csrf": get_token(request) if request.user.is_authenticated else "",
        "parents": " ".join(allowed_parents()),
        "texts": pop_texts(),
        "release": current_release(),
        "keys": keys,
        "key_actions": [
            {"name": a.name, "words": a.words, "label": keys["keys"][a.name]["label"]}
            for a in ACTIONS
        ],
    }
    response = render(request, "pop/page.html", context)
    # Tells the script whether this browser keeps any cookie of ours in the frame; holds nothing.
    response.set_cookie(PROBE_COOKIE, "1", secure=True, httponly=True, samesite="None", path="/")
    response.cookies[PROBE_COOKIE]["partitioned"] = True
    return response


def _status(signed_in: bool, cards: list[Any]) -> str:
    if not signed_in:
        return "signed-out"
    busy = any(card.state not in (Leg.State.MISSED, Leg.State.CLOSED) for card in cards)
    return "active" if busy else "waiting"


@require_GET
def session(request: HttpRequest) -> HttpResponse:
    """Who is signed in, and whether the cookie of the page came back."""
    user: Any = request.user
    answer: dict[str, Any] = {
        "signed_in": user.is_authenticated,
        "cookie": PROBE_COOKIE in request.COOKIES,
        "now": timezone.now().isoformat(),
    }
    if user.is_authenticated:
        answer |= {
            "name": user.shown_name,
            "csrf": get_token(request),
            "role": may_take_contacts(user),
            **appearance_of(request, user),
        }
    return JsonResponse(answer)


@require_POST
@agent_required
def cards(request: HttpRequest) -> HttpResponse:
    """The cards that changed since the page painted them. A POST because `have` (leg:version …) can be long.

    204 when nothing changed. A card that is gone is named in X-Pop-Gone, the release of our files in X-Pop-Release,
    a number that waits to be dialled in X-Pop-Dial.
    """
    now = timezone.now()
    headers = {HEADER: current_release()}
    if handed := waiting_key(request.user, now):
        headers[HANDED_DIAL] = handed
    have = dict(part.split(":", 1) for part in request.POST.get("have", "").split() if ":" in part)
    legs = open_legs(request.user, now)
    changed = [leg for leg in legs if have.pop(str(leg.pk), "") != version_of(leg, now)]
    if not changed and not have:
        return HttpResponse(status=204, headers=headers)
    html = "".join(_card_html(request, leg, now) for leg in changed)
    response = HttpResponse(html, headers=headers)
    if have:
        response["X-Pop-Gone"] = " ".join(have)
    return response


def _card_html(request: HttpRequest, leg: Leg, now: Any) -> str:
    context = {"card": card_of(request.user, leg, now, tab=request.headers.get("X-Pop-Tab", ""))}
    return render_to_string("pop/_card.html", context, request)


@require_GET
@agent_required
def card(request: HttpRequest, leg_id: int) -> HttpResponse:
    """One card of the agent's own, however old."""
    leg = own_leg(request, leg_id)
    if leg is None:
        return refusal(404, "not-yours", _("没有这张卡片。"))
    return HttpResponse(_card_html(request, leg, timezone.now()))


@require_GET
@agent_required
def timeline(request: HttpRequest, leg_id: int) -> HttpResponse:
    """Older entries of a card's timeline."""
    leg = own_leg(request, leg_id)
    if leg is None:
        return refusal(404, "not-yours", "")
    page = page_of(
        history(leg.interaction, request.user), request.GET.get("before", ""), size=20, brief=True
    )
    return render(request, "pop/_timeline_entries.html", {"page": page, "leg": leg})
