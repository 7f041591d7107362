"""The administrator's page of outcomes: two levels, their order, and what the agent sees of them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import disposition_editing as editing
from customers.call_back_times import presets
from customers.disposition_editing import DIRECTION_WORDS, DIRECTIONS, DispositionError, Draft
from customers.groups import queues_for
from customers.models import Disposition, SkillGroup
from customers.outcomes import choices_of
from screenpop.views.setup import administrator_required

_FLAGS = ("wants_ticket", "wants_follow_up", "sets_do_not_call")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which direction stands on the page, and for whose eyes the preview is: None is an agent without a group."""

    direction: str
    group: SkillGroup | None

    @property
    def query(self) -> str:
        """The same page again."""
        group = {"group": str(self.group.pk)} if self.group else {}
        return urlencode({"direction": self.direction, **group})


@require_GET
@administrator_required
def page(request: HttpRequest) -> HttpResponse:
    """The list of one direction with its preview; for htmx the part that changes."""
    return _answer(request, _asked(request.GET))


@require_POST
@administrator_required
def move(request: HttpRequest, disposition_id: int) -> HttpResponse:
    """Up or down (`way`), past its neighbour on the page."""
    row = get_object_or_404(Disposition, pk=disposition_id)
    asked = _asked(request.POST)
    shown = _of_direction(asked.direction).filter(parent=row.parent)
    order = list(shown.order_by("position", "pk").values_list("pk", flat=True))
    step = {"up": -1, "down": 1}.get(request.POST.get("way", ""), 0)
    place = order.index(row.pk) + step if row.pk in order else -1
    if 0 <= place < len(order):
        beside = Disposition.objects.filter(pk=order[place]).first()
        if beside is not None:
            editing.move(row, beside, after=step > 0)
    if "HX-Request" in request.headers:
        return _answer(request, asked)
    return redirect(f"{reverse('setup-dispositions')}?{asked.query}#disposition-{row.pk}")


@require_http_methods(["GET", "POST"])
@administrator_required
def add(request: HttpRequest) -> HttpResponse:
    """A new reason or, below `parent`, a new outcome."""
    asked = _asked(request.GET)
    key = request.GET.get("parent", "")
    parent = None
    if key:
        parent = get_object_or_404(Disposition, pk=_key(key), parent=None)
    if request.method == "GET":
        first = parent.direction if parent else asked.direction
        return _form(request, asked, None, parent, Draft(direction=first))
    draft = _draft(request, parent)
    try:
        row = editing.add(parent, draft)
    except DispositionError as error:
        return _form(request, asked, None, parent, draft, error)
    messages.success(request, _("已添加“%(name)s”。") % {"name": row.name})
    return redirect(_back(asked, row))


@require_http_methods(["GET", "POST"])
@administrator_required
def one(request: HttpRequest, disposition_id: int) -> HttpResponse:
    """One of them: `action` is "save", "activate", "deactivate" or "delete"."""
    row = get_object_or_404(Disposition.objects.select_related("parent"), pk=disposition_id)
    asked = _asked(request.GET)
    if request.method == "GET":
        return _form(request, asked, row, row.parent, _held(row))
    draft = _draft(request, row.parent)
    try:
        said = _change(request.POST.get("action", "save"), row, draft)
    except DispositionError as error:
        fresh = Disposition.objects.select_related("parent").get(pk=disposition_id)
        if "name_zh" not in request.POST:
            draft = _held(fresh)
        return _form(request, asked, fresh, fresh.parent, draft, error)
    messages.success(request, said)
    return redirect(_back(asked, row))


def _change(action: str, row: Disposition, draft: Draft) -> str:
    if action == "delete":
        editing.delete(row)
        return _("已删除“%(name)s”。") % {"name": row.name}
    if action in ("activate", "deactivate"):
        editing.activate(row, action == "activate")
        words = _("已启用“%(name)s”。") if row.is_active else _("已停用“%(name)s”。")
        return words % {"name": row.name}
    editing.change(row, draft)
    return _("已保存“%(name)s”。") % {"name": row.name}


def _back(asked: Asked, row: Disposition) -> str:
    direction = row.direction or asked.direction
    query = Asked(direction, asked.group).query
    return f"{reverse('setup-dispositions')}?{query}#disposition-{row.pk or row.parent_id or ''}"


def _asked(form: Any) -> Asked:
    direction = form.get("direction", "")
    group = SkillGroup.objects.filter(pk=_key(form.get("group", ""))).first()
    return Asked(direction if direction in DIRECTIONS else DIRECTIONS[0], group)


def _key(text: str) -> int:
    """A key as it was sent; 0, which is nobody's, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0


def _of_direction(direction: str) -> Any:
    return Disposition.objects.filter(direction__in=["", direction])


def _answer(request: HttpRequest, asked: Asked) -> HttpResponse:
    rows = _of_direction(asked.direction).prefetch_related("skill_groups")
    children = Prefetch("children", queryset=rows, to_attr="shown")
    choices = choices_of(asked.direction, asked.group)
    context = {
        "asked": asked,
        "directions": [(one, DIRECTION_WORDS[one]) for one in DIRECTIONS],
        "groups": SkillGroup.objects.filter(is_active=True),
        "reasons": rows.filter(parent=None).prefetch_related(children),
        "preview": True,
        "card": {
            "leg": {"pk": 0, "ticket": ""},
            "choices": choices,
            "presets": presets(timezone.now()),
            "queues": queues_for(request.user),
        },
    }
    part = "HX-Request" in request.headers
    template = "setup/_dispositions.html" if part else "setup/dispositions.html"
    return render(request, template, context)


def _held(row: Disposition) -> Draft:
    return Draft(
        row.name_zh,
        row.name_en,
        row.direction,
        frozenset(row.skill_groups.values_list("pk", flat=True)),
        frozenset(flag for flag in _FLAGS if getattr(row, flag)),
    )


def _draft(request: HttpRequest, parent: Disposition | None) -> Draft:
    """What was typed. What stands below a reason of one direction has that direction."""
    form = request.POST
    return Draft(
        form.get("name_zh", ""),
        form.get("name_en", ""),
        parent.direction if parent and parent.direction else form.get("direction", ""),
        frozenset(_key(key) for key in form.getlist("groups")),
        frozenset(flag for flag in _FLAGS if form.get(flag) == "1"),
    )


def _form(
    request: HttpRequest,
    asked: Asked,
    row: Disposition | None,
    parent: Disposition | None,
    draft: Draft,
    error: DispositionError | None = None,
) -> HttpResponse:
    flags = {
        "wants_ticket": _("要填单号"),
        "wants_follow_up": _("要约回访"),
        "sets_do_not_call": _("把号码登记为勿扰"),
    }
    context = {
        "asked": asked,
        "row": row,
        "parent": parent,
        "draft": draft,
        "error": error,
        "directions": DIRECTION_WORDS.items(),
        "groups": SkillGroup.objects.all(),
        "flags": [(name, words, name in draft.flags) for name, words in flags.items()],
        "may_delete": row is not None and not editing.was_used(row),
    }
    return render(request, "setup/disposition.html", context, status=400 if error else 200)
