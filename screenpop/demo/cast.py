"""The fixed cast: a few customers and numbers that the README, the simulator and demonstrations name.

Data only. Their own ids, names and numbers stay the same at every run; what happened is told in
hours before now, so that the story is fresh whenever it is seeded.
"""

from dataclasses import dataclass

from screenpop.demo.people import Contact, Person


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier contact: how long ago, who took it, what was written and promised."""

    hours_ago: float
    agent: str
    note: str
    disposition: str
    is_outbound: bool = False
    seconds: int = 150
    promise: str = ""
    due_hours_ago: float = 0.0
    contact: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """One of the cast: the customer, and what happened before."""

    person: Person
    history: tuple[Past, ...] = ()


# Nobody's numbers: one that a note mentions, one that nobody has heard of, and the centre's own.
MENTIONED = "13714520099"
STRANGER = "15919990000"
OWN_LINE = "0755-86990000"
OPENID = "oZB6q5c-tuMEz-ZiHOAkhW59a4AI"
NICKNAME = "小君君"

WANG = Member(
    Person(
        "CAST-01", "王建国", "深圳华星电子有限公司", "采购经理", "vip",
        ["月结", "老客户"], {"合同到期": "2026-12-31"},
        [
            Contact("phone", "138 0013 8000", "手机"),
            Contact("phone", "0755-8366 2200转8012", "办公室"),
            Contact("email", "wangjianguo@huaxing.example", "邮箱"),
        ],
    ),
    (
        Past(1510, "linlei", "首次下单空气净化器 20 台，要求月结，已建客户档案。", "order-solved", seconds=420),
        Past(900, "chenmin", "续约合同寄出，顺丰，签收后回传扫描件。", "appointment", is_outbound=True, seconds=96),
        Past(312, "chenmin", "订单 DD20417735 到货少 2 件，仓库核实后补发，不收运费。", "order-ticket", seconds=260),
        Past(44, "linlei", "催补发：两件滤芯还没收到，查为漏发，今天发出。", "urge-call-back", seconds=205,
             promise="补发后回电告知快递单号", due_hours_ago=20),
        Past(27, "chenmin", f"要开增值税专用发票 12,480 元，寄公司前台。常在外，也可打同事小周 {MENTIONED}。",
             "billing-ticket", seconds=180),
        Past(25, "chenmin", "告知发票周五寄出，客户知道了。", "interested", is_outbound=True, seconds=48),
    ),
)  # fmt: skip
HUSBAND = Member(
    Person("CAST-02", "李伟强", contacts=[
        Contact("phone", "0755-8601 3388", "家", is_shared=True), Contact("phone", "13823456701", "手机"),
    ]),
    (Past(190, "linlei", "预约周六上午安装净水器，家里有人。", "inquiry-solved"),),
)  # fmt: skip
WIFE = Member(
    Person("CAST-03", "周婉婷", tags=["会员"], contacts=[
        Contact("phone", "0755-86013388", "家", is_shared=True), Contact("phone", "+86 138 2345 6702", "手机"),
    ]),
    (Past(70, "chenmin", "安装时间改到周日下午，已通知师傅。", "inquiry-solved"),),
)  # fmt: skip
WECHAT = Member(
    Person(
        "CAST-04",
        "李君",
        level="vip",
        tags=["微信客户"],
        contacts=[Contact("openid", OPENID, "微信")],
    ),
    (Past(52, "linlei", "微信里问积分兑换，已发小程序路径。", "inquiry-solved", seconds=340),),
)
MASKED = Member(
    Person("CAST-05", "赵敏", contacts=[Contact("phone", "138****6677", "平台掩码")]),
    (
        Past(
            400,
            "linlei",
            "外卖平台转来，只给掩码号。餐具漏送，已补偿 20 元券。",
            "complaint-solved",
        ),
    ),
)
HONG_KONG = Member(
    Person("CAST-06", "何家豪", "香港联创贸易有限公司", "总经理", "svip", contacts=[
        Contact("phone", "+852 9123 4567", "香港手机"),
    ]),
    (Past(220, "chenmin", "询 50 台投影仪离岸价，报价发邮箱，要繁体合同。", "inquiry-call-back", seconds=380,
          promise="发投影仪的正式报价并回电", due_hours_ago=-24),),
)  # fmt: skip
EXTENSION = Member(
    Person("CAST-07", "孙丽", "深圳天瑞医疗器械有限公司", "财务", contacts=[
        Contact("phone", "0755-8668 9000 转 801", "分机"),
    ]),
    (Past(130, "linlei", "对账单差 320 元，是上月运费，已解释。", "billing-solved"),),
)  # fmt: skip
DO_NOT_CALL = Member(
    Person("CAST-08", "吴国庆", tags=["易投诉"], contacts=[
        Contact("phone", "138-8888-1234", "手机", do_not_call=True),
    ]),
    (Past(600, "chenmin", "客户要求不要再打营销电话，已登记勿扰。", "do-not-call", is_outbound=True, seconds=35),),
)  # fmt: skip

CAST = (WANG, HUSBAND, WIFE, WECHAT, MASKED, HONG_KONG, EXTENSION, DO_NOT_CALL)
