"""How a contact ended, in the platform's words and in people's."""

from django.utils.translation import pgettext_lazy

_NAMES = {
    1: "ok", 17: "seatGiveUp", 100: "blackList", 102: "ivrGiveUp", 103: "waitingGiveUp",
    104: "ringingGiveUp", 105: "noSeatOnline", 106: "notWorkTime", 107: "ivrEnd",
    108: "restrictedCallee", 109: "tooManyRequest", 110: "restrictedArea", 111: "restrictedTime",
    201: "unknown", 202: "notAnswer", 203: "userReject", 204: "powerOff", 205: "numberNotExist",
    206: "busy", 207: "outOfCredit", 208: "operatorError", 209: "callerCancel",
    210: "notInService", 211: "clientError", 212: "carrierBlocked", 213: "callReminder",
    215: "numberInvalid", 216: "callRestricted", 217: "calleeRestricted", 218: "areaRestricted",
    219: "promptCallForwarding", 220: "callerCancelWhileRing", 221: "callerCancelWithoutRing",
    222: "voiceMailReached", 225: "asrError", 226: "llmasrError", 227: "ttsError",
    228: "functionCallHangup", 229: "maxCallDurationReached", 230: "userInactivity",
    231: "callTerminatedByAPI", 232: "userHangupDuringAiCall", 233: "aiAgentEndCall",
    501: "callConflict", 502: "clientTimeout", 503: "voipClientError",
}  # fmt: skip


_WORDS = {
    "ok": pgettext_lazy("结束状态", "正常结束"),
    "unconnected": pgettext_lazy("结束状态", "未接通"),
    "seatGiveUp": pgettext_lazy("结束状态", "坐席未接"),
    "seatForward": pgettext_lazy("结束状态", "坐席转接"),
    "outboundForward": pgettext_lazy("结束状态", "外线转接"),
    "blackList": pgettext_lazy("结束状态", "呼入黑名单"),
    "ivrGiveUp": pgettext_lazy("结束状态", "在语音菜单中放弃"),
    "ivrEnd": pgettext_lazy("结束状态", "语音菜单自动结束"),
    "waitingGiveUp": pgettext_lazy("结束状态", "排队时放弃"),
    "ringingGiveUp": pgettext_lazy("结束状态", "振铃时放弃"),
    "noSeatOnline": pgettext_lazy("结束状态", "没有坐席在线"),
    "notWorkTime": pgettext_lazy("结束状态", "非工作时间"),
    "autoFinished": pgettext_lazy("结束状态", "客户超时未回复，自动结束"),
    "error": pgettext_lazy("结束状态", "系统错误"),
    "restrictedCallee": pgettext_lazy("结束状态", "风险号码被拦截"),
    "tooManyRequest": pgettext_lazy("结束状态", "外呼过于频繁"),
    "restrictedArea": pgettext_lazy("结束状态", "地域被拦截"),
    "restrictedTime": pgettext_lazy("结束状态", "时段被拦截"),
    "unknown": pgettext_lazy("结束状态", "原因不明"),
    "notAnswer": pgettext_lazy("结束状态", "无人接听"),
    "userReject": pgettext_lazy("结束状态", "客户拒接"),
    "powerOff": pgettext_lazy("结束状态", "关机"),
    "numberNotExist": pgettext_lazy("结束状态", "空号"),
    "busy": pgettext_lazy("结束状态", "占线"),
    "outOfCredit": pgettext_lazy("结束状态", "欠费停机"),
    "operatorError": pgettext_lazy("结束状态", "运营商线路异常"),
    "callerCancel": pgettext_lazy("结束状态", "主叫取消"),
    "notInService": pgettext_lazy("结束状态", "不在服务区"),
    "clientError": pgettext_lazy("结束状态", "坐席客户端错误"),
    "carrierBlocked": pgettext_lazy("结束状态", "运营商拦截"),
    "callReminder": pgettext_lazy("结束状态", "来电提醒"),
    "numberInvalid": pgettext_lazy("结束状态", "号码无效"),
    "callRestricted": pgettext_lazy("结束状态", "呼叫受限"),
    "calleeRestricted": pgettext_lazy("结束状态", "被叫在黑名单中"),
    "areaRestricted": pgettext_lazy("结束状态", "区域受限"),
    "promptCallForwarding": pgettext_lazy("结束状态", "呼叫转移"),
    "callerCancelWhileRing": pgettext_lazy("结束状态", "振铃时主叫取消"),
    "callerCancelWithoutRing": pgettext_lazy("结束状态", "未振铃主叫取消"),
    "voiceMailReached": pgettext_lazy("结束状态", "转到语音信箱"),
    "asrError": pgettext_lazy("结束状态", "语音识别出错"),
    "llmasrError": pgettext_lazy("结束状态", "大模型语音识别出错"),
    "ttsError": pgettext_lazy("结束状态", "语音合成出错"),
    "functionCallHangup": pgettext_lazy("结束状态", "智能体按流程挂断"),
    "maxCallDurationReached": pgettext_lazy("结束状态", "达到最长通话时间"),
    "userInactivity": pgettext_lazy("结束状态", "客户长时间不说话"),
    "callTerminatedByAPI": pgettext_lazy("结束状态", "由接口挂断"),
    "userHangupDuringAiCall": pgettext_lazy("结束状态", "客户在智能体通话中挂断"),
    "aiAgentEndCall": pgettext_lazy("结束状态", "智能体结束通话"),
    "callConflict": pgettext_lazy("结束状态", "音频呼叫冲突"),
    "clientTimeout": pgettext_lazy("结束状态", "客户端超时"),
    "voipClientError": pgettext_lazy("结束状态", "音频客户端错误"),
}
# Nobody waited for us: kept away, served to the end by the menu, or gone before asking for a person.
_NOT_OWED = {
    "blackList", "ivrEnd", "ivrGiveUp", "restrictedCallee", "tooManyRequest", "restrictedArea",
    "restrictedTime", "callRestricted", "calleeRestricted", "areaRestricted", "aiAgentEndCall",
    "userHangupDuringAiCall", "functionCallHangup",
}  # fmt: skip
_BY_LETTERS = {name.lower(): name for name in _WORDS}
# The same in small letters.
NOTHING_OWED = frozenset(name.lower() for name in _NOT_OWED)


def name_of(code: int | None) -> str:
    """The platform's word for its number; an unknown number as it came, "" for none."""
    return "" if code is None else _NAMES.get(code, str(code))


def words_of(status: str) -> str:
    """The status for people, in their language; one that we do not know as it came."""
    return str(_WORDS.get(_BY_LETTERS.get(status.lower(), ""), status))


def owes_a_call(status: str) -> bool:
    """Whether a caller whom nobody answered, and whose call ended so, is owed one. An unknown end is none to hide."""
    return status.lower() not in NOTHING_OWED
