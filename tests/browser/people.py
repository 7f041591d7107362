"""Fills the database of a browser test's server: run as a script, with that server's environment."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402

from crm.models import User  # noqa: E402
from customers.models import Customer, Endpoint  # noqa: E402
from screenpop.models import AgentSeat, LinkHost, MessageTemplate  # noqa: E402

AGENTS = 400
CUSTOMERS = 100
PASSWORD = "a-long-test-password"


def main() -> None:
    """Agents agent00…, customers 客户00… with numbers 1390001NNNN, a shared landline, one who wants no calls."""
    hashed = make_password(PASSWORD)
    agents = Group.objects.get(name="agent")
    for n in range(AGENTS):
        name = f"agent{n:02}"
        user = User.objects.create(username=name, password=hashed, display_name=f"坐席{n:02}")
        user.groups.add(agents)
        AgentSeat.objects.create(email=f"{name}@centre.example", user=user)
    unbound = User.objects.create(username="unbound", password=hashed, display_name="未绑定")
    unbound.groups.add(agents)
    boss = User.objects.create(username="boss", password=hashed, is_staff=True)
    boss.groups.add(Group.objects.get(name="administrator"))
    User.objects.create(username="nobody", password=hashed, display_name="无权限")
    for n in range(CUSTOMERS):
        customer = Customer.objects.create(name=f"客户{n:02}", company="云帆科技")
        customer.add_contact_point("phone", f"1390001{n:04}")
    for name in ("林悦", "周启明"):
        Customer.objects.create(name=name).add_contact_point("phone", "0755-8601 3388")
    # Whom a test gives a second number: nobody else counts on theirs.
    Customer.objects.create(name="罗文彬").add_contact_point("phone", "13700002222")
    quiet = Customer.objects.create(name="勿扰先生").add_contact_point("phone", "13700001111")
    Endpoint.objects.filter(pk=quiet.endpoint_id).update(do_not_call=True)
    friend = Customer.objects.create(name="小君君")
    friend.add_contact_point("openid", "oZB6q5c-tuMEz-ZiHOAkhW59a4AI")
    make_templates()


def make_templates() -> None:
    """A text, a card and a custom message for chats, and some more texts, so that typing finds them."""
    LinkHost.objects.create(host="shop.example.com")
    greeting = "{customer}您好，我是{agent}。"
    rows = [
        MessageTemplate(name="问候", kind="text", text=greeting),
        MessageTemplate(
            name="订单进度",
            kind="card",
            title="{customer}的订单",
            text="点开查看",
            link="https://shop.example.com/orders",
        ),
        MessageTemplate(name="评价", kind="custom", title="请打分", extension={"type": 1}),
        *(MessageTemplate(name=f"第{n}条", kind="text", text="多谢") for n in range(6)),
    ]
    for position, row in enumerate(rows, 1):
        row.position = position
        row.save()


if __name__ == "__main__":
    main()
