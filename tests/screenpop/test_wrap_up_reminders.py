"""Asking an agent for a wrap-up: from the board into the agent's own pop, said once, until it is there."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Customer, Interaction, Leg
from screenpop.cards import card_of
from screenpop.models import Discrepancy
from screenpop.open_legs import for_cards, version_of
from screenpop.wrap_up_reminders import newly_asked
from tests.customers.people import person
from tests.workers import empty_file, together, workers_database  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
BOARD = "/reconciliation/?kind=no-wrap-up"


def talk(user: Any, hours: float = 2, **more: Any) -> Leg:
    """One that was over so long ago and waits for its wrap-up."""
    began = timezone.now() - timedelta(hours=hours)
    customer = Customer.objects.create(name="林悦")
    call = Interaction.objects.create(customer=customer, started_at=began)
    values = {
        "state": "wrap-up",
        "started_at": began,
        "connected_at": began,
        "ended_at": began,
        "last_signal_at": began,
        "last_signal": "x",
        **more,
    }
    return Leg.objects.create(interaction=call, user=user, **values)


@pytest.fixture
def li() -> Any:
    return person("li")


@pytest.fixture
def leg(li: Any) -> Leg:
    return talk(li)


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(person("boss", "supervisor"))
    return client


def pop_of(user: Any) -> Client:
    """That agent's pop, signed in."""
    user.set_password("a-long-test-password")
    user.save(update_fields=["password"])
    client = Client()
    client.post(
        "/pop/sign-in/",
        {"username": user.username, "password": "a-long-test-password"},
        secure=True,
        headers={"origin": "https://testserver"},
    )
    return client


def told(client: Client) -> str:
    answer = client.post("/pop/reminders/", secure=True)
    assert answer.status_code == 200
    return answer.content.decode()


def remind(client: Client, leg: Leg) -> str:
    answer = client.post(f"/reconciliation/legs/{leg.pk}/remind/", follow=True)
    return str(answer.content.decode())


def test_a_reminder_goes_from_the_board_to_the_agent_and_ends_with_the_wrap_up(
    boss: Client, li: Any, leg: Leg
) -> None:
    page = boss.get(BOARD).content.decode()
    assert "提醒坐席" in page
    assert "data-reminder" not in page
    page = remind(boss, leg)
    assert "已提醒 li。" in page
    assert 'data-reminder="waiting"' in page
    assert "坐席还没有打开弹屏" in page
    assert "再提醒一次" not in page

    pop = pop_of(li)
    first = told(pop)
    assert f'data-asked="{leg.pk}"' in first
    assert "请补小结：林悦" in first
    assert "boss 于" in first
    # Said once; the chip, the panel and the card go on showing it.
    again = told(pop)
    assert "data-asked" not in again
    assert "请补小结" in again
    assert "data-reminder" in pop.get("/pop/home/", secure=True).content.decode()
    assert "data-reminder" in pop.get(f"/pop/legs/{leg.pk}/", secure=True).content.decode()
    page = boss.get(BOARD).content.decode()
    assert 'data-reminder="told"' in page
    assert "已看到" in page
    assert "再提醒一次" in page

    assert pop.post(f"/pop/legs/{leg.pk}/wrap-up/", secure=True).status_code == 200
    assert "data-reminder" not in boss.get(BOARD).content.decode()
    row = Discrepancy.objects.get()
    assert (row.settlement, row.settled_by) == ("wrapped-up", li)
    settled = boss.get("/reconciliation/?kind=settled").content.decode()
    assert "坐席补了小结" in settled
    assert "data-asked" not in told(pop)


def test_a_wrap_up_that_is_taken_back_is_asked_for_again(boss: Client, li: Any, leg: Leg) -> None:
    remind(boss, leg)
    pop = pop_of(li)
    told(pop)
    pop.post(f"/pop/legs/{leg.pk}/wrap-up/", secure=True)
    assert pop.post(f"/pop/legs/{leg.pk}/reopen/", secure=True).status_code == 200
    assert Discrepancy.objects.open().count() == 1
    page = boss.get(BOARD).content.decode()
    assert 'data-reminder="told"' in page
    assert "data-asked" not in told(pop)


