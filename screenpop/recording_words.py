"""Why a recording cannot be heard, in words, and the status that goes with it."""

from django.utils.translation import gettext_lazy as _

# (status, words)
_FAULTS = {
    "not-yet": (404, _("平台还没有提供这段录音的链接，通常在通话结束几分钟后就有。")),
    "expired": (410, _("云端副本已经过期，本系统也没有留存副本，这段录音不能再听了。")),
    "gone": (410, _("云端已经没有这段录音，本系统也没有留存副本。")),
    "not-configured": (
        503,
        _("录音链接已过期，取新链接要先配置云 API（TCCC_SECRET_ID、TCCC_SECRET_KEY），请联系管理员。"),
    ),
    "cloud": (502, _("录音链接已过期，向腾讯云取新链接时出错，请稍后再试。")),
    "host-refused": (502, _("录音所在的域名不在允许的名单里，请管理员检查 RECORDING_HOSTS。")),
    "private-address": (
        502,
        _("录音所在的域名指向内网地址，已拒绝访问。确有需要时请管理员设置 RECORDING_ALLOW_PRIVATE。"),
    ),
    "bad-address": (502, _("平台给的录音链接写法不对，不能播放。")),
    "redirects": (502, _("录音链接跳转次数太多，已停止。")),
    "upstream": (502, _("存放录音的服务器没有正常回答，请稍后再试。")),
    "timeout": (504, _("存放录音的服务器太慢，请稍后再试。")),
    "not-audio": (502, _("链接那边不是录音文件，不能播放。")),
    "too-large": (502, _("录音文件太大，已超过 RECORDING_MAX_MB。")),
    "no-such-range": (416, _("录音没有这么长。")),
}  # fmt: skip


def status_of(code: str) -> int:
    """The HTTP status."""
    return _FAULTS[code][0]


def fault_text(code: str) -> str:
    """What a person reads."""
    return str(_FAULTS[code][1])
