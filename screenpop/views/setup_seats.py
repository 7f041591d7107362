"""Seats and users: made from a pasted list, given new passwords, deactivated."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.file_import_csv import decode
from customers.file_import_reading import RefusedFileError
from customers.roles import ADMINISTRATOR, ROLE_NAMES, ROLES
from screenpop.seat_accounts import (
    Plan,
    deactivate,
    make_accounts,
    may_change,
    plan_rows,
    reactivate,
    renew_password,
)
from screenpop.seat_import import MOST_CHARACTERS, MOST_ROWS, Listing, parse_people
from screenpop.views.setup import administrator_required

_PER_PAGE = 50
_MOST_BYTES = 1024 * 1024


@require_http_methods(["GET", "POST"])
@administrator_required
def page(request: HttpRequest) -> HttpResponse:
    """The form and the people; after a POST the preview, or what was made with the one-time passwords.

    The passwords stand in the answer to the POST and nowhere else: loading it anew finds the accounts made.
    """
    if request.method == "GET":
        return _form(request)
    try:
        text = _text(request)
    except RefusedFileError as refused:
        return _form(request, problem=str(refused), status=400)
    listing = parse_people(text)
    if not listing.rows:
        problem = _("没有读到任何人。请每行填一个邮箱，后面可以跟姓名、用户名和角色。")
        return _form(request, problem=problem, text=text, status=400)
    if request.POST.get("action") != "create":
        return _preview(request, text, listing)
    try:
        plans = make_accounts(listing.rows)
    except IntegrityError:
        # Somebody made one of these accounts at the same moment; nothing of ours was kept.
        problem = _("有人同时在建立这些账号，这次什么也没有保存。请再预览一次。")
        return _form(request, problem=problem, text=text, status=409)
    return _result(request, plans)


def _text(request: HttpRequest) -> str:
    """What was pasted, or the file that was chosen."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("people", "")
    if (file.size or 0) > _MOST_BYTES:
        raise RefusedFileError(_("文件太大。名单请不要超过 %(n)d 人。") % {"n": MOST_ROWS})
    data = file.read()
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise RefusedFileError(
            _("这是 Excel 文件。请在 Excel 里复制这几列，粘贴到下面；或另存为 CSV。")
        )
    text, _form_name = decode(data)
    return text


def _form(
    request: HttpRequest, *, problem: str = "", text: str = "", status: int = 200
) -> HttpResponse:
    after = request.GET.get("after", "")
    people = (
        get_user_model()
        .objects.order_by("username")
        .prefetch_related("groups", "seats", "skill_groups")
    )
    if after.isascii() and after.isdigit():
        # By id, so that no name stands in an address.
        last = get_user_model().objects.filter(pk=int(after)).first()
        people = people.filter(username__gt=last.username) if last else people
    found = list(people[: _PER_PAGE + 1])
    context = {
        "problem": problem,
        "text": text,
        "most_rows": MOST_ROWS,
        "most_characters": MOST_CHARACTERS,
        "people": [_person(one) for one in found[:_PER_PAGE]],
        "next": found[_PER_PAGE - 1].pk if len(found) > _PER_PAGE else None,
        "is_first": not after,
    }
    return render(request, "setup/seats.html", context, status=status)


def _person(user: Any) -> dict[str, Any]:
    """A colleague as the list shows one."""
    # Not `roles_of`: an account that was deactivated shows what it had.
    names = {group.name for group in user.groups.all()}
    if user.is_superuser:
        names.add(ADMINISTRATOR)
    roles = [str(text) for name, text in _role_names().items() if name in names]
    return {
        "user": user,
        "roles": roles,
        "seats": [seat.email for seat in user.seats.all()],
        "groups": list(user.skill_groups.all()),
    }


def _role_names() -> dict[str, str]:
    return {role: str(ROLE_NAMES[role]) for role in ROLES}


