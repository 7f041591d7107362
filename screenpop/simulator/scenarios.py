"""Who may call in the simulator, and what can be played; the steps stand in static/js/simulator/scenarios.js."""

from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from screenpop.demo import cast


@dataclass(frozen=True, slots=True)
class Caller:
    """One who calls or writes: what the workbench would put into the hash about them."""

    key: str
    label: str
    hint: str
    mobile: str = ""
    userId: str = ""  # noqa: N815 - named as the parameter is
    nickName: str = ""  # noqa: N815
    avatar: str = ""
    type: str = "phone"

    def parameters(self) -> dict[str, str]:
        """As the page's script takes them."""
        return {
            name: value for name, value in asdict(self).items() if name not in ("label", "hint")
        }


def _number(member: cast.Member, place: int = 0) -> str:
    return member.person.contacts[place].raw


def callers() -> list[Caller]:
    """The cast of the demo data, in every form in which a number comes."""
    return [
        Caller("vip", _("VIP 老客户"), cast.WANG.person.name, mobile="13800138000"),
        Caller("shared", _("共用座机"), _("两位客户同一号码"), mobile="075586013388"),
        Caller(
            "wechat",
            _("微信客户"),
            cast.NICKNAME,
            userId=cast.OPENID,
            nickName=cast.NICKNAME,
            avatar="https://wx.qlogo.cn/mmopen/vi_32/demo/132",
            type="oim",
        ),
        Caller("unknown", _("陌生号码"), _("没有客户资料"), mobile=cast.STRANGER),
        Caller("mentioned", _("备注里提过"), _("只提示，不关联"), mobile=cast.MENTIONED),
        Caller("masked", _("掩码号码"), _number(cast.MASKED), mobile=_number(cast.MASKED)),
        Caller("foreign", _("境外号码"), _("中国香港"), mobile="0085291234567"),
        Caller("extension", _("带分机"), cast.EXTENSION.person.name, mobile="0755-86689000-801"),
        Caller("prefixed", _("0086 前缀"), _("与老客户同号"), mobile="008613800138000"),
        Caller("do-not-call", _("勿扰客户"), cast.DO_NOT_CALL.person.name, mobile="13888881234"),
        Caller("own-line", _("本中心号码"), _("不匹配任何人"), mobile=cast.OWN_LINE),
        Caller("anonymous", _("隐藏号码"), "anonymous", mobile="anonymous"),
        Caller("empty", _("没有号码"), _("mobile 为空")),
    ]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One button: what it plays and what to look for."""

    key: str
    label: str
    expect: str


def scenarios() -> list[Scenario]:
    """In the order in which they are offered."""
    return [
        Scenario("whole", _("完整通话"), _("100 → 200 → 400：响铃、通话、话后处理")),
        Scenario("documented", _("文档示例"), _("只有号码和类型，没有 status：按来电处理")),
        Scenario("second", _("通话中又来电"), _("正在写的卡片不动，新来电在上方提示条")),
        Scenario("burst", _("连发 50 次"), _("间隔 0，50 个事件一个不少、次序不变")),
        Scenario("duplicates", _("重复事件"), _("每个事件发两次，卡片只有一张")),
        Scenario("late-connect", _("先挂断后接通"), _("400 在 200 之前到：话后处理，不是未接")),
        Scenario("connect-first", _("直接接通"), _("200 最先到，之后的 100 不改变状态")),
        Scenario("identical", _("相同来电再次打来"), _("挂断后同一 hash 再来：是一通新来电")),
        Scenario("again", _("重设同一 hash"), _("同一 hash 连设三次：仍是一通来电")),
        Scenario("recreate", _("框架重建"), _("带着最后的 hash 重新载入：不当作新来电")),
        Scenario("transfer", _("转接给第二坐席"), _("第二坐席的卡片能看到第一坐席的备注")),
        Scenario("ring-all", _("多坐席同振"), _("一人接起，其余卡片显示他人已接")),
    ]


def texts() -> dict[str, str]:
    """Words that the page's scripts show; keys stand in static/js/simulator/."""
    return {
        "playing": _("正在播放：{name}"),
        "played": _("播放完毕：{name}，共设置 {count} 次 hash"),
        "transfer": _(
            "轮到第二坐席：在另一个窗口选择「{caller}」，先点 100 呼入，再点 200 接通；然后回到这里点 400 挂断。"
        ),
        "ringAll": _(
            "轮到第二坐席：在另一个窗口选择「{caller}」，先点 100 呼入，再点 200 接通；这里的卡片应显示他人已接。"
        ),
        "posted": _("弹屏请求拨打 {number}"),
        "postedText": _("弹屏发送文字："),
        "postedCard": _("弹屏发送卡片："),
        "postedCustom": _("弹屏发送自定义消息："),
        "answered": _("模拟接通"),
        "unanswered": _("模拟未接"),
        "hangUp": _("挂断"),
        "unreadableTrace": _("这个文件不是轨迹文件（不是 JSON）。"),
        "foreignTrace": _("这个文件不是本系统导出的轨迹（format 应为 screenpop-trace）。"),
        "newerTrace": _("轨迹的版本是 {version}，这里只能回放版本 1。"),
        "noEvents": _("轨迹里没有事件。"),
        "tooManyEvents": _("轨迹有 {count} 个事件，最多回放 5000 个。"),
        "badEvent": _("第 {place} 个事件不对：{what}。"),
        "badTime": _("at 应为不小于 0、不早于前一个事件的毫秒数"),
        "badPairs": _("pairs 应为名和值（都是文字）的列表"),
        "badTrigger": _("trigger 应为 load 或 hashchange"),
        "badAgent": _("agent 应为文字"),
        "loadedTrace": _("已读入 {count} 个事件，历时 {seconds} 秒。"),
        "allAgents": _("全部坐席"),
        "replay": _("回放轨迹"),
        "chars": _("共 {count} 个字符"),
        "selfTestRunning": _("正在自检…"),
        "selfTestDone": _("自检完成：{ok} 项通过，{warn} 项留意，{fail} 项有问题。"),
        "selfTestSilent": _(
            "自检页没有回应，弹屏也会是空白。最常见的原因：浏览器还没有接受 {origin} 的证书。"
            "请在新标签页打开 {origin}/pop/ 一次，按提示继续，再回来重试。"
            "其他原因：该地址没有服务，或浏览器的本地网络访问权限拦截了它。"
        ),
    }
