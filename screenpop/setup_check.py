"""The connection check's findings: each one says what was found, and what to do about it when it is not right."""

import ipaddress
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from screenpop.models import PopEvent
from screenpop.self_test import host_name, resolves_private
from screenpop.setup_seen import SILENT_AFTER, Seen

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `key` names it for tests and automation."""

    key: str
    state: State
    text: str
    mend: str = ""


def address_findings(host: str) -> list[Finding]:
    """Whether the agents' browsers, inside a public page, may and can reach this host."""
    name = host_name(host)
    if _is_loopback(name):
        return [
            Finding(
                "address",
                "fail",
                _("%(name)s 只有这台电脑自己能打开") % {"name": name},
                _("请用坐席电脑也能打开的域名访问本页，再把那里显示的地址填进 TCCC。"),
            )
        ]
    private = resolves_private(name)
    if private is None:
        return [
            Finding(
                "address",
                "warn",
                _("服务器查不到 %(name)s 的地址") % {"name": name},
                _("请在坐席电脑上确认它指向哪里。如果是内网地址，要设置下面的浏览器策略。"),
            )
        ]
    if private:
        return [
            Finding(
                "address",
                "warn",
                _("%(name)s 是内网地址：从 Chrome 142 起，公网上的工作台要有“本地网络访问”权限")
                % {"name": name},
                _("请在每台坐席电脑上设置下面的浏览器策略，否则弹屏空白，服务器也收不到请求。"),
            )
        ]
    text = _("%(name)s 是公网地址，不需要设置浏览器策略") % {"name": name}
    return [Finding("address", "ok", text)]


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def event_findings(seen: Seen) -> list[Finding]:
    """What the workbench has told so far."""
    return [_last_event(seen), *_applications(seen), *_parameters(seen), *_troubles(seen)]


def _last_event(seen: Seen) -> Finding:
    if seen.last is None:
        return Finding(
            "last-event",
            "fail",
            _("工作台还没有发来过任何来电"),
            _(
                "请在 TCCC 里填好弹屏地址，让坐席刷新工作台、登录弹屏，再打一个测试电话。"
                "仍然没有，就把弹屏自检页填成第二个来电弹屏，看它报告什么。"
            ),
        )
    if seen.now - seen.last > SILENT_AFTER:
        return Finding(
            "last-event",
            "warn",
            _("超过 24 小时没有收到来电"),
            _("如果这段时间有电话，请检查坐席是否登录了弹屏，工作台里的弹屏是否仍然启用。"),
        )
    return Finding("last-event", "ok", _("工作台在发来电参数"))


def _applications(seen: Seen) -> list[Finding]:
    ours = settings.TCCC_SDK_APP_ID
    told = [app for app in seen.applications if app.sdk_app_id]
    strangers = [app for app in told if not app.ours]
    if ours and strangers:
        names = _("、").join(app.sdk_app_id for app in strangers[:5])
        return [
            Finding(
                "application",
                "fail" if len(strangers) == len(told) else "warn",
                _("有来电来自别的应用（sdkAppId %(names)s），没有显示客户资料") % {"names": names},
                _("如果它也是本中心的应用，请加进 TCCC_SDK_APP_ID（逗号分隔）并重启服务。"),
            )
        ]
    if ours:
        text = _("只接受 TCCC_SDK_APP_ID 里的应用，没有收到别的应用的来电")
        return [Finding("application", "ok", text)]
    if told:
        setting = ",".join(app.sdk_app_id for app in told[:5])
        return [
            Finding(
                "application",
                "warn",
                _("没有设置 TCCC_SDK_APP_ID，接受任何应用的来电"),
                _("核对下面的 sdkAppId 后，设置 TCCC_SDK_APP_ID=%(setting)s 并重启服务。")
                % {"setting": setting},
            )
        ]
    return [
        Finding(
            "application",
            "warn",
            _("没有设置 TCCC_SDK_APP_ID，来电里也还没有 sdkAppId"),
            _("请把 TCCC 控制台里的 SDKAppID 填进 TCCC_SDK_APP_ID 并重启服务。"),
        )
    ]


def _parameters(seen: Seen) -> list[Finding]:
    names = {name.lower() for name, _count in seen.parameters}
    if not names:
        return []
    if not names & {"mobile", "userid"}:
        return [
            Finding(
                "parameters",
                "fail",
                _("来电参数里没有号码，也没有用户 ID"),
                _("请核对工作台的来电弹屏设置：地址里不能有 # 和 ?。"),
            )
        ]
    if "agentemail" not in names:
        return [
            Finding(
                "parameters",
                "warn",
                _("来电参数里没有坐席账号（agentEmail）"),
                _("没有它就无法核对坐席与用户；弹屏本身不受影响。"),
            )
        ]
    return [Finding("parameters", "ok", _("来电参数里有号码或用户 ID，也有坐席账号"))]


def _troubles(seen: Seen) -> list[Finding]:
    """Events that did not become a card."""
    failed = seen.outcomes.get(PopEvent.Outcome.FAILED, 0)
    unreadable = seen.outcomes.get(PopEvent.Outcome.UNREADABLE, 0)
    found: list[Finding] = []
    if failed:
        text = ngettext("%(n)d 个事件处理出错", "%(n)d 个事件处理出错", failed) % {"n": failed}
        mend = _("事件已原样保存。请查看服务日志，把出错信息交给维护人员。")
        found.append(Finding("failed", "fail", text, mend))
    if unreadable:
        text = ngettext(
            "%(n)d 个事件里没有可用的参数", "%(n)d 个事件里没有可用的参数", unreadable
        ) % {"n": unreadable}
        mend = _("多半是有人在地址后面手工加了 #…。如果很多，请核对 TCCC 里填的地址。")
        found.append(Finding("unreadable", "warn", text, mend))
    if seen.events and not found:
        found.append(Finding("outcomes", "ok", _("24 小时内的事件都处理了")))
    return found