def _preview(request: HttpRequest, text: str, listing: Listing) -> HttpResponse:
    plans = plan_rows(listing.rows)
    actions = [plan.action for plan in plans]
    context = {
        "rows": [_shown(plan) for plan in plans],
        "text": text,
        "cut": listing.cut,
        "most_rows": MOST_ROWS,
        "to_create": actions.count("create"),
        "to_bind": actions.count("bind"),
        "unchanged": actions.count("nothing"),
        "problems": actions.count("problem"),
    }
    return render(request, "setup/seats_preview.html", context)


def _result(request: HttpRequest, plans: list[Plan]) -> HttpResponse:
    made = [plan for plan in plans if plan.action == "create"]
    context = {
        "made": [_shown(plan) for plan in made],
        "bound": [_shown(plan) for plan in plans if plan.action == "bind"],
        "left": [_shown(plan) for plan in plans if plan.action == "problem"],
        "sign_in_url": f"https://{request.get_host()}{reverse('sign-in')}",
        "table": _table(made),
    }
    return render(request, "setup/seats_result.html", context)


def _table(plans: list[Plan]) -> str:
    """For a spreadsheet: a heading, and a line for each new account."""
    lines = [[_("邮箱"), _("姓名"), _("用户名"), _("一次性密码")]]
    lines += [[p.row.email, _harmless(p.row.name), p.username, p.password] for p in plans]
    return "\n".join("\t".join(line) for line in lines)


def _harmless(text: str) -> str:
    """A cell that begins like a formula would be reckoned by the spreadsheet that it is pasted into."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _shown(plan: Plan) -> dict[str, Any]:
    words = {
        "create": _("新建用户"),
        "bind": _("绑定给现有用户"),
        "nothing": _("已绑定，不变"),
        "problem": _("有问题，跳过"),
    }
    return {
        "plan": plan,
        "action": words[plan.action],
        "problem": _problem(plan),
        "role": _role_names().get(plan.row.role, ""),
    }


def _problem(plan: Plan) -> str:
    """What is wrong with a row, and its mend."""
    if not plan.problem:
        return ""
    texts = {
        "no-email": _("没有邮箱"),
        "bad-email": _("邮箱写法不对"),
        "long-email": _("邮箱太长"),
        "bad-name": _("姓名太长或有控制字符"),
        "bad-username": _("用户名只能有文字、数字和 @ . + - _"),
        "bad-role": _("角色只能是：坐席、班长、管理员"),
        "repeated-email": _("邮箱与第 %(line)d 行重复"),
        "repeated-username": _("用户名与第 %(line)d 行重复"),
        "several-users": _("有几个用户用这个邮箱，请写明用户名"),
        "username-taken": _("用户名已属于 %(name)s，请换一个"),
        "seat-taken": _("这个坐席已绑定给 %(name)s，请先在管理里解绑"),
        "inactive-user": _("用户 %(name)s 已停用，请先恢复"),
    }
    name = plan.user.shown_name if plan.user else ""
    return texts[plan.problem] % {"line": plan.row.repeats, "name": name}


@require_http_methods(["GET", "POST"])
@administrator_required
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One colleague: what a deactivation does stands beside its button."""
    user = get_object_or_404(get_user_model(), pk=user_id)
    context = {"colleague": _person(user), "may_change": may_change(request.user, user)}
    if request.method == "GET":
        return render(request, "setup/user.html", context)
    if not context["may_change"]:
        raise PermissionDenied
    action = request.POST.get("action")
    if action == "new-password" and user.is_active:
        sign_in_url = f"https://{request.get_host()}{reverse('sign-in')}"
        made = {"password": renew_password(user), "sign_in_url": sign_in_url}
        return render(request, "setup/user.html", context | made)
    if action == "deactivate" and user.is_active:
        seats = deactivate(user, request.user)
        text = _("已停用 %(name)s，释放了 %(n)d 个坐席。") % {"name": user.shown_name, "n": seats}
        messages.success(request, text)
    if action == "reactivate" and not user.is_active:
        reactivate(user)
        messages.success(
            request, _("已恢复 %(name)s，请重新绑定坐席。") % {"name": user.shown_name}
        )
    return redirect("setup-user", user_id)
