"""Texts and cards into a chat: what is offered on a card, what is handed over, and what is kept of it."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.models import User
from customers.models import Customer, Interaction, Leg, SentMessage
from screenpop.models import AgentSeat, LinkHost, MessageTemplate, TemplateUse

pytestmark = pytest.mark.django_db


def make_user(name: str, role: str, shown: str = "") -> User:
    user = User.objects.create_user(name, password="a-long-test-password", display_name=shown)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def agent(client: Client) -> User:
    user = make_user("chenmin", "agent", "陈敏")
    client.post(
        "/pop/sign-in/",
        {"username": "chenmin", "password": "a-long-test-password"},
        secure=True,
        headers={"origin": "https://testserver"},
    )
    return user


def make_leg(user: User, channel: str = "im", state: str = "connected", **fields: Any) -> Leg:
    customer = fields.pop("customer", None)
    interaction = Interaction.objects.create(
        channel_family="phone" if channel == "phone" else "chat",
        channel=channel,
        nickname="小君君",
        customer=customer,
    )
    return Leg.objects.create(interaction=interaction, user=user, state=state, **fields)


@pytest.fixture
def leg(agent: User) -> Leg:
    return make_leg(agent, customer=Customer.objects.create(name="王建国", company="云帆科技"))


@pytest.fixture
def text() -> MessageTemplate:
    return MessageTemplate.objects.create(
        name="问候", kind="text", text="{customer}您好，我是{agent}。", position=1
    )


@pytest.fixture
def card() -> MessageTemplate:
    LinkHost.objects.create(host="shop.example.com")
    return MessageTemplate.objects.create(
        name="订单进度",
        kind="card",
        title="{customer}的订单",
        text="点开查看",
        picture="https://shop.example.com/p.png",
        link="https://shop.example.com/o/{ticket}",
        position=2,
    )


def panel(client: Client, leg: Leg) -> Any:
    return client.get(f"/pop/legs/{leg.pk}/messages/", secure=True)


def send(client: Client, leg: Leg, template: Any, text: str = "", send_id: str = "one") -> Any:
    fields = {"template": getattr(template, "pk", template), "text": text, "send_id": send_id}
    return client.post(f"/pop/legs/{leg.pk}/messages/send/", fields, secure=True)


def test_the_panel_offers_templates_filled_for_this_card(
    client: Client, leg: Leg, text: MessageTemplate, card: MessageTemplate
) -> None:
    MessageTemplate.objects.create(name="旧的", kind="text", text="不再用", is_active=False)
    page = panel(client, leg).content.decode()
    assert "王建国您好，我是陈敏。" in page
    assert "王建国的订单" in page
    assert "还没有单号" in page
    assert "旧的" not in page
    assert "data-other-chats" not in page


def test_without_templates_the_panel_says_so(client: Client, leg: Leg) -> None:
    assert "还没有可以发送的内容" in panel(client, leg).content.decode()


def test_what_this_agent_used_last_comes_first(
    client: Client, agent: User, leg: Leg, text: MessageTemplate, card: MessageTemplate
) -> None:
    colleague = make_user("lina", "agent")
    TemplateUse.objects.create(user=colleague, template=text, used_at=timezone.now())

    def order() -> list[str]:
        page = panel(client, leg).content.decode()
        return sorted(["问候", "订单进度"], key=lambda name: page.index(f">{name}<"))

    assert order() == ["问候", "订单进度"]
    TemplateUse.objects.create(user=agent, template=card, used_at=timezone.now())
    assert order() == ["订单进度", "问候"]


def test_a_text_goes_out_as_the_agent_changed_it_and_is_recorded(
    client: Client, agent: User, leg: Leg, text: MessageTemplate
) -> None:
    before = leg.changed_at
    answer = send(client, leg, text, " 王先生您好！\r\n请稍等\x07。 ").json()
    assert answer["message"] == {
        "source": "ccc-sdk",
        "payload": {"event": "sendTextMessage", "message": "王先生您好！\n请稍等。"},
    }
    kept = SentMessage.objects.get()
    assert (kept.leg, kept.user, kept.kind, kept.template_name) == (leg, agent, "text", "问候")
    assert kept.content == {"text": "王先生您好！\n请稍等。"}
    assert f'data-sent="{kept.pk}"' in answer["card"]
    assert TemplateUse.objects.get().template == text
    leg.refresh_from_db()
    assert leg.changed_at > before


def test_a_card_goes_out_as_the_template_says_whatever_the_page_sends(
    client: Client, leg: Leg, card: MessageTemplate
) -> None:
    leg.ticket = "GD 1/2"
    leg.save(update_fields=["ticket"])
    answer = send(client, leg, card, "别的文字").json()
    assert answer["message"]["payload"] == {
        "event": "sendCard",
        "message": {
            "header": "王建国的订单",
            "desc": "点开查看",
            "pic": "https://shop.example.com/p.png",
            "url": "https://shop.example.com/o/GD%201%2F2",
        },
    }


def test_a_custom_message_carries_its_mark_and_extension(client: Client, leg: Leg) -> None:
    custom = MessageTemplate.objects.create(
        name="评价", kind="custom", title="请评价", text="", extension={"type": 1}
    )
    assert send(client, leg, custom).json()["message"]["payload"] == {
        "event": "sendCustomMessage",
        "message": {
            "title": "请评价",
            "description": "",
            "iconUrl": "",
            "fromPostMessage": 1,
            "extension": {"type": 1},
        },
    }


def test_the_same_click_twice_is_one_message(
    client: Client, leg: Leg, text: MessageTemplate
) -> None:
    first, second = (send(client, leg, text, "您好", "same").json() for _ in range(2))
    assert first["message"] == second["message"]
    assert SentMessage.objects.count() == 1
    assert send(client, leg, text, "您好", "other").status_code == 200
    assert SentMessage.objects.count() == 2


def test_somebody_elses_send_id_tells_nothing(
    client: Client, agent: User, leg: Leg, text: MessageTemplate
) -> None:
    colleague = make_user("lina", "agent")
    SentMessage.objects.create(
        leg=make_leg(colleague), user=colleague, kind="text", content={"text": "秘密"}, send_id="x"
    )
    answer = send(client, leg, text, "您好", "x")
    assert answer.status_code == 422
    assert "秘密" not in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "内容是空的"),
        (" \n\t ", "内容是空的"),
        ("长" * 1001, "最多 1000 字"),
        ("单号 {ticket}", "还没有单号"),
        ("看 https://evil.example/", "网站 evil.example 不在允许列表里"),
        ("看 www.evil.example", "网站 www.evil.example 不在允许列表里"),
        ("http://shop.example.com", "必须以 https:// 开头"),
        ("https://shop.example.com@evil.example", "不能有 @"),
    ],
)
def test_a_text_that_may_not_go_out_is_refused_in_words(
    client: Client, leg: Leg, text: MessageTemplate, typed: str, words: str
) -> None:
    LinkHost.objects.create(host="shop.example.com")
    answer = send(client, leg, text, typed)
    assert answer.status_code == 422
    assert words in answer.json()["message"]
    assert not SentMessage.objects.exists()


def test_a_host_taken_off_the_list_is_refused_at_sending(
    client: Client, leg: Leg, card: MessageTemplate
) -> None:
    leg.ticket = "1"
    leg.save(update_fields=["ticket"])
    LinkHost.objects.all().delete()
    assert "data-cannot-send" in panel(client, leg).content.decode()
    answer = send(client, leg, card)
    assert (answer.status_code, SentMessage.objects.count()) == (422, 0)
    assert "shop.example.com 不在允许列表里" in answer.json()["message"]


def test_a_card_without_its_ticket_is_not_sent(
    client: Client, leg: Leg, card: MessageTemplate
) -> None:
    assert "还没有单号" in send(client, leg, card).json()["message"]


@pytest.mark.parametrize("fields", [{"template": ""}, {"template": "x"}, {"template": "9" * 30}])
def test_nothing_chosen_is_answered_in_words(client: Client, leg: Leg, fields: Any) -> None:
    answer = send(client, leg, fields["template"])
    assert (answer.status_code, answer.json()["message"]) == (422, "请先选择要发送的内容。")


@pytest.mark.parametrize("send_id", ["", "a b", "x" * 37])
def test_a_send_id_of_another_shape_is_refused(
    client: Client, leg: Leg, text: MessageTemplate, send_id: str
) -> None:
    assert send(client, leg, text, "您好", send_id).status_code == 400


def test_a_template_switched_off_meanwhile_is_not_sent(
    client: Client, leg: Leg, text: MessageTemplate
) -> None:
    MessageTemplate.objects.update(is_active=False)
    assert "刚刚被停用" in send(client, leg, text, "您好").json()["message"]


@pytest.mark.parametrize(
    ("channel", "state"),
    [("phone", "connected"), ("im", "ringing"), ("oim", "wrap-up"), ("om", "closed")],
)
def test_only_a_chat_that_is_going_on_takes_messages(
    client: Client, agent: User, text: MessageTemplate, channel: str, state: str
) -> None:
    leg = make_leg(agent, channel, state)
    assert panel(client, leg).status_code == 409
    assert send(client, leg, text, "您好").status_code == 422
    page = client.get(f"/pop/legs/{leg.pk}/", secure=True).content.decode()
    assert "data-messages=" not in page


@pytest.mark.parametrize("channel", ["im", "om", "oim"])
def test_a_connected_chat_has_the_folded_part(client: Client, agent: User, channel: str) -> None:
    leg = make_leg(agent, channel)
    page = client.get(f"/pop/legs/{leg.pk}/", secure=True).content.decode()
    assert f'data-messages="/pop/legs/{leg.pk}/messages/"' in page


def test_other_chats_that_are_going_on_bring_a_warning(
    client: Client, agent: User, leg: Leg, text: MessageTemplate
) -> None:
    make_leg(agent, "im")
    make_leg(agent, "phone")
    make_leg(agent, "im", "wrap-up")
    page = panel(client, leg).content.decode()
    assert "还有 1 个进行中的会话" in page
    assert "王建国 的会话" in page


def test_a_colleague_and_a_stranger_may_not_send(
    client: Client, agent: User, text: MessageTemplate
) -> None:
    theirs = make_leg(make_user("lina", "agent"))
    for answer in (panel(client, theirs), send(client, theirs, text, "您好")):
        assert answer.status_code == 404
    stranger = Client()
    for answer in (panel(stranger, theirs), send(stranger, theirs, text, "您好")):
        assert answer.status_code == 401
    assert not SentMessage.objects.exists()


def test_under_a_doubtful_seat_nothing_is_sent(
    client: Client, agent: User, text: MessageTemplate
) -> None:
    AgentSeat.objects.create(email="chenmin@c.cn", user=agent)
    AgentSeat.objects.create(email="lina@c.cn", user=make_user("lina", "agent"))
    leg = make_leg(agent, agent_email="lina@c.cn")
    assert send(client, leg, text, "您好").status_code == 423


def test_who_takes_over_sees_what_was_sent(
    client: Client, agent: User, text: MessageTemplate
) -> None:
    first = make_leg(make_user("lina", "agent", "李娜"), state="closed")
    SentMessage.objects.create(
        leg=first, user=first.user, kind="text", content={"text": "请看帮助页"}, send_id="x"
    )
    second = Leg.objects.create(
        interaction=first.interaction, user=agent, state="connected", sequence=2
    )
    page = client.get(f"/pop/legs/{second.pk}/", secure=True).content.decode()
    assert "请看帮助页" in page
    assert "<strong>李娜</strong>" in page


def test_a_call_asks_nothing_about_messages(client: Client, agent: User) -> None:
    leg = make_leg(agent, "phone")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(f"/pop/legs/{leg.pk}/", secure=True)
    assert not [q for q in asked.captured_queries if "message" in q["sql"].lower()]


def test_the_panel_costs_the_same_with_many_templates(
    client: Client, leg: Leg, text: MessageTemplate
) -> None:
    # What a process keeps for some seconds is read before.
    panel(client, leg)
    with CaptureQueriesContext(connection) as few:
        panel(client, leg)
    MessageTemplate.objects.bulk_create(
        MessageTemplate(name=f"第{n}条", kind="text", text="您好") for n in range(50)
    )
    with CaptureQueriesContext(connection) as many:
        page = panel(client, leg).content.decode()
    assert len(many) == len(few)
    assert "data-message-filter" in page


def test_the_interactions_page_tells_what_was_sent(client: Client) -> None:
    boss = make_user("boss", "supervisor", "班长")
    leg = make_leg(boss)
    SentMessage.objects.create(
        leg=leg,
        user=boss,
        kind="card",
        template_name="订单进度",
        content={
            "title": "您的订单",
            "text": "点开查看",
            "picture": "",
            "link": "https://shop.example.com/o/1",
        },
        send_id="x",
    )
    client.force_login(boss)
    page = client.get(f"/interactions/{leg.interaction_id}/", secure=True).content.decode()
    for words in (
        "您的订单",
        "点开查看",
        "https://shop.example.com/o/1",
        "订单进度",
        "已交给工作台发送",
    ):
        assert words in page
