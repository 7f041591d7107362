"""What agents write: notes as they sound, with the reason that they were filed under."""

from random import Random

from screenpop.demo.draw import between, pick


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Reason → what was noted. {order}, {item}, {amount}, {day} and {person} are filled in.
INBOUND = {
    "order": (
        "查订单 {order} 物流，已到分拨中心，预计{day}送达，客户接受。",
        "订单 {order} 要改收货地址，改到公司前台，{person}代收。已改。",
        "催发货，订单 {order}，{item}缺货，预计{day}补货，已告知。",
        "想把 {item} 的数量从 2 件加到 5 件，订单 {order} 未发货，已合并。",
        "少发一件{item}，订单 {order}，已申请补发，不收运费。",
    ),
    "billing": (
        "要开增值税专用发票，金额 {amount} 元，抬头和税号已发邮箱，{day}寄出。",
        "发票抬头开错，需作废重开，原票{day}寄回，{person}负责。",
        "退款 {amount} 元还没到账，查已提交银行，3 个工作日内到，客户理解。",
        "对账单和实付差 {amount} 元，是上月运费，已解释，客户要书面说明。",
        "问能否月结，已转商务{person}评估，{day}前答复。",
    ),
    "inquiry": (
        "咨询{item}价格和交期，报价 {amount} 元含税，客户要比价。",
        "问营业时间和门店地址，已发短信。",
        "预约{day}上午上门安装{item}，地址已核对，师傅{person}。",
        "问会员积分怎么兑换，已教小程序操作，客户自己完成。",
        "预约改到{day}下午，原时间有事，已改并短信确认。",
    ),
    "repair": (
        "{item}用了两周开不了机，在保，已建维修单，{day}上门取件。",
        "{item}噪音大，远程排查是滤网堵塞，清洗后正常。",
        "维修单 {order} 进度，配件{day}到，到后优先安排。",
        "安装后漏水，客户着急，已派{person}今天上门。",
    ),
    "complaint": (
        "投诉师傅迟到 2 小时没打电话，已致歉，赔 {amount} 元券，客户接受。",
        "同一问题第三次来电，情绪激动，要求主管回电。已升级给{person}。",
        "投诉快递放驿站没通知，订单 {order}，已联系站点送货上门。",
        "对退款处理慢不满，要投诉到 12315，已安抚，{day}前给结果。",
    ),
    "urge": (
        "催上次答应的回复，已转{person}，今天内回电。",
        "催安装，预约的师傅没到，联系{person}，下午三点前到。",
        "催退款，订单 {order}，财务已审，{day}打款。",
    ),
    "other": (
        "打错电话，找的是另一家公司。",
        "推销电话，已婉拒。",
        "通话断断续续听不清，客户说稍后再打。",
    ),
}
OUTBOUND = {
    "interested": (
        "回访{item}试用情况，满意，想再订 3 台，报价发邮箱。",
        "合同{day}到期，愿意续一年，等法人签字。",
    ),
    "not-interested": (
        "回访，暂不需要，今年预算已定，明年再联系。",
        "问卷回访，满意度 8 分，建议物流快一点。",
    ),
    "appointment": (
        "约{day}上午十点面谈，地点客户公司，{person}陪同。",
        "确认{day}上门安装{item}，客户在家。",
    ),
    "wrong-person": ("接听的是家人，本人晚上七点后方便。",),
    "do-not-call": ("客户要求不要再打营销电话，已登记勿扰。",),
}
# Disposition of a call that nobody took → the platform's word for it.
NOT_TAKEN = {
    "no-answer": "notAnswer",
    "busy": "busy",
    "switched-off": "powerOff",
    "refused": "userReject",
}
PROMISES = {
    "order": ("{day}前回电告知{item}到货时间", "补发后回电告知快递单号"),
    "billing": ("查清 {amount} 元差额后回电", "寄出发票后告知快递单号", "确认退款到账并回电"),
    "inquiry": ("发{item}的正式报价并回电", "{person}{day}回电谈月结"),
    "repair": ("{day}回访维修结果", "配件到了就回电约时间"),
    "complaint": ("主管{person}回电处理投诉", "{day}前回电给处理结果"),
    "urge": ("今天内回电答复", "联系{person}后回电告知时间"),
    "other": ("稍后再拨一次",),
}
ALSO = (
    "本人常出差，也可打 {number} 找{person}。",
    "紧急联系：{number}（{person}）。",
    "改打 {number}，这个号码白天不接。",
)
_ITEMS = _split(
    "空气净化器 净水器 打印机 扫地机 办公椅 投影仪 洗碗机 监控摄像头 路由器 咖啡机 滤芯 电池组"
)
_PEOPLE = _split("刘工 小周 陈主管 财务小李 王师傅 张经理 小林 仓库老赵")
_DAYS = _split("明天 后天 周五 下周一 本周内 月底 三天内")


class _Gaps:
    """What stands in a gap, drawn only when the text has one."""

    def __init__(self, rng: Random, number: str) -> None:
        self.rng, self.number = rng, number

    def __getitem__(self, gap: str) -> str:
        if gap == "number":
            return self.number
        if gap == "order":
            return f"DD{between(self.rng, 10**7, 10**8)}"
        if gap == "amount":
            return str(between(self.rng, 20, 4000))
        return pick(self.rng, {"item": _ITEMS, "day": _DAYS, "person": _PEOPLE}[gap])


def fill(rng: Random, text: str, number: str = "") -> str:
    """A text with its gaps filled."""
    return text.format_map(_Gaps(rng, number))


# Outcomes, each with its children: code, Chinese, English. Codes of a child begin with its parent's.
REASONS = (
    ("inquiry", "咨询", "Inquiry"), ("repair", "报修", "Repair"), ("complaint", "投诉", "Complaint"),
    ("order", "订单", "Order"), ("billing", "账务", "Billing"), ("urge", "催办", "Chasing"),
    ("other", "其他", "Other"),
)  # fmt: skip
RESULTS = (
    ("solved", "已解决", "Solved"), ("ticket", "已建单", "Ticket made"),
    ("call-back", "需回电", "Call back"), ("passed-on", "转他人", "Passed on"),
    ("unsolved", "未解决", "Not solved"),
)  # fmt: skip
REACHED = (
    ("interested", "有意向", "Interested"), ("not-interested", "无意向", "Not interested"),
    ("appointment", "约时间", "Appointment"), ("wrong-person", "非本人", "Not the person"),
    ("wrong-number", "号码错误", "Wrong number"), ("do-not-call", "勿扰", "Do not call"),
)  # fmt: skip
NOT_REACHED = (
    ("no-answer", "无人接听", "No answer"), ("busy", "占线", "Busy"),
    ("switched-off", "关机", "Switched off"), ("refused", "拒接", "Refused"),
)  # fmt: skip
