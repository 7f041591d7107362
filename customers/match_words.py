"""The reason of a match, in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.matching import Reason

WORDS: dict[str, Any] = {
    Reason.EXACT: _("号码一致"),
    Reason.ACCOUNT: _("微信账号一致"),
    Reason.CONFIRMED: _("坐席确认过这个号码"),
    Reason.PICKED: _("本次由坐席选定"),
    Reason.SHARED: _("这个号码由多人共用，请选择"),
    Reason.MANY: _("多位客户登记了这个号码，请选择"),
    Reason.TAIL: _("号码尾数一致，可能是此人"),
    Reason.EXTENSION: _("总机号码一致，分机不同"),
    Reason.MASK: _("与掩码号码相符，可能是此人"),
    Reason.OWN: _("这是本中心自己的号码"),
    Reason.WITHHELD: _("对方没有显示号码"),
    Reason.REJECTED: _("坐席说明本次不是此人"),
    Reason.UNKNOWN: _("没有客户登记过这个号码"),
}


def words_of(reason: str) -> str:
    """The reason as people read it."""
    return str(WORDS.get(reason, ""))
