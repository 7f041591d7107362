"""/setup/messages/: templates of texts and cards, and the hosts that they may link to."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.models import SentMessage
from screenpop import message_templates
from screenpop.message_content import FIELDS, fill
from screenpop.message_forms import MessageForm
from screenpop.message_links import LONGEST_HOST, LinkError
from screenpop.message_models import LinkHost, MessageTemplate
from screenpop.message_placeholders import IN_LINKS
from screenpop.message_sending import MOST_TEMPLATES, allowed_hosts
from screenpop.message_words import PLACEHOLDER_WORDS, link_problem, sample_values
from screenpop.views.setup import administrator_required


@require_GET
@administrator_required
def page(request: HttpRequest) -> HttpResponse:
    """The templates in their order, and the allowed hosts."""
    return _page(request)


def _page(
    request: HttpRequest, *, problem: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    hosts = allowed_hosts()
    rows: list[dict[str, Any]] = [
        {"template": template, "problem": message_templates.problem_of(template, hosts)}
        for template in MessageTemplate.objects.select_related("changed_by")
    ]
    context = {
        "active": [row for row in rows if row["template"].is_active],
        "resting": [row for row in rows if not row["template"].is_active],
        "kinds": SentMessage.Kind.choices,
        "full": len(rows) >= MOST_TEMPLATES,
        "most": MOST_TEMPLATES,
        "hosts": LinkHost.objects.select_related("added_by"),
        "problem": problem,
        "typed": typed,
        "longest_host": LONGEST_HOST,
    }
    return render(request, "setup/messages.html", context, status=status)


@require_http_methods(["GET", "POST"])
@administrator_required
def edit(request: HttpRequest, template_id: int | None = None) -> HttpResponse:
    """One template, or a new one of the kind that `kind` names."""
    template = _template(request, template_id)
    data = request.POST if request.method == "POST" else None
    form = MessageForm(data, instance=template, hosts=allowed_hosts())
    if data is None or not form.is_valid():
        return _edit(request, form, status=200 if data is None else 400)
    try:
        message_templates.save(form.instance, request.user)
    except message_templates.FullError:
        form.add_error(None, _("最多 %(n)d 个，请先删除不用的。") % {"n": MOST_TEMPLATES})
        return _edit(request, form, status=400)
    messages.success(request, _("已保存“%(name)s”。") % {"name": template.name})
    return redirect(f"{reverse('setup-messages')}#template-{template.pk}")


def _template(request: HttpRequest, template_id: int | None) -> MessageTemplate:
    if template_id is not None:
        return get_object_or_404(MessageTemplate, pk=template_id)
    values = request.POST if request.method == "POST" else request.GET
    kind = values.get("kind", "")
    if kind not in FIELDS:
        raise Http404
    return MessageTemplate(kind=kind)


def _edit(request: HttpRequest, form: MessageForm, *, status: int) -> HttpResponse:
    template = form.instance
    # What is stored, until something is typed; a form that came back shows what was typed.
    content = form.shown() if form.is_bound else template.content
    context = {
        "form": form,
        "template": template,
        "name": form.initial.get("name", ""),
        "preview": fill(content, sample_values()),
        "faults": [],
        "placeholders": PLACEHOLDER_WORDS.items(),
        "in_links": [f"{{{name}}}" for name in IN_LINKS],
        "hosts": LinkHost.objects.all(),
    }
    return render(request, "setup/message.html", context, status=status)


@require_POST
@administrator_required
def preview(request: HttpRequest) -> HttpResponse:
    """What is typed as the customer would see it, with what is wrong with it; nothing is saved."""
    template = _template(request, None)
    form = MessageForm(request.POST, instance=template, hosts=allowed_hosts())
    context = {
        "template": template,
        "preview": fill(form.shown(), sample_values()),
        "faults": form.faults(),
    }
    return render(request, "setup/_message_preview.html", context)


@require_POST
@administrator_required
def change(request: HttpRequest, template_id: int) -> HttpResponse:
    """`do` is "up", "down", "off", "on", or "delete" (of one that is off)."""
    template = get_object_or_404(MessageTemplate, pk=template_id)
    do = request.POST.get("do", "")
    name = {"name": template.name}
    if do in ("up", "down"):
        message_templates.move(template, -1 if do == "up" else 1)
    elif do == "off":
        message_templates.switch(template, request.user, on=False)
        messages.success(request, _("已停用“%(name)s”，坐席不再看到它。") % name)
    elif do == "on":
        message_templates.switch(template, request.user, on=True)
        messages.success(request, _("已启用“%(name)s”。") % name)
    elif do == "delete" and not template.is_active:
        template.delete()
        messages.success(request, _("已删除“%(name)s”；发出过的记录仍在。") % name)
    else:
        messages.error(request, _("没有这个操作，什么也没有改。"))
    return redirect(f"{reverse('setup-messages')}#template-{template_id}")


@require_POST
@administrator_required
def hosts(request: HttpRequest) -> HttpResponse:
    """Add `host`, or take the one away whose id is `remove`."""
    if "remove" in request.POST:
        _remove_host(request)
        return redirect(f"{reverse('setup-messages')}#hosts")
    typed = request.POST.get("host", "")[: 2 * LONGEST_HOST]
    try:
        added, is_new = message_templates.add_host(typed, request.user)
    except LinkError as error:
        return _page(request, problem=link_problem(error), typed=typed, status=400)
    text = _("已允许 %(host)s。") if is_new else _("%(host)s 已经在列表里。")
    messages.success(request, text % {"host": added.host})
    return redirect(f"{reverse('setup-messages')}#hosts")


def _remove_host(request: HttpRequest) -> None:
    pk: Any = request.POST["remove"]
    usable = pk.isascii() and pk.isdecimal() and len(pk) < 19
    host = LinkHost.objects.filter(pk=int(pk)).first() if usable else None
    if host is None:
        messages.warning(request, _("这个网站已经不在列表里。"))
        return
    stopped = message_templates.remove_host(host)
    messages.success(request, _("已移除 %(host)s。") % {"host": host.host})
    if stopped:
        text = ngettext(
            "%(n)d 个启用的模板有它的链接，现在不能发送。",
            "%(n)d 个启用的模板有它的链接，现在不能发送。",
            stopped,
        )
        messages.warning(request, text % {"n": stopped})
