"""The connection check's part about what the platform calls: credentials, what came, what went wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from screenpop.models import Push
from screenpop.push_credentials import has_basic, has_client
from screenpop.setup_check import Finding
from screenpop.setup_seen import SILENT_AFTER

_WEEK = timedelta(days=7)
# One that is being applied at this moment waits for nobody.
_WAITS = timedelta(minutes=5)
# Counted so far; more are many.
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class PushesSeen:
    """What came: the last push and its action, and how many failed, wait, or named another application (seven days)."""

    now: datetime
    last: datetime | None
    action: str
    failed: int
    waiting: int
    foreign: int
    foreign_apps: list[str]


def pushes_seen(user: Any, now: datetime) -> PushesSeen:
    """Four queries, each along an index, each with a limit."""
    pushes = Push.objects.visible_to(user).order_by()
    last = pushes.order_by("-received_at", "-pk").values_list("received_at", "action").first()
    failed = pushes.filter(state=Push.State.FAILED)
    waiting = pushes.filter(state=Push.State.RECEIVED, received_at__lt=now - _WAITS)
    strangers = pushes.filter(state=Push.State.FOREIGN, received_at__gt=now - _WEEK)
    apps = list(strangers.values_list("sdk_app_id", flat=True)[:MOST_COUNTED])
    return PushesSeen(
        now,
        last[0] if last else None,
        last[1] if last else "",
        failed[:MOST_COUNTED].count(),
        waiting[:MOST_COUNTED].count(),
        len(apps),
        sorted(set(apps))[:5],
    )


def push_findings(seen: PushesSeen) -> list[Finding]:
    """Credentials first, then what came."""
    return [_credentials(), _last_push(seen), *_left_over(seen)]


def _credentials() -> Finding:
    ways = [_("用户名和密码（basicAuth）")] if has_basic() else []
    ways += [_("OAuth2.0 客户端")] if has_client() else []
    if settings.TCCC_PUSH_OPEN:
        text = _("不要求认证（TCCC_PUSH_OPEN）：任何人都可以向本系统推送")
        mend = _(
            "请设置 TCCC_PUSH_USERNAME 和 TCCC_PUSH_PASSWORD，关闭 TCCC_PUSH_OPEN，然后重启服务。"
        )
        return Finding("push-credentials", "warn", text, mend)
    if not ways:
        text = _("没有设置认证，所有推送都被拒绝")
        mend = _(
            "请设置 TCCC_PUSH_USERNAME 和 TCCC_PUSH_PASSWORD"
            "（或 TCCC_PUSH_CLIENT_ID 和 TCCC_PUSH_CLIENT_SECRET），重启服务，再填进 TCCC。"
        )
        return Finding("push-credentials", "warn", text, mend)
    text = _("已设置认证：%(ways)s") % {"ways": _("、").join(ways)}
    return Finding("push-credentials", "ok", text)


def _last_push(seen: PushesSeen) -> Finding:
    if seen.last is None:
        text = _("还没有收到过数据推送")
        mend = _(
            "没有推送，就没有通话时长、结束原因、满意度和录音。请在 TCCC 里填好地址和认证，再打一个测试电话。"
        )
        return Finding("last-push", "warn", text, mend)
    if seen.now - seen.last > SILENT_AFTER:
        text = _("超过 24 小时没有收到数据推送")
        mend = _("如果这段时间有电话，请检查 TCCC 里的推送地址和认证，以及防火墙是否放行。")
        return Finding("last-push", "warn", text, mend)
    return Finding("last-push", "ok", _("TCCC 在推送数据"))


def _left_over(seen: PushesSeen) -> list[Finding]:
    found: list[Finding] = []
    if seen.failed:
        text = ngettext("%(n)d 个推送处理失败", "%(n)d 个推送处理失败", seen.failed)
        mend = _(
            "内容已原样保存。请查看原因，处理好以后在后台选中它们“重新处理”，或运行 replay_pushes。"
        )
        found.append(Finding("push-failed", "fail", text % {"n": seen.failed}, mend))
    if seen.waiting:
        text = ngettext("%(n)d 个推送等待处理", "%(n)d 个推送等待处理", seen.waiting)
        mend = _("多半是处理时服务中断了；下一个推送会带上它们，也可以运行 replay_pushes。")
        found.append(Finding("push-waiting", "warn", text % {"n": seen.waiting}, mend))
    if seen.foreign:
        text = ngettext(
            "7 天内 %(n)d 个推送来自别的应用（SdkAppId %(names)s）",
            "7 天内 %(n)d 个推送来自别的应用（SdkAppId %(names)s）",
            seen.foreign,
        ) % {"n": seen.foreign, "names": _("、").join(seen.foreign_apps)}
        mend = _(
            "已保存，没有处理。如果它也是本中心的应用，请加进 TCCC_SDK_APP_ID，重启服务，再重新处理。"
        )
        found.append(Finding("push-foreign", "warn", text, mend))
    return found
