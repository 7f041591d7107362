"""Why a copy of a recording was not made, in words, with what mends it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# What trying again does not change.
FOR_GOOD = ("expired", "too-large", "bad-address")

_WORDS = {
    "not-yet": gettext_lazy("平台还没有提供这段录音的链接，通常在通话结束几分钟后就有"),
    "expired": gettext_lazy("云端副本已经过期，没有来得及留存"),
    "gone": gettext_lazy("云端已经没有这段录音，请到平台核对"),
    "not-configured": gettext_lazy(
        "录音链接已过期，取新链接要先配置云 API，请联系管理员"
    ),
    "cloud": gettext_lazy("取新链接时出错，请管理员在“设置 → 云端同步”查看原因"),
    "host-refused": gettext_lazy("录音所在的域名不在允许的名单里，请管理员检查 RECORDING_HOSTS"),
    "private-address": gettext_lazy(
        "录音所在的域名指向内网地址，确有需要时请管理员设置 RECORDING_ALLOW_PRIVATE"
    ),
    "bad-address": gettext_lazy("平台给的录音链接写法不对，请到平台下载"),
    "redirects": gettext_lazy("录音链接跳转次数太多，请管理员检查存放录音的服务器"),
    "upstream": gettext_lazy("存放录音的服务器没有正常回答，或者没有传完"),
    "timeout": gettext_lazy("存放录音的服务器太慢"),
    "not-audio": gettext_lazy("链接那边不是录音文件，请到平台核对"),
    "too-large": gettext_lazy(
        "录音文件太大，请管理员调大 RECORDING_MAX_MB，再设一次“长期保留”重新留存"
    ),
    "no-such-range": gettext_lazy("存放录音的服务器没有正常回答，或者没有传完"),
    "store": gettext_lazy(
        "副本存不进去，请管理员检查 RECORDING_DIR 或 RECORDING_S3_* 所指的位置能否写入、空间是否用完"
    ),
}  # fmt: skip


def copy_fault_text(code: str) -> str:
    """What a person reads: why, what mends it, and whether it is tried again by itself."""
    why = _WORDS.get(code) or _("原因不明（%(code)s），请管理员查看日志") % {"code": code}
    if code in FOR_GOOD:
        return _("留存副本没有成功：%(why)s。") % {"why": why}
    return _("留存副本没有成功：%(why)s。会自动再试。") % {"why": why}
