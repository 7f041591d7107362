"""A few texts and cards to send into chats, and a host that they may link to."""

from typing import Any

from django.db import transaction

from screenpop.demo.rows import Counter
from screenpop.models import LinkHost, MessageTemplate

HOST = "www.example.com"
TEMPLATES: tuple[dict[str, Any], ...] = (
    {
        "name": "问候",
        "kind": "text",
        "text": "{customer}您好，我是客服{agent}，请问有什么可以帮您？",
    },
    {"name": "请稍等", "kind": "text", "text": "请稍等，我正在为您查询，大约需要一分钟。"},
    {
        "name": "索要订单号",
        "kind": "text",
        "text": "麻烦您提供一下订单号，或下单时留的姓名，我马上为您查询。",
    },
    {
        "name": "已登记工单",
        "kind": "text",
        "text": "{customer}您好，您的问题已登记，单号 {ticket}，处理后会第一时间回复您。",
    },
    {
        "name": "结束语",
        "kind": "text",
        "text": "感谢您的咨询，祝您生活愉快！之后如有问题，随时联系我们。",
    },
    {
        "name": "自助查物流",
        "kind": "card",
        "title": "物流进度",
        "text": "输入订单号，随时查看包裹到了哪里",
        "link": f"https://{HOST}/logistics",
    },
    {
        "name": "开票指引",
        "kind": "card",
        "title": "自助开具发票",
        "text": "三步完成，电子发票发到您的邮箱",
        "link": f"https://{HOST}/invoice",
    },
    {
        "name": "满意度评价",
        "kind": "custom",
        "title": "请为本次服务打分",
        "text": "您的评价帮助我们做得更好",
        "extension": {"type": "satisfaction", "version": 1},
    },
)


@transaction.atomic
def ensure_messages(counter: Counter) -> None:
    """Only where there are none at all: what an administrator changed or deleted stays as it is."""
    if MessageTemplate.objects.exists():
        return
    _host, created = LinkHost.objects.get_or_create(host=HOST)
    rows = [MessageTemplate(position=n, **fields) for n, fields in enumerate(TEMPLATES, 1)]
    MessageTemplate.objects.bulk_create(rows)
    counter.rows += len(rows) + created
