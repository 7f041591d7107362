"""What the agent must not forget: overdue promises told once, unfinished cards, what a colleague asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.utils import timezone

from crm.models import User
from customers import follow_ups, wrap_up
from customers.linking import confirm
from customers.models import Customer, Disposition, FollowUp, Leg, LegChange
from customers.overdue import MOST_TOLD, newly_overdue
from screenpop.cards import card_of
from tests.screenpop.sightings import Page

pytestmark = pytest.mark.django_db


def person(name: str, *, agent: bool = True) -> User:
    user = User.objects.create_user(name, password="a-long-test-password", display_name=name)
    if agent:
        user.groups.add(Group.objects.get(name="agent"))
    return user


@pytest.fixture
def li() -> User:
    return person("li")


def owed(owner: User | None, minutes: int = -5, **more: Any) -> FollowUp:
    due = timezone.now() + timedelta(minutes=minutes)
    return FollowUp.objects.create(owner=owner, due_at=due, **{"text": "寄发票", **more})


def ask(client: Client, name: str = "li") -> str:
    client.post(
        "/pop/sign-in/",
        {"username": name, "password": "a-long-test-password"},
        secure=True,
        headers={"origin": "https://testserver"},
    )
    answer = client.post("/pop/reminders/", secure=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_overdue_promise_is_told_once(client: Client, li: User) -> None:
    customer = Customer.objects.create(name="欧阳晓峰")
    row = owed(li, customer=customer)
    first = ask(client)
    assert "回访已超时：欧阳晓峰" in first
    assert "寄发票" in first
    assert f'data-overdue="{row.pk}"' in first
    assert "data-overdue" not in ask(client)
    assert "data-overdue" not in ask(Client())


@pytest.mark.parametrize("case", ["later", "done", "another's", "the queue's"])
def test_what_is_not_mine_or_not_overdue_is_not_told(li: User, case: str) -> None:
    owner = {"another's": person("zhao"), "the queue's": None}.get(case, li)
    done = timezone.now() if case == "done" else None
    row = owed(owner, 5 if case == "later" else -5, done_at=done)
    assert newly_overdue(li, timezone.now()) == ([], 0)
    row.refresh_from_db()
    assert row.announced_at is None


def test_many_at_once_are_told_by_number(client: Client, li: User) -> None:
    for n in range(MOST_TOLD + 2):
        owed(li, -5 - n)
    page = ask(client)
    assert page.count("data-overdue=") == MOST_TOLD
    assert "还有 2 条待办也已超时" in page
    assert "data-overdue" not in ask(client)


def test_a_promise_that_was_moved_can_become_overdue_anew(li: User) -> None:
    row = owed(li)
    newly_overdue(li, timezone.now())
    row.refresh_from_db()
    later = timezone.now() + timedelta(minutes=30)
    follow_ups.reschedule(row.pk, li, later, row.due_at.isoformat())
    assert newly_overdue(li, later) == ([], 0)
    rows, _more = newly_overdue(li, later + timedelta(minutes=1))
    assert [r.pk for r in rows] == [row.pk]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
def test_the_query_of_every_minute_goes_by_the_owners_index(li: User) -> None:
    waiting = FollowUp.objects.open().filter(owner=li, due_at__lt=timezone.now(), announced_at=None)
    assert "follow_up_open_by_owner (owner_id=? AND due_at<?)" in waiting.explain()


def test_without_a_sign_in_or_a_role_nothing_is_told(client: Client) -> None:
    assert client.post("/pop/reminders/", secure=True).status_code in (401, 403)
    row = owed(person("nobody", agent=False))
    assert newly_overdue(row.owner, timezone.now()) == ([], 0)


def test_unfinished_legs_are_chips_and_wrapped_up_ones_are_not(client: Client, li: User) -> None:
    page = Page(li)
    page.see("answer")
    page.see("end", at=30)
    leg = Leg.objects.get()
    assert f'data-chip="{leg.pk}"' in ask(client)
    assert "待小结" in ask(client)
    wrap_up.wrap_up(leg, li, outcome=_outcome())
    assert "data-chip" not in ask(client)


def _outcome() -> Any:
    from customers.models import Disposition

    return Disposition.objects.exclude(parent=None).first()


def test_what_was_wrapped_up_today_is_opened_and_reopened_from_the_panel(
    client: Client, li: User
) -> None:
    page = Page(li)
    page.see("answer")
    page.see("end", at=30)
    leg = Leg.objects.get()
    wrap_up.wrap_up(leg, li, outcome=_outcome())
    ask(client)
    home = client.get("/pop/home/", secure=True).content.decode()
    assert "今天已小结" in home
    assert f'data-open-leg="{leg.pk}"' in home
    assert (
        'data-action="reopen"' in client.get(f"/pop/legs/{leg.pk}/", secure=True).content.decode()
    )
    assert client.post(f"/pop/legs/{leg.pk}/reopen/", secure=True).status_code == 200
    assert "今天已小结" not in client.get("/pop/home/", secure=True).content.decode()
    assert list(LegChange.objects.values_list("what", flat=True)) == ["wrapped-up", "reopened"]


def test_yesterdays_wrap_up_is_not_offered(client: Client, li: User) -> None:
    page = Page(li)
    page.see("answer")
    page.see("end", at=30)
    wrap_up.wrap_up(Leg.objects.get(), li, outcome=_outcome())
    Leg.objects.update(wrapped_up_at=timezone.now() - timedelta(days=1))
    ask(client)
    assert "今天已小结" not in client.get("/pop/home/", secure=True).content.decode()


def test_a_transfer_shows_what_the_colleague_noted_confirmed_and_promised(li: User) -> None:
    zhao = person("zhao")
    customer = Customer.objects.create(name="欧阳晓峰")
    customer.add_contact_point("phone", "13800138000")
    start = timezone.now() - timedelta(minutes=2)
    first = Page(li, start).see("answer").leg
    assert first is not None
    confirm(first.interaction, customer, li)
    Leg.objects.filter(pk=first.pk).update(note="要开发票")
    second = Page(zhao, start).see("ring", at=20).leg
    assert second is not None
    owed(li, 30, customer=customer, leg=first, text="转财务开票")
    card = card_of(zhao, Leg.objects.get(pk=second.pk))
    assert card.colleague is not None
    assert card.colleague.note == "要开发票"
    assert card.colleague_said == "欧阳晓峰"
    assert card.ask is not None
    assert card.ask.text == "转财务开票"
    sole = card_of(li, Leg.objects.get(pk=first.pk))
    assert (sole.colleague_said, sole.ask) == ("", None)


def test_after_a_ring_all_the_colleague_is_who_took_it(li: User) -> None:
    zhao, sun = person("zhao"), person("sun")
    start = timezone.now() - timedelta(seconds=50)
    page = Page(li, start)
    first = page.see("ring").leg
    rang = Page(zhao, start).see("ring", at=0.2).leg
    assert first is not None
    assert rang is not None
    # While it rings everywhere nobody spoke first.
    assert card_of(zhao, Leg.objects.get(pk=rang.pk)).colleague is None
    page.see("answer", at=5)
    Leg.objects.filter(pk=first.pk).update(note="要开发票")
    third = Page(sun, start).see("ring", at=30).leg
    assert third is not None
    card = card_of(sun, Leg.objects.get(pk=third.pk))
    assert card.colleague is not None
    assert (card.colleague.user, card.colleague.note) == (li, "要开发票")


def test_a_promise_to_somebody_unknown_heads_the_next_pop_of_the_number(li: User) -> None:
    page = Page(li, timezone.now() - timedelta(minutes=5))
    leg = page.see("answer").leg
    page.see("end", at=30)
    assert leg is not None
    promise = wrap_up.Promise(timezone.now() + timedelta(hours=1), text="查库存")
    outcome = Disposition.objects.get(code="inquiry-solved")
    wrap_up.wrap_up(Leg.objects.get(pk=leg.pk), li, outcome=outcome, promise=promise)
    again = page.see("ring", at=290).leg
    assert again is not None
    shown = card_of(li, Leg.objects.get(pk=again.pk)).why.promise
    assert shown is not None
    assert shown.text == "查库存"
