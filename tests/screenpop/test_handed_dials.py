"""拨打 on the page of follow-ups: the wish goes to the agent's own pop, once, within some seconds."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from customers.models import Customer, Endpoint, FollowUp, Leg
from screenpop import handed_dials
from screenpop.models import DialRequest, HandedDial

HTMX = {"HX-Request": "true"}
NUMBER = "13800138000"


def make_user(name, role="agent"):
    user = get_user_model().objects.create_user(name, password="a-long-password")
    user.groups.add(Group.objects.get(name=role))
    return user


def signed_in(user):
    """The page of follow-ups."""
    client = Client()
    client.force_login(user)
    return client


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
def li(db):
    return make_user("li")


@pytest.fixture
def row(li):
    wang = Customer.objects.create(name="王")
    wang.add_contact_point("phone", NUMBER)
    due = timezone.now() - timedelta(minutes=5)
    endpoint = Endpoint.objects.at("phone", NUMBER)
    return FollowUp.objects.create(customer=wang, endpoint=endpoint, due_at=due, text="报价")


def ask(user, row, **form):
    answer = signed_in(user).post(
        f"/follow-ups/{row.pk}/dial/", form | {"tab": "groups"}, secure=True, headers=HTMX
    )
    return answer.content.decode()


def standing(user, row, key, shown="waiting"):
    address = f"/follow-ups/{row.pk}/dial/{key}/?tab=groups&shown={shown}"
    return signed_in(user).get(address, secure=True, headers=HTMX)


def refresh(pop):
    return pop.post("/pop/cards/", {"have": ""}, secure=True).headers.get("X-Pop-Dial")


def take(pop, key, tab="a"):
    return pop.post("/pop/dial/handed/", {"key": key}, secure=True, headers={"X-Pop-Tab": tab})


def key_of(user):
    return HandedDial.objects.get(user=user).key


def test_the_pop_hears_of_it_dials_and_the_page_says_so(li, row):
    pop = pop_of(li)
    assert refresh(pop) is None
    assert 'data-handed="waiting"' in ask(li, row)
    # Nothing has happened yet but the asking.
    row.refresh_from_db()
    assert (row.owner, row.attempts, Leg.objects.count()) == (None, 0, 0)
    key = refresh(pop)
    assert standing(li, row, key).status_code == 204
    answer = take(pop, key).json()
    assert answer["message"]["payload"]["message"] == {"phoneNumber": NUMBER, "desc": "王"}
    assert 'data-state="dialled"' in answer["card"]
    row.refresh_from_db()
    assert (row.owner, row.attempts) == (li, 1)
    said = standing(li, row, key)
    assert said["HX-Retarget"] == f'[data-follow-up="{row.pk}"]'
    assert 'data-handed="taken"' in said.content.decode()
    assert 'data-attempts="1"' in said.content.decode()
    assert refresh(pop) is None


def test_one_tab_dials_and_gets_its_answer_again_when_the_first_was_lost(li, row):
    pop = pop_of(li)
    ask(li, row)
    key = refresh(pop)
    first = take(pop, key, "a")
    other = take(pop, key, "b")
    again = take(pop, key, "a")
    assert (other.status_code, other.json()["error"]) == (409, "taken")
    assert again.json()["leg"] == first.json()["leg"]
    assert DialRequest.objects.count() == 1


def test_what_nobody_takes_is_over_after_some_seconds(li, row):
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        pop = pop_of(li)
        ask(li, row)
        key = refresh(pop)
        clock.shift(handed_dials.PATIENCE)
        late = standing(li, row, key)
        assert 'data-handed="late"' in late.content.decode()
        assert "HX-Retarget" not in late
        assert standing(li, row, key, "late").status_code == 204
        clock.shift(handed_dials.WITHIN)
        assert refresh(pop) is None
        assert take(pop, key).status_code == 409
        assert 'data-handed="expired"' in standing(li, row, key, "late").content.decode()
    assert not Leg.objects.exists()


def test_only_the_same_persons_pop_takes_it(li, row):
    zhao = make_user("zhao")
    ask(li, row)
    pop = pop_of(zhao)
    assert refresh(pop) is None
    assert take(pop, key_of(li)).status_code == 409
    assert 'data-handed="expired"' in standing(zhao, row, key_of(li)).content.decode()


def test_a_number_that_wants_no_calls_is_asked_about_first(li, row):
    Endpoint.objects.filter(pk=row.endpoint_id).update(do_not_call=True)
    page = ask(li, row)
    assert "客户已登记勿扰，确定要拨打吗？" in page
    assert 'name="confirmed"' in page
    assert not HandedDial.objects.exists()
    ask(li, row, confirmed="1")
    assert take(pop_of(li), key_of(li)).status_code == 200
    assert DialRequest.objects.get().despite_do_not_call


def test_what_became_impossible_meanwhile_is_told_on_both_sides_and_tried_by_no_other_tab(li, row):
    ask(li, row)
    row.done_at = timezone.now()
    row.save()
    pop = pop_of(li)
    key = refresh(pop)
    refused = take(pop, key)
    assert refused.status_code == 409
    assert "已经完成了" in refused.json()["message"]
    assert refresh(pop) is None
    assert take(pop, key, "b").json()["error"] == "taken"
    page = standing(li, row, key).content.decode()
    assert 'data-handed="failed"' in page
    assert "已经完成了" in page


def test_the_next_wish_takes_the_place_of_the_one_that_waits(li, row):
    other = FollowUp.objects.create(customer=row.customer, due_at=row.due_at, text="合同")
    ask(li, row)
    old = key_of(li)
    ask(li, other)
    assert refresh(pop_of(li)) == key_of(li) != old
    assert take(pop_of(li), old).status_code == 409
    assert 'data-handed="expired"' in standing(li, row, old).content.decode()


def test_a_wish_is_taken_back_unless_a_pop_was_faster(li, row):
    ask(li, row)
    page = ask(li, row, cancel=key_of(li))
    assert "data-handed" not in page
    assert refresh(pop_of(li)) is None
    ask(li, row)
    key = key_of(li)
    take(pop_of(li), key)
    assert 'data-handed="taken"' in ask(li, row, cancel=key)


def test_who_may_not_change_it_may_not_dial(li, row):
    zhao = make_user("zhao")
    row.owner = zhao
    row.save()
    supervisor = make_user("boss", "supervisor")
    page = signed_in(supervisor).get("/follow-ups/?tab=all", secure=True).content.decode()
    assert "data-dial-handed" in page
    assert "这条待办由zhao负责" in ask(li, row)
    assert not HandedDial.objects.exists()
    nobody = get_user_model().objects.create_user("nobody")
    answer = signed_in(nobody).post(f"/follow-ups/{row.pk}/dial/", {}, secure=True)
    assert answer.status_code == 403


def test_a_row_without_a_number_offers_no_dialling(li, row):
    row.endpoint, row.customer = None, None
    row.save()
    page = signed_in(li).get("/follow-ups/?tab=groups", secure=True).content.decode()
    assert f'data-follow-up="{row.pk}"' in page
    assert "data-dial-handed" not in page
    assert "没有号码可拨" in ask(li, row)


def test_without_scripts_the_list_comes_back_with_what_was_said(li, row):
    answer = signed_in(li).post(f"/follow-ups/{row.pk}/dial/", {"tab": "groups"}, secure=True)
    assert answer["Location"] == "/follow-ups/?tab=groups"
    assert HandedDial.objects.filter(user=li).exists()
