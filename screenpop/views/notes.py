"""Saving a note as it is typed."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.models import Leg
from customers.notes import LONGEST, Settled, save_note
from screenpop.views.access import leg_write, refusal


@require_POST
@leg_write
def note(request: HttpRequest, leg: Leg) -> HttpResponse:
    """JSON: `note`, `base` (version that the tab began from), `tab`, `settles`. 409 carries the other text."""
    try:
        body = json.loads(request.body)
        text, base, tab = str(body["note"]), int(body["base"]), str(body.get("tab", ""))
        settles = Settled.read(str(body.get("settles", "")))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return refusal(400, "bad-body", "note, base")
    if len(text) > LONGEST:
        return refusal(413, "too-long", _("备注太长，最多 20000 字"))
    saved = save_note(
        leg,
        text=text.replace("\r\n", "\n").encode("utf-8", "replace").decode(),
        base=min(max(base, 0), 2**31 - 1),
        tab="".join(c for c in tab if c.isalnum() or c == "-")[:36],
        settles=settles,
    )
    answer: dict[str, Any] = {"version": saved.version, "at": timezone.now().isoformat()}
    if saved.conflict:
        return JsonResponse(answer | {"state": "conflict", "text": saved.text}, status=409)
    return JsonResponse(answer | {"state": "saved"})
