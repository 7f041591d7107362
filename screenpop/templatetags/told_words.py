"""What the platform told, in people's words."""

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from screenpop import end_status

register = template.Library()

_SIDES = {
    "customer": pgettext_lazy("挂断方", "客户"),
    "agent": pgettext_lazy("挂断方", "坐席"),
    "system": pgettext_lazy("挂断方", "系统"),
}
_CALL_TYPES = {
    "outbound": _("电话呼出"),
    "inbound": _("电话呼入"),
    "audio": _("音频呼入"),
    "predictive": _("预测式外呼"),
    "internal": _("成员内线呼叫"),
}
_PART_KINDS = {
    "mobile": _("手机接听"),
    "extension": _("话机接听"),
    "mini-program": _("小程序接听"),
    "outside": _("转接到外线"),
}


@register.filter
def end_status_words(status: str) -> str:
    """How a contact ended; a status that we do not know as it came."""
    return end_status.words_of(status)


@register.filter
def hung_up_words(side: str) -> str:
    """Who hung up."""
    return str(_SIDES.get(side, side))


@register.filter
def call_type_words(code: str) -> str:
    """The type of a call; one that we do not know as it came."""
    return str(_CALL_TYPES.get(code, code))


@register.filter
def part_kind_words(kind: str) -> str:
    """Where an agent's part was answered, when not in the workbench."""
    return "" if kind == "seat" else str(_PART_KINDS.get(kind, kind))


@register.filter
def ivr_words(path: list[dict[str, str]]) -> str:
    """1 售后 → 2 报修: the keys that a caller pressed."""
    return " → ".join(f"{one.get('key', '')} {one.get('label', '')}".strip() for one in path)
