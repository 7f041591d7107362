"""The board: what stands on it, who may see it, and what settles it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from customers.linking import pick
from customers.models import Customer, FollowUp, Interaction, Leg, Recording
from customers.notes import save_note
from screenpop.models import AgentSeat, Discrepancy, Push
from screenpop.push import MOST_ATTEMPTS
from tests.screenpop.records import CALLER, Platform
from tests.screenpop.sightings import Page

pytestmark = pytest.mark.django_db
KINDS = [
    "ambiguous",
    "customers",
    "no-record",
    "no-pop",
    "no-wrap-up",
    "no-recording",
    "pushes",
    "settled",
]
A, B = "a@example.com", "b@example.com"


def person(name: str, role: str) -> Any:
    user = get_user_model().objects.create_user(name)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


@pytest.fixture
def a(settings: Any) -> Page:
    settings.TCCC_SDK_APP_ID = []
    settings.OWN_LINES = []
    user = person("a", "agent")
    AgentSeat.objects.create(email=A, user=user)
    return Page(user, timezone.now().replace(microsecond=0) - timedelta(hours=3))


@pytest.fixture
def tccc(a: Page) -> Platform:
    return Platform(a.start)


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss", "supervisor"))
    return client


def shown(browser: Client, kind: str = "") -> str:
    answer = browser.get("/reconciliation/", {"kind": kind} if kind else {}, secure=True)
    assert answer.status_code == 200
    return answer.content.decode()


def lines(browser: Client, kind: str) -> int:
    return shown(browser, kind).count("data-line=")


def send(browser: Client, path: str, **fields: Any) -> str:
    answer = browser.post(f"/reconciliation/{path}/", fields, secure=True, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def call(page: Page, start: float, number: str = CALLER) -> Leg:
    leg = page.see("ring", start + 0.3, number).leg
    page.see("answer", start + 8.3, number)
    page.see("end", start + 60.3, number)
    assert leg is not None
    return leg


def begin_records(tccc: Platform) -> None:
    """Records have come for a day."""
    tccc.tell(
        tccc.body("first", [], -7200, -7190, number="13700137000"),
        at=tccc.start - timedelta(hours=2),
    )
    FollowUp.objects.all().delete()


def test_only_supervisors_see_it_and_settle_anything(
    a: Page, tccc: Platform, client: Client
) -> None:
    address = "/reconciliation/"
    assert client.get(address, secure=True).status_code == 302
    client.force_login(a.user)
    assert client.get(address, secure=True).status_code == 403
    assert "reconciliation" not in client.get("/follow-ups/", secure=True).content.decode()
    for path in ("ambiguous/1", "customers/1", "no-pop/1/join", "no-pop/1/seen", "pushes/1/replay"):
        assert client.post(f"{address}{path}/", secure=True).status_code == 403


def test_an_empty_board_says_so_and_what_is_missing(boss: Client) -> None:
    page = shown(boss)
    assert "还没有收到过平台话单" in page
    for kind in KINDS:
        assert lines(boss, kind) == 0
    assert 'href="/reconciliation/"' in boss.get("/customers/", secure=True).content.decode()


def test_nothing_is_missing_before_records_come(a: Page, boss: Client) -> None:
    call(a, 0)
    assert lines(boss, "no-record") == 0


def test_a_pop_without_a_record_is_joined_to_the_record_without_a_pop(
    a: Page, tccc: Platform, boss: Client
) -> None:
    begin_records(tccc)
    leg = call(a, 0, "13900139000")
    save_note(leg, text="要回电", base=0, tab="t")
    tccc.call("s1", A, 5, 13, 65)
    assert (lines(boss, "no-record"), lines(boss, "no-pop")) == (1, 1)
    told = Leg.objects.get(told_sequence=0)
    assert f'value="{leg.pk}:{told.pk}"' in shown(boss, "no-record")
    assert f'value="{leg.pk}"' in shown(boss, "no-pop")
    said = send(boss, f"no-pop/{told.pk}/join", choice=leg.pk)
    assert "话单已经合到所选的卡片" in said
    one = Leg.objects.select_related("interaction").get()
    assert (one.pk, one.note, one.told_sequence, one.interaction.session_id) == (
        leg.pk,
        "要回电",
        0,
        "s1",
    )
    assert (lines(boss, "no-record"), lines(boss, "no-pop"), lines(boss, "settled")) == (0, 0, 1)
    assert "已经对上了" in send(boss, f"no-pop/{one.pk}/join", choice=leg.pk)
    tccc.call("s1", A, 5, 13, 65)
    assert Leg.objects.get().pk == leg.pk
    old = boss.get(f"/interactions/{leg.interaction_id}/", secure=True)
    assert old.headers["Location"] == f"/interactions/{one.interaction_id}/"


def test_an_ambiguous_record_is_joined_or_kept_alone(a: Page, tccc: Platform, boss: Client) -> None:
    first, second = call(a, 0, ""), call(a, 300, "")
    for n, start in enumerate((0, 300)):
        tccc.call(f"s{n}", A, start, start + 8, start + 60, number="")
    assert lines(boss, "ambiguous") == 2
    rows = {row.session_id: row for row in Discrepancy.objects.all()}
    assert "请先选择一项" in send(boss, f"ambiguous/{rows['s0'].pk}", choice="")
    assert "不在可选之列" in send(boss, f"ambiguous/{rows['s0'].pk}", choice=f"0:{second.pk}")
    send(boss, f"ambiguous/{rows['s0'].pk}", choice=f"0:{first.pk}")
    send(boss, f"ambiguous/{rows['s1'].pk}", choice="alone")
    first.refresh_from_db()
    assert first.interaction.session_id == "s0"
    alone = Interaction.objects.get(session_id="s1")
    assert alone.pk != Leg.objects.get(pk=second.pk).interaction_id
    settled = Discrepancy.objects.order_by("session_id").values_list(
        "settlement", "settled_by__username"
    )
    assert list(settled) == [("joined", "boss"), ("alone", "boss")]
    assert "已经有人处理过了" in send(boss, f"ambiguous/{rows['s1'].pk}", choice="alone")
    # The same record, told again, is not asked about again.
    tccc.call("s1", A, 300, 308, 360, number="")
    assert lines(boss, "ambiguous") == 0
    assert Interaction.objects.filter(merged_into=None).count() == 3


def test_a_card_whose_record_waits_is_not_said_to_have_none(
    a: Page, tccc: Platform, boss: Client
) -> None:
    tccc.call("first", A, -600, -590, -500, number="13900139000")
    Interaction.objects.update(told_at=a.start - timedelta(hours=1))
    leg = call(a, 0, "")
    assert lines(boss, "no-record") == 1
    tccc.call("s", A, 0, 8, 60, number="")
    assert (lines(boss, "ambiguous"), lines(boss, "no-record")) == (1, 0)
    waiting = Discrepancy.objects.get()
    send(boss, f"ambiguous/{waiting.pk}", choice="alone")
    assert (lines(boss, "ambiguous"), lines(boss, "no-record")) == (0, 1)
    assert leg.interaction.session_id is None


@pytest.mark.parametrize("which", ["interaction", "other"])
def test_differing_customers_are_settled(a: Page, tccc: Platform, boss: Client, which: str) -> None:
    b = Page(person("b", "agent"), a.start)
    AgentSeat.objects.create(email=B, user=b.user)
    people = {
        "interaction": Customer.objects.create(name="王芳"),
        "other": Customer.objects.create(name="李雷"),
    }
    pick(call(a, 0).interaction, people["interaction"], a.user)
    pick(call(b, 200).interaction, people["other"], b.user)
    tccc.tell(tccc.body("s1", [tccc.part(A, 0, 8, 60), tccc.part(B, 200, 208, 260)], 0, 260))
    page = shown(boss, "customers")
    assert "王芳" in page
    assert "李雷" in page
    row = Discrepancy.objects.get()
    send(boss, f"customers/{row.pk}", choice=which)
    assert Interaction.objects.get(merged_into=None).customer == people[which]
    assert lines(boss, "customers") == 0


def test_what_was_looked_at_leaves_its_list_and_is_kept(
    a: Page, tccc: Platform, boss: Client
) -> None:
    begin_records(tccc)
    leg = call(a, 0, "13900139000")
    tccc.call("s1", A, 600, 608, 660)
    Recording.objects.create(session_id="other")
    told = Leg.objects.get(told_sequence=0)
    for kind, pk in [
        ("no-record", leg.interaction_id), ("no-pop", told.pk), ("no-wrap-up", leg.pk),
        ("no-wrap-up", told.pk), ("no-recording", told.interaction_id),
    ]:  # fmt: skip
        before = lines(boss, kind)
        assert before, kind
        assert "已记为核实过" in send(boss, f"{kind}/{pk}/seen")
        assert lines(boss, kind) == before - 1
    assert lines(boss, "settled") == 5
    assert boss.post("/reconciliation/settled/1/seen/", secure=True).status_code == 404
    assert "不在了" in send(boss, "no-pop/999999/seen")


def test_a_failed_push_is_read_again(tccc: Platform, boss: Client) -> None:
    good = json.dumps(tccc.body("s1", [], 0, 20))
    for n, body in enumerate((good, "{")):
        Push.objects.create(action="cdr", push_uuid=str(n), body=body, state=Push.State.FAILED)
    assert lines(boss, "pushes") == 2
    first, second = Push.objects.order_by("pk")
    assert "已处理" in send(boss, f"pushes/{first.pk}/replay")
    assert "还是读不了" in send(boss, f"pushes/{second.pk}/replay")
    assert Interaction.objects.get().session_id == "s1"
    assert (lines(boss, "pushes"), Push.objects.get(pk=second.pk).attempts) == (1, 1)


def test_a_push_that_nobody_takes_up_any_more_is_read_again_by_a_person(
    tccc: Platform, boss: Client
) -> None:
    body = json.dumps(tccc.body("s1", [], 0, 20))
    push = Push.objects.create(action="cdr", push_uuid="1", body=body, attempts=MOST_ATTEMPTS)
    Push.objects.create(action="cdr", push_uuid="2", body=body, attempts=1)
    assert lines(boss, "pushes") == 1
    assert "开始了多次没有处理完" in shown(boss, "pushes")
    assert "已处理" in send(boss, f"pushes/{push.pk}/replay")
    assert lines(boss, "pushes") == 0
    assert Interaction.objects.get().session_id == "s1"


def test_long_lists_go_by_key(tccc: Platform, boss: Client) -> None:
    for n in range(25):
        Push.objects.create(action="cdr", push_uuid=str(n), state=Push.State.FAILED)
    first = shown(boss, "pushes")
    assert first.count("data-line=") == 20
    key = first.split("after=")[1].split('"')[0]
    from urllib.parse import unquote

    rest = boss.get("/reconciliation/", {"kind": "pushes", "after": unquote(key)}, secure=True)
    assert rest.content.decode().count("data-line=") == 5


def test_missed_calls_stand_in_the_list_of_work_once_per_number(
    a: Page, tccc: Platform, client: Client
) -> None:
    for n in range(3):
        tccc.call(f"m{n}", A, n * 100, None, n * 100 + 20)
    tccc.call("try", A, 500, None, 520, Direction=1, EndStatusString="busy")
    client.force_login(a.user)
    page = client.get("/follow-ups/?tab=all", secure=True).content.decode()
    assert page.count('data-kind="missed"') == 1
    for words in ("来电 3 次没有接到", "已回拨 1 次未通", "振铃时放弃", "我来处理"):
        assert words in page
    task = FollowUp.objects.get()
    client.post(f"/follow-ups/{task.pk}/take/", {"tab": "all"}, secure=True)
    task.refresh_from_db()
    assert task.owner == a.user