def test_a_second_reminder_waits_for_the_first_to_be_told(boss: Client, li: Any, leg: Leg) -> None:
    remind(boss, leg)
    assert "已经提醒过" in remind(boss, leg)
    pop = pop_of(li)
    told(pop)
    assert "已提醒 li。" in remind(boss, leg)
    assert "data-asked" in told(pop)
    assert "data-asked" not in told(pop)
    assert Discrepancy.objects.count() == 1


@pytest.mark.parametrize("role", ["agent", "administrator", ""])
def test_only_supervisors_remind(role: str, leg: Leg) -> None:
    client = Client()
    client.force_login(person("other", role))
    answer = client.post(f"/reconciliation/legs/{leg.pk}/remind/")
    allowed = role == "administrator"
    assert (answer.status_code == 302 and "sign-in" not in answer["Location"]) == allowed
    assert Discrepancy.objects.exists() == allowed


def test_nobody_else_is_told(boss: Client, leg: Leg) -> None:
    remind(boss, leg)
    assert "data-asked" not in told(pop_of(person("zhao")))
    assert Discrepancy.objects.get().reminder_told_at is None


@pytest.mark.parametrize("case", ["nobody's", "left", "wrapped up", "just over", "gone", "settled"])
def test_what_nobody_can_be_asked_for_says_why(boss: Client, li: Any, leg: Leg, case: str) -> None:
    words = "这条记录已经不在了"
    if case == "nobody's":
        Leg.objects.update(user=None)
        words = "没有人可以提醒"
        assert words in boss.get(BOARD).content.decode()
        assert "提醒坐席" not in boss.get(BOARD).content.decode()
    elif case == "left":
        li.is_active = False
        li.save(update_fields=["is_active"])
        words = "没有人可以提醒"
    elif case == "wrapped up":
        Leg.objects.update(state="closed", wrapped_up_at=timezone.now())
        words = "坐席已经小结了"
    elif case == "just over":
        Leg.objects.update(last_signal_at=timezone.now())
    elif case == "settled":
        boss.post(f"/reconciliation/no-wrap-up/{leg.pk}/seen/")
    else:
        leg.pk = 999
    assert words in remind(boss, leg)
    assert not Discrepancy.objects.exclude(reminded_at=None).exists()


def test_what_was_reminded_of_can_still_be_accepted(boss: Client, li: Any, leg: Leg) -> None:
    remind(boss, leg)
    boss.post(f"/reconciliation/no-wrap-up/{leg.pk}/seen/")
    row = Discrepancy.objects.get()
    assert (row.settlement, row.settled_by and row.settled_by.username) == ("seen", "boss")
    assert "data-asked" not in told(pop_of(li))
    assert "data-line" not in boss.get(BOARD).content.decode()
    # A wrap-up that comes all the same does not take the supervisor's word over.
    pop_of(li).post(f"/pop/legs/{leg.pk}/wrap-up/", secure=True)
    row.refresh_from_db()
    assert row.settlement == "seen"


def test_many_at_once_are_told_by_number_and_stand_first(boss: Client, li: Any) -> None:
    asked = [talk(li, hours=20 + n) for n in range(3)]
    for _n in range(8):
        talk(li, hours=2)
    for leg in asked:
        remind(boss, leg)
    pop = pop_of(li)
    page = told(pop)
    assert page.count("data-asked=") == 1
    assert "另有请补小结的卡片：2 张" in page
    assert page.count("请补小结</span>") == 3
    assert "data-asked" not in told(pop)


def test_an_open_card_is_painted_anew(boss: Client, li: Any, leg: Leg) -> None:
    def version() -> str:
        return version_of(for_cards(Leg.objects.all()).get(), timezone.now())

    before = version()
    remind(boss, leg)
    assert version() != before
    card = card_of(li, for_cards(Leg.objects.all()).get())
    assert card.reminder is not None


@pytest.mark.usefixtures("workers_database")
@pytest.mark.django_db(transaction=True)
def test_of_several_tabs_one_tells() -> None:
    user, by = person("li"), person("boss", "supervisor")
    Discrepancy.objects.create(
        kind="no-wrap-up", leg=talk(user), reminded_at=timezone.now(), reminded_by=by
    )
    found: list[int] = []
    together([lambda: found.append(len(newly_asked(user, timezone.now())[0]))] * 4)
    assert sorted(found) == [0, 0, 0, 1]
