"""Due times in words."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

register = template.Library()
_HOUR, _DAY = 3600, 86400
# Django's own Chinese abbreviations are as long as the names.
DAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)


@register.filter
def due_time(moment: datetime) -> str:
    """昨天 16:20, 今天 16:20, 明天 09:30, 11月23日 周一 09:30, 2027年1月4日 09:30."""
    local, now = timezone.localtime(moment), timezone.localtime()
    clock = {"time": date_format(local, "H:i")}
    days = (local.date() - now.date()).days
    if days == -1:
        return _("昨天 %(time)s") % clock
    if days == 0:
        return _("今天 %(time)s") % clock
    if days == 1:
        return _("明天 %(time)s") % clock
    if local.year == now.year:
        day = {"date": date_format(local, _("n月j日")), "day": DAYS[local.weekday()]}
        return _("%(date)s %(day)s %(time)s") % (day | clock)
    return date_format(local, _("Y年n月j日 H:i"))


def overdue_words(due_at: datetime, now: datetime) -> str:
    """逾期 5 分钟, 逾期 2 小时, 逾期 3 天; "" when it is not overdue."""
    seconds = int((now - due_at).total_seconds())
    if due_at >= now:
        return ""
    if seconds < _HOUR:
        n = max(1, seconds // 60)
        return ngettext("逾期 %(n)d 分钟", "逾期 %(n)d 分钟", n) % {"n": n}
    if seconds < _DAY:
        n = seconds // _HOUR
        return ngettext("逾期 %(n)d 小时", "逾期 %(n)d 小时", n) % {"n": n}
    n = seconds // _DAY
    return ngettext("逾期 %(n)d 天", "逾期 %(n)d 天", n) % {"n": n}
