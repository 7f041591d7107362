"""The words of messages: kinds, placeholders, and what is wrong with a link."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from screenpop.message_links import LONGEST_LINK, LinkError

# What each placeholder stands for, in the order in which they are told.
PLACEHOLDER_WORDS = {
    "customer": gettext_lazy("客户姓名；还没有认出客户时是会话里的昵称"),
    "company": gettext_lazy("客户的公司"),
    "agent": gettext_lazy("坐席的姓名"),
    "ticket": gettext_lazy("这次联络的单号"),
}
PLACEHOLDER_NAMES = {
    "customer": gettext_lazy("客户姓名"),
    "company": gettext_lazy("公司"),
    "agent": gettext_lazy("坐席姓名"),
    "ticket": gettext_lazy("单号"),
}
LINK_PROBLEMS = {
    "long": gettext_lazy("网址太长，最多 %(most)d 个字符。"),
    "odd-characters": gettext_lazy("网址里有空格、反斜杠或看不见的字符。"),
    "not-https": gettext_lazy("网址必须以 https:// 开头。"),
    "user-name": gettext_lazy("网址里不能有 @ 和用户名：它常用来冒充别的网站。"),
    "no-host": gettext_lazy("网址里没有网站名。"),
    "bad-port": gettext_lazy("网址的端口不对。"),
    "bad-host": gettext_lazy("“%(host)s”不是可用的网站名。"),
    "number-host": gettext_lazy("网址要用网站名，不能用 IP 地址。"),
    "too-wide": gettext_lazy("“%(host)s”范围太大，任何人都能在它下面建网站。"),
    "not-listed": gettext_lazy("网站 %(host)s 不在允许列表里，请管理员先添加。"),
}


def link_problem(error: LinkError) -> str:
    """What is wrong with a link or host, in words."""
    return str(LINK_PROBLEMS[error.code]) % {"host": error.host, "most": LONGEST_LINK}


def gap_words(names: Iterable[str]) -> str:
    """What a message lacks before it can be sent."""
    listed = _("、").join(str(PLACEHOLDER_NAMES[name]) for name in names)
    return _("还没有%(what)s，不能照原样发送。") % {"what": listed}


def unknown_words(names: Iterable[str], allowed: Iterable[str]) -> str:
    """Marks that are none of ours."""
    marks = _("、").join(f"{{{name}}}" for name in names)
    known = _("、").join(f"{{{name}}}" for name in allowed)
    return _("没有 %(marks)s 这样的占位符；这里可以用 %(known)s。") % {
        "marks": marks,
        "known": known,
    }


def sample_values() -> dict[str, Any]:
    """Invented values for the preview of a template."""
    return {
        "customer": _("王先生"),
        "company": _("云帆科技"),
        "agent": _("陈敏"),
        "ticket": "GD20260001",
    }
