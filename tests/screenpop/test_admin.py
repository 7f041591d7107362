"""The admin of telephony: seats are kept as they are compared, wishes are decided, the trail is read."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from customers.addresses import read_address
from customers.matching import match_address
from customers.models import Customer, Endpoint, Interaction, Leg
from screenpop.models import AgentSeat, DialRequest, PopEvent, SeatRequest


@pytest.fixture
def administrator(db):
    user = get_user_model().objects.create_user("boss", is_staff=True)
    user.groups.add(Group.objects.get(name="administrator"))
    return user


@pytest.fixture
def client(administrator):
    client = Client()
    client.force_login(administrator)
    return client


@pytest.fixture
def agent(db):
    user = get_user_model().objects.create_user("amei", display_name="阿梅")
    user.groups.add(Group.objects.get(name="agent"))
    return user


@pytest.fixture
def event(agent):
    return PopEvent.objects.create(
        event_id="e1",
        user=agent,
        tab="t1",
        sequence=1,
        trigger="load",
        observed_at=datetime(2025, 6, 4, tzinfo=UTC),
        pairs=[["mobile", "13800138000"], ["nickName", "小君君"], ["status", "100"], ["x", "<b>"]],
        outcome="opened",
    )


@pytest.fixture
def dial_request(agent):
    endpoint = Endpoint.objects.at("phone", "13900139000")
    assert endpoint is not None
    interaction = Interaction.objects.create(endpoint=endpoint, direction="outbound")
    leg = Leg.objects.create(interaction=interaction, user=agent)
    return DialRequest.objects.create(
        user=agent, leg=leg, endpoint=endpoint, dialled="13900139000", uui="u1"
    )


def admin_url(model, page: str, *args) -> str:
    return reverse(f"admin:screenpop_{model._meta.model_name}_{page}", args=args)


def seat_form(**fields) -> dict[str, str]:
    return {"email": "a@b.example", "mobile": "", "skill_groups": "", "is_active": "on"} | fields


def test_a_seat_is_kept_as_the_hash_will_name_it(client, agent):
    data = seat_form(
        email=" AMei@Shop.Example ",
        mobile="0086 138-0013-8000",
        skill_groups="售前，售后",
        user=agent.pk,
    )
    assert client.post(admin_url(AgentSeat, "add"), data).status_code == 302
    seat = AgentSeat.objects.get()
    assert (seat.email, seat.mobile) == ("amei@shop.example", "+8613800138000")
    assert (seat.skill_groups, seat.user) == (["售前", "售后"], agent)


def test_a_seat_twice_is_refused_whatever_its_case(client):
    client.post(admin_url(AgentSeat, "add"), seat_form())
    page = client.post(admin_url(AgentSeat, "add"), seat_form(email="A@B.example"))
    assert list(page.context["adminform"].form.errors) == ["email"]
    assert AgentSeat.objects.count() == 1


def test_a_mobile_that_is_none_is_named_on_its_field(client):
    page = client.post(admin_url(AgentSeat, "add"), seat_form(mobile="anonymous"))
    assert list(page.context["adminform"].form.errors) == ["mobile"]


def change_seat(client, seat, **fields) -> str:
    page = client.post(admin_url(AgentSeat, "change", seat.pk), seat_form(**fields), follow=True)
    assert page.status_code == 200
    return " ".join(str(message) for message in page.context["messages"])


def test_a_seats_mobile_is_one_of_our_own_numbers(client):
    Customer.objects.create(name="王芳").add_contact_point("phone", "13800138000")
    client.post(admin_url(AgentSeat, "add"), seat_form(mobile="138 0013 8000"))
    endpoint = Endpoint.objects.get()
    assert (endpoint.value, endpoint.is_own_line) == ("+8613800138000", True)
    assert match_address(read_address("phone", "13800138000")).reason == "own"


def test_a_former_mobile_stays_marked_and_the_administrator_is_told(client):
    client.post(admin_url(AgentSeat, "add"), seat_form(mobile="13800138000"))
    seat = AgentSeat.objects.get()
    assert "本中心号码" not in change_seat(client, seat, mobile="13800138000")
    assert "本中心号码" in change_seat(client, seat, mobile="13900139000")
    assert set(Endpoint.objects.values_list("is_own_line", flat=True)) == {True}
    AgentSeat.objects.create(email="other@b.example", mobile="+8613900139000")
    # Another seat has it still.
    assert "本中心号码" not in change_seat(client, seat)


def test_a_deleted_seats_mobile_is_told_of(client):
    client.post(admin_url(AgentSeat, "add"), seat_form(mobile="13800138000"))
    seat = AgentSeat.objects.get()
    url = admin_url(AgentSeat, "delete", seat.pk)
    assert "本中心号码" in str(
        list(client.post(url, {"post": "yes"}, follow=True).context["messages"])
    )
    client.post(admin_url(AgentSeat, "add"), seat_form(mobile="13800138000"))
    data = {
        "action": "delete_selected",
        "_selected_action": [AgentSeat.objects.get().pk],
        "post": "1",
    }
    page = client.post(admin_url(AgentSeat, "changelist"), data, follow=True)
    assert "本中心号码" in str(list(page.context["messages"]))


def decide(client, action: str, *wishes):
    data = {"action": action, "_selected_action": [wish.pk for wish in wishes]}
    return client.post(admin_url(SeatRequest, "changelist"), data, follow=True)


def test_granting_binds_the_seat(client, administrator, agent):
    wish = SeatRequest.objects.create(user=agent, email="amei@shop.example")
    text = client.get(admin_url(SeatRequest, "changelist")).content.decode()
    assert "批准" in text
    assert "拒绝" in text
    assert decide(client, "grant", wish).status_code == 200
    wish.refresh_from_db()
    assert (wish.granted, wish.decided_by) == (True, administrator)
    assert AgentSeat.objects.get(email="amei@shop.example").user == agent


def test_refusing_leaves_the_seat(client, agent):
    wish = SeatRequest.objects.create(user=agent, email="amei@shop.example")
    decide(client, "refuse", wish)
    wish.refresh_from_db()
    assert wish.granted is False
    assert not AgentSeat.objects.exists()


def test_what_was_decided_stays(client, agent):
    wish = SeatRequest.objects.create(user=agent, email="amei@shop.example")
    decide(client, "refuse", wish)
    decide(client, "grant", wish)
    wish.refresh_from_db()
    assert wish.granted is False
    assert not AgentSeat.objects.exists()


def test_a_supervisor_decides_nothing(agent):
    boss = get_user_model().objects.create_user("lead", is_staff=True)
    boss.groups.add(Group.objects.get(name="supervisor"))
    client = Client()
    client.force_login(boss)
    wish = SeatRequest.objects.create(user=agent, email="amei@shop.example")
    assert decide(client, "grant", wish).status_code == 403
    wish.refresh_from_db()
    assert wish.granted is None


def test_the_list_of_events_tells_no_number_and_the_page_does(client, event):
    text = client.get(admin_url(PopEvent, "changelist")).content.decode()
    assert "status=100" in text
    assert "mobile=…" in text
    assert "13800138000" not in text
    assert "小君君" not in text
    text = client.get(admin_url(PopEvent, "change", event.pk)).content.decode()
    assert "13800138000" in text
    assert "小君君" in text
    assert "&lt;b&gt;" in text
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    assert title
    assert "138" not in title[1]


@pytest.mark.parametrize(
    ("query", "found"), [("outcome=opened", 1), ("outcome=quiet", 0), ("trigger=load", 1)]
)
def test_events_are_filtered(client, event, query, found):
    page = client.get(f"{admin_url(PopEvent, 'changelist')}?{query}")
    assert len(page.context["cl"].result_list) == found


def test_the_list_of_dialled_numbers_tells_none(client, dial_request):
    assert "139" not in client.get(admin_url(DialRequest, "changelist")).content.decode()
    page = client.get(admin_url(DialRequest, "change", dial_request.pk)).content.decode()
    assert "139 0013 9000" in page


def test_the_trail_is_read_only_even_for_a_superuser(event, dial_request, agent):
    wish = SeatRequest.objects.create(user=agent, email="amei@shop.example")
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", password="x"))
    for row in (event, dial_request, wish):
        model = type(row)
        assert client.get(admin_url(model, "change", row.pk)).status_code == 200
        assert client.get(admin_url(model, "add")).status_code == 403
        assert client.post(admin_url(model, "change", row.pk), {}).status_code == 403
        assert client.post(admin_url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        client.post(admin_url(model, "changelist"), data)
        assert model.objects.filter(pk=row.pk).exists()
