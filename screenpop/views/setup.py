"""The connection check: the address for TCCC, and whether everything that a pop needs is right."""

import json
from base64 import b64encode
from collections.abc import Callable
from functools import wraps
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.roles import is_administrator
from screenpop.hash_contract import clean
from screenpop.models import AgentSeat, SeatRequest
from screenpop.seat_use import open_requests, seats_in_use
from screenpop.seats import ask_for_seat, decide_request
from screenpop.self_test import host_name
from screenpop.setup_certificate import certificate_findings, own_authority, read_chain
from screenpop.setup_check import Finding, address_findings, event_findings
from screenpop.setup_push import push_findings, pushes_seen
from screenpop.setup_seen import MOST_EVENTS, Hour, seen_from_workbench

View = Callable[..., HttpResponse]

# The chart's height in its own units.
_TALL = 100
# What is entered in TCCC, by its name in the template.
_ADDRESSES = {
    "pop_url": "pop",
    "self_test_url": "pop-self-test",
    "push_url": "tccc-push",
    "token_url": "tccc-token",
    "mapping_url": "tccc-number-mapping",
    "routing_url": "tccc-routing",
}


def administrator_required(view: View) -> View:
    """For administrators. Strangers are asked to sign in, everybody else gets 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.path, resolve_url(settings.LOGIN_URL))
        if not is_administrator(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@administrator_required
def page(request: HttpRequest) -> HttpResponse:
    """The whole check, made anew at every look."""
    now, host = timezone.now(), request.get_host()
    seen, pushes = seen_from_workbench(request.user, now), pushes_seen(request.user, now)
    uses, wishes = seats_in_use(request.user, now), open_requests()
    groups = {
        "certificate": certificate_findings(host, now),
        "address": address_findings(host),
        "events": event_findings(seen),
        "pushes": push_findings(pushes),
        "seats": _seat_findings(uses.seats, len(uses.unbound), len(uses.mismatches), len(wishes)),
    }
    findings = [finding for group in groups.values() for finding in group]
    context = {
        "groups": groups,
        "fails": sum(one.state == "fail" for one in findings),
        "warns": sum(one.state == "warn" for one in findings),
        **{name: f"https://{host}{reverse(route)}" for name, route in _ADDRESSES.items()},
        "command": _look_command(host) if not settings.TLS_CERT else "",
        "parents": settings.TCCC_FRAME_ANCESTORS,
        "policies": browser_policies(),
        "seen": seen,
        "pushes": pushes,
        "most_events": MOST_EVENTS,
        "chart": _chart(seen.hours),
        "uses": uses,
        "wishes": wishes,
    }
    return render(request, "setup/page.html", context)


def _seat_findings(seats: int, unbound: int, mismatches: int, wishes: int) -> list[Finding]:
    found: list[Finding] = []
    if wishes:
        text = _("%(n)d 个坐席绑定申请等待处理") % {"n": wishes}
        found.append(Finding("requests", "warn", text, _("请核对申请人后批准或拒绝。")))
    if unbound:
        text = _("%(n)d 个接过电话的坐席还没有绑定用户") % {"n": unbound}
        mend = _("请把坐席绑定给使用它的人，备注和小结才能确定是谁写的。")
        found.append(Finding("unbound", "warn", text, mend))
    if mismatches:
        text = _("有通话不是由坐席自己的用户记录的")
        mend = _("多半是共用电脑时没有切换登录。如果坐席换了人，请改绑。")
        found.append(Finding("mismatches", "warn", text, mend))
    if not found:
        text = _("接过电话的坐席都绑定了用户，记录人一致") if seats else _("7 天内没有坐席接过电话")
        found.append(Finding("seats", "ok" if seats else "warn", text))
    return found


def browser_policies() -> list[dict[str, Any]]:
    """What an administrator pastes: (id, title, where it goes, text)."""
    origins = list(settings.TCCC_FRAME_ANCESTORS)
    values: dict[str, list[str]] = {"LocalNetworkAccessAllowedForUrls": origins}
    authority = own_authority(read_chain(settings.TLS_CERT)) if settings.TLS_CERT else None
    if authority is not None:
        values["CACertificates"] = [b64encode(authority.public_bytes(Encoding.DER)).decode()]
    keys = [
        "\r\n".join(
            [
                rf"[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\{browser}\{name}]",
                *(f'"{place}"="{value}"' for place, value in enumerate(listed, 1)),
            ]
        )
        for browser in (r"Google\Chrome", r"Microsoft\Edge")
        for name, listed in values.items()
    ]
    registry = "\r\n\r\n".join(["Windows Registry Editor Version 5.00", *keys, ""])
    return [
        {
            "id": "policy-registry",
            "title": _("Windows：Chrome 和 Edge（注册表）"),
            "where": _(
                "存为 screenpop.reg，在坐席电脑上双击导入，或用组策略下发，然后重启浏览器。"
            ),
            "text": registry,
        },
        {
            "id": "policy-json",
            "title": _("Linux：Chrome 和 Chromium（JSON）"),
            "where": _(
                "存为 /etc/opt/chrome/policies/managed/screenpop.json；"
                "Chromium 是 /etc/chromium/policies/managed/screenpop.json。"
            ),
            "text": json.dumps(values, indent=2) + "\n",
        },
    ]


def _look_command(host: str) -> str:
    name = host_name(host)
    port = host.rpartition(":")[2] if host.rpartition(":")[2].isdigit() else "443"
    return (
        f"openssl s_client -connect {name}:{port} -servername {name} </dev/null"
        " | openssl x509 -noout -subject -issuer -dates"
    )


def _chart(hours: list[Hour]) -> dict[str, Any]:
    """Bars in the chart's units: place, height, and what they stand for."""
    most = max((hour.pops for hour in hours), default=0)
    return {
        "most": most,
        "total": sum(hour.pops for hour in hours),
        "bars": [
            {"x": place * 10 + 1, "y": _TALL - height, "height": height}
            for place, hour in enumerate(hours)
            # A single pop must be seen, however busy another hour was.
            if (height := hour.pops and max(2, round(hour.pops * _TALL / most)))
        ],
    }


