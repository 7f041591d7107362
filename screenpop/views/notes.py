"""Saving a note as it is typed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.models import Leg
from customers.notes import LONGEST, save_note
from screenpop.views.access import leg_write, refusal


@require_POST
@leg_write
def note(request: HttpRequest, leg: Leg) -> HttpResponse:
    """Form fields: `note`, `base` (version that the tab began from), `tab`, `settles`. 409 carries the other text."""
    text = request.POST.get("note")
    base = request.POST.get("base", "")
    if text is None or not base.isdecimal():
        return refusal(400, "bad-body", "note, base")
    if len(text) > LONGEST:
        return refusal(413, "too-long", _("备注太长，最多 20000 字"))
    saved = save_note(
        leg,
        text=text.replace("\r\n", "\n"),
        base=int(base),
        tab=request.POST.get("tab", "")[:36],
        settles=request.POST.get("settles") == "1",
    )
    answer: dict[str, Any] = {"version": saved.version, "at": timezone.now().isoformat()}
    if saved.conflict:
        return JsonResponse(answer | {"state": "conflict", "text": saved.text}, status=409)
    return JsonResponse(answer | {"state": "saved"})
