"""A follow-up dialled from the panel: attempts, and what the outcome of the call does to it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from customers import do_not_call
from customers.models import Customer, Disposition, Endpoint, FollowUp, Leg, SkillGroup
from customers.wrap_up import Promise, reopen, wrap_up
from screenpop.home import home_of

SOON = {"due": "soon"}


def make_user(name, role="agent"):
    user = get_user_model().objects.create_user(name, password="a-long-password")
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def li(db):
    return make_user("li")


@pytest.fixture
def zhao(db):
    return make_user("zhao")


def pop_of(user):
    client = Client()
    client.post(
        "/pop/sign-in/",
        {"username": user.username, "password": "a-long-password"},
        secure=True,
        headers={"Origin": "https://testserver"},
    )
    return client


@pytest.fixture
def wang(db):
    customer = Customer.objects.create(name="王")
    customer.add_contact_point("phone", "13800138000")
    return customer


def owed(owner=None, **more):
    values = {"text": "报价", "due_at": timezone.now() - timedelta(minutes=5), **more}
    return FollowUp.objects.create(owner=owner, **values)


def number():
    return Endpoint.objects.at("phone", "13800138000")


def dial(client, row, **form):
    return client.post(f"/pop/follow-ups/{row.pk}/dial/", form, secure=True)


def say(client, leg, outcome, **form):
    return client.post(f"/pop/legs/{leg.pk}/outcome/", {"outcome": outcome, **form}, secure=True)


def finish(client, leg, **form):
    solved = Disposition.objects.get(code="interested").pk
    return client.post(f"/pop/legs/{leg.pk}/wrap-up/", {"outcome": solved, **form}, secure=True)


def test_one_click_dials_takes_it_and_counts(li, wang):
    row = owed(customer=wang, endpoint=number())
    page = pop_of(li).get("/pop/home/", secure=True).content.decode()
    assert f'data-dial-url="/pop/follow-ups/{row.pk}/dial/"' in page
    assert "还没有人办" in page
    answer = dial(pop_of(li), row).json()
    assert answer["message"]["payload"]["message"] == {"phoneNumber": "13800138000", "desc": "王"}
    # The promise stands on top of the card, with its attempts.
    assert "报价" in answer["card"]
    assert 'data-attempts="1"' in answer["card"]
    row.refresh_from_db()
    assert (row.owner, row.attempts, row.done_at) == (li, 1, None)
    leg = Leg.objects.get(pk=answer["leg"])
    assert (leg.follow_up, leg.interaction.customer, leg.state) == (row, wang, "dialled")
    page = pop_of(li).get("/pop/home/", secure=True).content.decode()
    assert "已拨 1 次" in page


def test_a_customer_without_a_promised_number_is_called_at_the_first(li, wang):
    row = owed(li, customer=wang)
    assert dial(pop_of(li), row).status_code == 200
    assert Leg.objects.get().endpoint == number()
    nobody = owed(li, customer=Customer.objects.create(name="无号"))
    assert dial(pop_of(li), nobody).status_code == 422
    nobody.refresh_from_db()
    assert nobody.attempts == 0


def test_what_is_somebody_elses_done_or_not_there_is_not_dialled(li, zhao, wang):
    client = pop_of(li)
    for row, words in (
        (owed(zhao, customer=wang), "由zhao负责"),
        (owed(li, customer=wang, done_at=timezone.now()), "已经完成了"),
        (owed(customer=wang, group=SkillGroup.objects.create(name="销售")), "销售的队列里"),
    ):
        answer = dial(client, row)
        assert answer.status_code == 409
        assert words in answer.json()["message"]
    assert client.post("/pop/follow-ups/999999/dial/", secure=True).status_code == 404
    assert Client().post("/pop/follow-ups/1/dial/", secure=True).status_code == 401
    assert not Leg.objects.exists()


def test_do_not_call_asks_first_and_changes_nothing_before(li, wang):
    do_not_call.register(number(), li, reason="x", source="list")
    row = owed(customer=wang, endpoint=number())
    client = pop_of(li)
    assert dial(client, row).json()["error"] == "do-not-call"
    row.refresh_from_db()
    assert (row.owner, row.attempts) == (None, 0)
    assert dial(client, row, confirmed="1").status_code == 200


def test_not_reached_it_stays_or_moves(li, wang):
    row = owed(li, customer=wang, endpoint=number())
    due, client = row.due_at, pop_of(li)
    leg = Leg.objects.get(pk=dial(client, row).json()["leg"])
    assert say(client, leg, "no-answer").status_code == 200
    row.refresh_from_db()
    assert (row.due_at, row.attempts, row.done_at) == (due, 1, None)
    leg = Leg.objects.get(pk=dial(client, row).json()["leg"])
    card = client.get(f"/pop/legs/{leg.pk}/", secure=True).content.decode()
    assert "改到 " in card
    say(client, leg, "no-answer", **SOON)
    row.refresh_from_db()
    assert row.due_at > timezone.now() + timedelta(minutes=29)
    assert row.attempts == 2


def test_not_dialled_does_not_count(li, wang):
    row, client = owed(li, customer=wang, endpoint=number()), pop_of(li)
    leg = Leg.objects.get(pk=dial(client, row).json()["leg"])
    for _again in range(2):
        say(client, leg, "not-dialled", **SOON)
    row.refresh_from_db()
    assert row.attempts == 0
    assert row.due_at < timezone.now()


def reached(client, row):
    leg = Leg.objects.get(pk=dial(client, row).json()["leg"])
    assert say(client, leg, "connected").status_code == 200
    return leg


def test_reached_and_wrapped_up_it_is_done(li, wang):
    row, client = owed(li, customer=wang, endpoint=number()), pop_of(li)
    leg = reached(client, row)
    card = client.get(f"/pop/legs/{leg.pk}/", secure=True).content.decode()
    assert "办完了" in card
    assert finish(client, leg).status_code == 200
    row.refresh_from_db()
    assert row.done_at is not None
    assert row.done_by == li
    # The wrap-up taken back takes that back too.
    client.post(f"/pop/legs/{leg.pk}/reopen/", secure=True)
    row.refresh_from_db()
    assert (row.done_at, row.done_by) == (None, None)


def test_what_is_not_settled_stays_open(li, wang):
    row, client = owed(li, customer=wang, endpoint=number()), pop_of(li)
    finish(client, reached(client, row), follow_up="open")
    row.refresh_from_db()
    assert row.done_at is None


def test_promised_anew_it_is_the_same_one_at_another_time(li, wang):
    row, client = owed(li, customer=wang, endpoint=number()), pop_of(li)
    sales = SkillGroup.objects.create(name="销售")
    leg = reached(client, row)
    form = {"due": "soon", "owner": f"group-{sales.pk}", "promise": ""}
    assert finish(client, leg, **form).status_code == 200
    row.refresh_from_db()
    assert FollowUp.objects.count() == 1
    assert (row.owner, row.group, row.text, row.done_at) == (None, sales, "报价", None)
    assert row.due_at > timezone.now()


def test_a_missed_call_is_closed_by_a_new_promise(li, wang):
    row = owed(li, customer=wang, endpoint=number(), kind="missed", text="")
    leg = reached(pop_of(li), row)
    leg.refresh_from_db()
    due = timezone.now() + timedelta(hours=1)
    wrap_up(leg, li, outcome=None, promise=Promise(due, text="寄资料"))
    row.refresh_from_db()
    assert row.done_at is not None
    new = FollowUp.objects.open().get()
    assert (new.kind, new.text, new.owner) == ("promise", "寄资料", li)
    # What had been missed is not missed again.
    reopen(leg, li)
    row.refresh_from_db()
    assert row.done_at is not None


def test_what_a_colleague_did_meanwhile_stays(li, zhao, wang):
    row, client = owed(li, customer=wang, endpoint=number()), pop_of(li)
    leg = reached(client, row)
    FollowUp.objects.filter(pk=row.pk).update(owner=zhao)
    assert finish(client, leg).status_code == 200
    row.refresh_from_db()
    assert (row.owner, row.done_at) == (zhao, None)


def test_dialled_again_from_its_card_it_counts_again(li, wang):
    row, client = owed(li, customer=wang, endpoint=number()), pop_of(li)
    leg = Leg.objects.get(pk=dial(client, row).json()["leg"])
    say(client, leg, "no-answer")
    form = {"endpoint": number().pk}
    again = client.post(f"/pop/legs/{leg.pk}/dial/", form, secure=True).json()
    row.refresh_from_db()
    assert row.attempts == 2
    assert Leg.objects.get(pk=again["leg"]).follow_up == row
    FollowUp.objects.update(done_at=timezone.now())
    again = client.post(f"/pop/legs/{leg.pk}/dial/", form, secure=True).json()
    assert Leg.objects.get(pk=again["leg"]).follow_up is None


@pytest.mark.parametrize("owner", ["me", "queue", "", "nonsense"])
def test_whose_a_promise_is(li, wang, owner):
    row, client = owed(li, customer=wang, endpoint=number(), kind="missed"), pop_of(li)
    leg = reached(client, row)
    finish(client, leg, due="soon", owner=owner, promise="寄资料")
    new = FollowUp.objects.open().get()
    assert (new.owner, new.group) == (None if owner == "queue" else li, None)


def test_a_reopened_wrap_up_shows_what_it_promised_and_can_withdraw_it(li, wang):
    client, sales = pop_of(li), SkillGroup.objects.create(name="销售")
    leg = Leg.objects.get(pk=dial(client, owed(li, customer=wang, kind="missed")).json()["leg"])
    say(client, leg, "connected")
    client.post(f"/pop/legs/{leg.pk}/ended/", secure=True)
    finish(client, leg, due="soon", owner=f"group-{sales.pk}", promise="寄资料")
    made = FollowUp.objects.get(leg=leg, kind="promise")
    card = client.post(f"/pop/legs/{leg.pk}/reopen/", secure=True).content.decode()
    local = timezone.localtime(made.due_at).strftime("%Y-%m-%dT%H:%M")
    for shown in (f'name="promised" value="{made.pk}"', 'value="寄资料"', f'value="{local}"'):
        assert shown in card
    assert re.search(r'value="own"[^>]* checked', card)
    assert re.search(rf'value="group-{sales.pk}" selected', card)
    form = {"promised": made.pk, "due": "own", "promise": "寄样品"}
    form |= {"due_at": (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")}
    assert finish(client, leg, **form).status_code == 200
    assert FollowUp.objects.get(leg=leg, kind="promise", done_at=None).text == "寄样品"
    client.post(f"/pop/legs/{leg.pk}/reopen/", secure=True)
    assert finish(client, leg, promised=made.pk, due="").status_code == 200
    assert not FollowUp.objects.filter(leg=leg, done_at=None).exists()


def test_a_queue_that_is_gone_is_refused_in_words(li, wang):
    gone = SkillGroup.objects.create(name="停了", is_active=False)
    row, client = owed(li, customer=wang, endpoint=number()), pop_of(li)
    leg = reached(client, row)
    for key in (gone.pk, 99999, "x"):
        answer = finish(client, leg, due="soon", owner=f"group-{key}")
        assert answer.status_code == 409
        assert "刚刚被停用" in answer.json()["message"]


def test_the_panel_holds_the_own_and_the_own_groups_queues(li, zhao, wang):
    sales = SkillGroup.objects.create(name="销售")
    sales.members.add(li)
    mine, groups, everybodys = owed(li), owed(group=sales), owed()
    owed(zhao)
    owed(zhao, group=sales)
    owed(li, due_at=timezone.now() + timedelta(days=2))
    home = home_of(li, timezone.now())
    assert home.due == [mine]
    assert home.queue == [groups, everybodys]
    assert home_of(zhao, timezone.now()).queue == [everybodys]
