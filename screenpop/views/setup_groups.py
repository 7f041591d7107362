"""The administrator's page of skill groups: their names, and who is in them."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from customers import groups as rules
from customers.groups import MOST_FOUND, GroupError
from customers.models import SkillGroup
from screenpop.views.setup import administrator_required

_LONGEST_TERM = 60


@require_http_methods(["GET", "POST"])
@administrator_required
def page(request: HttpRequest) -> HttpResponse:
    """All groups; a POST with `name` adds one and goes on to its members."""
    problem, name = "", ""
    if request.method == "POST":
        name = request.POST.get("name", "")
        try:
            group = rules.add(name)
        except GroupError as error:
            problem = str(error)
        else:
            messages.success(request, _("已添加“%(name)s”，请选择成员。") % {"name": group.name})
            return redirect("setup-group", group.pk)
    is_open = Q(follow_ups__done_at=None, follow_ups__isnull=False)
    context = {
        "groups": SkillGroup.objects.annotate(
            size=Count("members", distinct=True),
            owed=Count("follow_ups", filter=is_open, distinct=True),
        ).order_by("-is_active", "name"),
        "problem": problem,
        "name": name,
    }
    return render(request, "setup/groups.html", context, status=400 if problem else 200)


@require_http_methods(["GET", "POST"])
@administrator_required
def one(request: HttpRequest, group_id: int) -> HttpResponse:
    """One group. `action`: "rename", "activate", "deactivate", "remove" (`member`), "find" (`term`), "add" (`people`).

    What is looked for comes in a POST: names do not stand in addresses.
    """
    group = get_object_or_404(SkillGroup, pk=group_id)
    action = request.POST.get("action", "")
    if request.method == "GET" or action == "find":
        return _shown(request, group, term=request.POST.get("term", ""))
    try:
        said = _change(request, group, action)
    except GroupError as error:
        fresh = SkillGroup.objects.get(pk=group_id)
        return _shown(request, fresh, problem=str(error), name=request.POST.get("name", ""))
    if said:
        messages.success(request, said)
    return redirect("setup-group", group_id)


def _change(request: HttpRequest, group: SkillGroup, action: str) -> str:
    """Do it; gives what was done, in words."""
    if action == "rename":
        rules.rename(group, request.POST.get("name", ""))
        return _("已改名为“%(name)s”。") % {"name": group.name}
    if action == "activate":
        rules.reactivate(group)
        return _("已启用“%(name)s”。") % {"name": group.name}
    if action == "deactivate":
        return _deactivated(group, rules.deactivate(group))
    if action == "remove":
        person = rules.remove_member(group, _key(request.POST.get("member", "")))
        return _("已把 %(name)s 移出本组。") % {"name": person.shown_name} if person else ""
    if action == "add":
        keys = [_key(key) for key in request.POST.getlist("people")[:MOST_FOUND]]
        added = rules.add_members(group, keys)
        if not added:
            raise GroupError(_("请勾选要添加的人。"))
        return ngettext("已添加 %(n)d 人。", "已添加 %(n)d 人。", added) % {"n": added}
    raise GroupError(_("不知道要做什么，请刷新页面后再试。"))


def _deactivated(group: SkillGroup, moved: int) -> str:
    said = _("已停用“%(name)s”。") % {"name": group.name}
    if not moved:
        return said
    more = ngettext(
        "本组的 %(n)d 条待办转到了所有人的队列。", "本组的 %(n)d 条待办转到了所有人的队列。", moved
    )
    return said + more % {"n": moved}


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0


def _shown(
    request: HttpRequest,
    group: SkillGroup,
    *,
    problem: str = "",
    name: str | None = None,
    term: str = "",
) -> HttpResponse:
    term = " ".join(term.split())[:_LONGEST_TERM]
    found = list(rules.people_to_add(group, term)[: MOST_FOUND + 1])
    members: Any = group.members.order_by("-is_active", "username")
    context = {
        "group": group,
        "name": name or group.name,
        "members": members,
        "only_here": group.dispositions.filter(is_active=True),
        "problem": problem,
        "term": term,
        "found": found[:MOST_FOUND],
        "more": len(found) > MOST_FOUND,
        "most": MOST_FOUND,
    }
    part = "HX-Request" in request.headers
    template = "setup/_group_people.html" if part else "setup/group.html"
    return render(request, template, context, status=400 if problem else 200)