@require_POST
@administrator_required
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Approve or refuse one wish for a seat; what was decided meanwhile stays."""
    granted = {"approve": True, "refuse": False}.get(request.POST.get("decision", ""))
    with transaction.atomic():
        wish = SeatRequest.objects.select_for_update().filter(pk=request_id, granted=None).first()
        if wish is None:
            messages.warning(request, _("这个申请已经处理过了。"))
        elif granted is None:
            messages.error(request, _("请选择批准或拒绝。"))
        else:
            decide_request(wish, granted, request.user)
            text = (
                _("已把 %(seat)s 绑定给 %(name)s。") if granted else _("已拒绝 %(name)s 的申请。")
            )
            messages.success(request, text % {"seat": wish.email, "name": wish.user.shown_name})
    return redirect(f"{reverse('setup')}#seats")


@require_POST
@administrator_required
def bind(request: HttpRequest) -> HttpResponse:
    """Bind a seat that is nobody's to somebody who worked on it. Kept as a request that was granted."""
    email = clean(request.POST.get("email", "")).lower()[:190]
    user_id = request.POST.get("user", "")
    users = get_user_model().objects.filter(is_active=True)
    person = get_object_or_404(
        users, pk=int(user_id) if user_id.isascii() and user_id.isdigit() else 0
    )
    with transaction.atomic():
        bound = AgentSeat.objects.select_for_update().filter(email=email, is_active=True)
        if not email or bound.exclude(user=None).exists():
            messages.warning(request, _("这个坐席已经绑定了用户。"))
        else:
            decide_request(ask_for_seat(person, email), True, request.user)
            text = _("已把 %(seat)s 绑定给 %(name)s。")
            messages.success(request, text % {"seat": email, "name": person.shown_name})
    return redirect(f"{reverse('setup')}#seats")
