"""An agent's shortcuts: read, remapped one by one, turned off, put back."""

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from screenpop.pop_keys import KeyRefusedError, Keys, read_stored, shown, with_key
from screenpop.views.access import agent_required, refusal


@require_http_methods(["GET", "POST"])
@agent_required
def keys(request: HttpRequest) -> HttpResponse:
    """The shortcuts as `pop_keys.shown` gives them.

    A POST changes them first. JSON, one of: {"action": name, "key": binding or ""}, {"off": bool}, {"reset": true}.
    """
    user: Any = request.user
    if request.method == "GET":
        return JsonResponse(shown(read_stored(user.pop_keys)))
    try:
        body = json.loads(request.body)
        if not isinstance(body, dict):
            raise TypeError
    except (ValueError, TypeError, RecursionError):
        return refusal(400, "bad-body", _("没有收到要改的快捷键。"))
    try:
        changed = _change(user.pk, body)
    except KeyRefusedError as reason:
        return refusal(422, "key", str(reason))
    return JsonResponse(shown(changed))


@transaction.atomic
def _change(user_id: int, body: dict[str, Any]) -> Keys:
    """Under a lock: two tabs may change different keys at once."""
    people: Any = get_user_model()._default_manager
    user = people.select_for_update(of=("self",)).get(pk=user_id)
    changed = _changed(read_stored(user.pop_keys), body)
    user.pop_keys = changed.stored()
    user.save(update_fields=["pop_keys"])
    return changed


def _changed(before: Keys, body: dict[str, Any]) -> Keys:
    if body.get("reset") is True:
        return Keys(before.off, {})
    if isinstance(body.get("off"), bool):
        return Keys(body["off"], before.chosen)
    name, key = body.get("action"), body.get("key")
    if not isinstance(name, str) or not isinstance(key, str):
        raise KeyRefusedError(_("没有收到要改的快捷键。"))
    return with_key(before, name, key)
