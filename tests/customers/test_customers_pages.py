"""The supervisors' list and a customer's history page."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from customers import centre
from customers.contact_history import PAGE as CONTACTS
from customers.models import (
    AccessLog,
    Customer,
    Disposition,
    FollowUp,
    Interaction,
    Leg,
    MatchVerdict,
)
from customers.search import PAGE

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def signed_in(role: str) -> Client:
    user = get_user_model().objects.create_user(role, display_name=f"{role} 甲")
    if role:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    client = Client()
    client.force_login(user)
    client.user = user  # type: ignore[attr-defined]
    return client


@pytest.fixture
def supervisor() -> Client:
    return signed_in("supervisor")


@pytest.fixture
def wang() -> Customer:
    customer = Customer.objects.create(
        name="王小明",
        company="深圳某某公司",
        level="vip",
        tags=["老客户"],
        attributes={"车牌": "粤B12345"},
    )
    customer.add_contact_point("phone", "13800138000", label="本人")
    return customer


def page_of(answer) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("method", ["get", "post"])
def test_agents_get_no_list_and_no_history(wang, method):
    agent = signed_in("agent")
    answer = getattr(agent, method)("/customers/", secure=True)
    assert answer.status_code == 403
    assert "没有权限" in answer.content.decode()
    assert "王小明" not in answer.content.decode()
    assert agent.get(f"/customers/{wang.pk}/", secure=True).status_code == 403
    assert not AccessLog.objects.exists()


def test_strangers_are_asked_to_sign_in(wang):
    answer = Client().get(f"/customers/{wang.pk}/", secure=True)
    assert answer.status_code == 302
    assert answer["Location"] == f"/sign-in/?next=/customers/{wang.pk}/"


def test_a_part_of_the_page_is_never_swapped_for_a_sign_in_form():
    answer = Client().post("/customers/", {"term": "13800138000"}, secure=True, headers=HTMX)
    assert answer["HX-Redirect"] == "/sign-in/"
    assert answer.content == b""


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_the_list(wang, role):
    page = page_of(signed_in(role).get("/customers/", secure=True))
    for text in ("王小明", "深圳某某公司", "VIP", "138", "北京", f"/customers/{wang.pk}/"):
        assert text in page
    assert 'hx-headers=\'{"X-CSRFToken": "' in page


def test_the_list_says_when_it_is_empty(supervisor):
    assert "还没有客户" in page_of(supervisor.get("/customers/", secure=True))


def test_searching_in_place_gives_rows_and_their_count(supervisor, wang):
    Customer.objects.create(name="李四")
    page = page_of(
        supervisor.post("/customers/", {"term": "138 0013 8000"}, secure=True, headers=HTMX)
    )
    assert "王小明" in page
    assert "李四" not in page
    assert "<html" not in page
    assert 'hx-swap-oob="innerHTML"' in page
    assert "共 1 位" in page


def test_searching_works_without_a_script(supervisor, wang):
    page = page_of(supervisor.post("/customers/", {"term": "wxm"}, secure=True))
    assert "<html" in page
    assert "王小明" in page
    assert 'value="wxm"' in page


def test_nobody_found_is_a_result(supervisor, wang):
    page = page_of(supervisor.post("/customers/", {"term": "不存在"}, secure=True, headers=HTMX))
    assert "没有找到这样的客户" in page
    assert "没有结果" in page


def test_what_is_searched_for_stands_in_no_address(supervisor, wang):
    page = page_of(supervisor.post("/customers/", {"term": "13800138000"}, secure=True))
    assert "?term" not in page
    assert 'hx-get="/customers/' not in page
    # By GET a term is not even read.
    assert 'value="13800138000"' not in page_of(
        supervisor.get("/customers/?term=13800138000", secure=True)
    )


def test_titles_hold_no_names(supervisor):
    customer = Customer.objects.create(name="13800138000")
    page = page_of(supervisor.get(f"/customers/{customer.pk}/", secure=True))
    assert "13800138000" not in page[page.index("<title>") : page.index("</title>")]


def test_more_by_key(supervisor):
    for number in range(PAGE + 1):
        Customer.objects.create(name=f"客户{number:02d}")
    first = supervisor.get("/customers/", secure=True)
    assert "客户00" not in page_of(first)
    more = first.context["found"].more
    second = page_of(
        supervisor.post("/customers/", {"term": "", "after": more}, secure=True, headers=HTMX)
    )
    assert "客户00" in second
    assert "客户01" not in second
    assert "显示更多" not in second
    assert "autofocus" in second


def test_the_list_costs_the_same_for_one_and_for_a_page(supervisor, django_assert_max_num_queries):
    for number in range(PAGE):
        Customer.objects.create(name=f"客户{number}").add_contact_point(
            "phone", f"1380013{number:04d}"
        )
    # The first page of a session also stores its CSRF token.
    supervisor.get("/customers/", secure=True)
    with django_assert_max_num_queries(8):
        supervisor.get("/customers/", secure=True)


def test_what_is_typed_comes_back_escaped(supervisor):
    page = page_of(
        supervisor.post("/customers/", {"term": '"><script>alert(1)</script>'}, secure=True)
    )
    assert "<script>alert" not in page


def call(customer: Customer, user, minutes_ago: int, **leg) -> Interaction:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    endpoint = customer.contact_points.get().endpoint
    interaction = Interaction.objects.create(customer=customer, endpoint=endpoint, started_at=at)
    Leg.objects.create(
        interaction=interaction, user=user, endpoint=endpoint, started_at=at, connected_at=at,
        ended_at=at + timedelta(seconds=252), **{"state": "closed", **leg},
    )  # fmt: skip
    return interaction


def test_the_history_tells_all(supervisor, wang):
    outcome = Disposition.objects.create(code="refund", name_zh="退款", name_en="Refund")
    entry = call(wang, supervisor.user, 5, note="要求<b>退款</b>\n第二行", disposition=outcome)
    Leg.objects.create(interaction=entry, sequence=2, agent_email="b@example.com", state="missed")
    FollowUp.objects.create(
        customer=wang, text="回电报价", due_at=timezone.now() - timedelta(hours=1)
    )
    FollowUp.objects.create(
        customer=wang, text="早已做完", due_at=timezone.now(), done_at=timezone.now()
    )
    endpoint = wang.contact_points.get().endpoint
    endpoint.do_not_call = endpoint.is_shared = True
    endpoint.save()
    page = page_of(supervisor.get(f"/customers/{wang.pk}/", secure=True))
    for text in (
        "王小明", "深圳某某公司", "老客户", "车牌", "粤B12345", "本人", "北京", "勿扰", "多人共用", "回电报价",
        "已过期", "supervisor 甲", "b@example.com", "4 分 12 秒", "退款", "&lt;b&gt;", "第二行", "未接", "呼入", "电话",
    ):  # fmt: skip
        assert text in page, text
    assert "早已做完" not in page
    assert "<b>退款" not in page
    assert f'data-timeline-entry="{entry.pk}"' in page


def test_a_number_that_is_no_longer_theirs_is_marked(supervisor, wang):
    MatchVerdict.objects.create(
        customer=wang,
        endpoint=wang.contact_points.get().endpoint,
        verdict=MatchVerdict.Verdict.NO_LONGER,
    )
    assert "号码已不是他的" in page_of(supervisor.get(f"/customers/{wang.pk}/", secure=True))


def test_every_look_is_recorded_once(supervisor, wang):
    for minutes in range(CONTACTS + 1):
        call(wang, supervisor.user, minutes)
    answer = supervisor.get(f"/customers/{wang.pk}/", secure=True)
    row = AccessLog.objects.get()
    assert (row.user, row.action, row.customer, row.token) == (
        supervisor.user,
        "customer-history",
        wang,
        None,
    )
    # Reading on in the open page is the same look; opening it once more is another one.
    key = answer.context["more"]
    supervisor.get(f"/customers/{wang.pk}/", {"before": key}, secure=True, headers=HTMX)
    assert AccessLog.objects.count() == 1
    supervisor.get(f"/customers/{wang.pk}/", {"before": key}, secure=True)
    assert AccessLog.objects.count() == 2


def test_the_history_pages_by_key(supervisor, wang):
    entries = [call(wang, supervisor.user, minutes) for minutes in range(CONTACTS + 1)]
    first = supervisor.get(f"/customers/{wang.pk}/", secure=True)
    assert page_of(first).count("data-timeline-entry") == CONTACTS
    second = supervisor.get(
        f"/customers/{wang.pk}/", {"before": first.context["more"]}, secure=True, headers=HTMX
    )
    assert page_of(second).count("data-timeline-entry") == 1
    assert f'data-timeline-entry="{entries[-1].pk}"' in second.content.decode()
    assert "<html" not in second.content.decode()


def test_the_history_costs_the_same_however_long_it_is(
    supervisor, wang, django_assert_max_num_queries
):
    for minutes in range(CONTACTS + 5):
        call(wang, supervisor.user, minutes, note="x")
    # Each process asks for the centre's name once in a while, not at every page.
    centre.current()
    with django_assert_max_num_queries(16):
        supervisor.get(f"/customers/{wang.pk}/", secure=True)


def test_a_merged_customer_leads_to_the_one_who_remained(supervisor, wang):
    old = Customer.objects.create(name="王小明（旧）", merged_into=wang)
    assert (
        supervisor.get(f"/customers/{old.pk}/", secure=True)["Location"] == f"/customers/{wang.pk}/"
    )
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("number", [999999, 10**30])
def test_nobody_there(supervisor, number):
    assert supervisor.get(f"/customers/{number}/", secure=True).status_code == 404


def test_the_pages_speak_english_too(supervisor, wang):
    supervisor.cookies["django_language"] = "en"
    answer = supervisor.get("/customers/", secure=True)
    assert '<html lang="en"' in page_of(answer)
    assert "简体中文" in page_of(answer)
