"""What a run did and what went wrong, in words."""

from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Endpoint
from customers.number_view import number_text
from screenpop.sync_models import SyncKind, SyncRun

FIELDS = {
    "staff_number": gettext_lazy("工号"),
    "mobile": gettext_lazy("手机"),
    "groups": gettext_lazy("技能组"),
    "name": gettext_lazy("名称"),
    "platform_id": gettext_lazy("TCCC 技能组 ID"),
    "members": gettext_lazy("成员"),
    "start": gettext_lazy("开始"),
    "fault": gettext_lazy("错误"),
}
ACTIONS = {
    "create": gettext_lazy("新增"),
    "update": gettext_lazy("更新"),
    "deactivate": gettext_lazy("停用"),
    "reactivate": gettext_lazy("恢复"),
    "members": gettext_lazy("成员变化"),
    "failed": gettext_lazy("未能读取"),
}
# By the beginning of the code, the longest first.
_ERRORS = {
    "NotConfigured": gettext_lazy("没有配置云 API：请设置 TCCC_SDK_APP_ID、TCCC_SECRET_ID 和 TCCC_SECRET_KEY。"),
    "InvalidSetting": gettext_lazy("云 API 的设置写法不对，请检查下面的变量。"),
    "AuthFailure.SecretIdNotFound": gettext_lazy("密钥不存在或已停用，请检查 TCCC_SECRET_ID。"),
    "AuthFailure.SignatureExpire": gettext_lazy("服务器时钟不准，请校准时间。"),
    "AuthFailure.SignatureFailure": gettext_lazy("签名不对，请检查 TCCC_SECRET_KEY。"),
    "AuthFailure": gettext_lazy("密钥没有通过验证，请检查密钥和它的授权。"),
    "UnauthorizedOperation": gettext_lazy("密钥没有这个操作的权限，请在访问管理（CAM）中授权 ccc。"),
    "FailedOperation.PermissionDenied": gettext_lazy("密钥没有这个操作的权限，请在访问管理（CAM）中授权 ccc。"),
    "OperationDenied": gettext_lazy("腾讯云拒绝了这个操作。"),
    "InvalidParameterValue.InstanceNotExist": gettext_lazy("应用不存在，请检查 TCCC_SDK_APP_ID。"),
    "RequestLimitExceeded": gettext_lazy("请求太频繁，请稍后再试。"),
    "ClientNetworkError": gettext_lazy("连不上腾讯云，请检查网络、HTTPS_PROXY 和 TCCC_ENDPOINT。"),
    "ServerNetworkError": gettext_lazy("腾讯云暂时不能回答，请稍后再试。"),
    "InternalError": gettext_lazy("腾讯云内部出错，请稍后再试。"),
    "BrokenAnswer": gettext_lazy("收到的回答不完整，请检查网络和代理。"),
    "OperationalError": gettext_lazy("数据库忙，请稍后再试。"),
    "InvalidParameterValue.AccountNotExist": gettext_lazy("账号不存在。"),
    "FailedOperation.DuplicatedAccount": gettext_lazy("账号已存在。"),
    "LimitExceeded": gettext_lazy("超出套餐的数量限制。"),
}  # fmt: skip


def error_text(code: str) -> str:
    """What an error means and what to do; for a code that we do not know a general word."""
    found = [known for known in _ERRORS if code == known or code.startswith(f"{known}.")]
    if not found:
        return _("出错了，请把错误代码和请求编号提供给技术支持。")
    return str(_ERRORS[max(found, key=len)])


def counts_text(counts: dict[str, int]) -> str:
    """ "新增 3，更新 1，不变 20"."""
    got = {name: n for name, n in counts.items() if n}
    words = {
        "created": _("新增 %(n)d"),
        "updated": _("更新 %(n)d"),
        "reactivated": _("恢复 %(n)d"),
        "deactivated": _("停用 %(n)d"),
        "members": _("成员变化 %(n)d 组"),
        "unchanged": _("不变 %(n)d"),
        "failed": _("未能读取 %(n)d"),
    }
    return _("，").join(
        word % {"n": got[name]} for name, word in words.items() if name in got
    ) or _("没有变化")


def change_lines(run: SyncRun, viewer: Any) -> list[dict[str, Any]]:
    """The differences ready for a page: `action`, `word`, `what`, `fields` of (name, old, new)."""
    return [
        {
            "action": change["action"],
            "word": str(ACTIONS[change["action"]]),
            "what": _what(run.kind, change["what"], viewer),
            "fields": [
                (str(FIELDS[name]), _shown(name, old, viewer), _shown(name, new, viewer))
                for name, (old, new) in change["fields"].items()
            ],
        }
        for change in run.changes
    ]


def _what(kind: str, what: str, viewer: Any) -> str:
    if kind != SyncKind.LINES:
        return what or _("没有编号")
    return _number(what, viewer)


def _number(value: str, viewer: Any) -> str:
    return number_text(Endpoint(kind=Endpoint.Kind.PHONE, value=value), viewer) if value else ""


def _shown(name: str, value: Any, viewer: Any) -> str:
    if name == "mobile":
        return _number(str(value), viewer)
    if name == "start":
        moment = parse_datetime(value) if value else None
        return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
    return _("、").join(map(str, value)) if isinstance(value, list) else str(value)
