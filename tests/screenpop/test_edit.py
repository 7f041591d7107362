"""Editing the customer in the card, and the gate before the sensitive fields: through the views."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.models import User
from customers import card_setup
from customers.models import (
    CardField,
    ContactPoint,
    Customer,
    CustomerChange,
    Endpoint,
    GatedLevel,
    IdentityCheck,
    Leg,
    MatchVerdict,
    VerificationItem,
)

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-test-password"


@pytest.fixture(autouse=True)
def nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set up in the middle of a test is seen by its next card."""
    monkeypatch.setattr("screenpop.cards.kept_card_setup", card_setup.load_card_setup)


def signed_in(name: str, *roles: str) -> tuple[Client, User]:
    user = User.objects.create_user(name, password=PASSWORD, display_name=name.title())
    user.groups.add(*Group.objects.filter(name__in=roles))
    client = Client()
    client.post(
        "/pop/sign-in/",
        {"username": name, "password": PASSWORD},
        secure=True,
        headers={"origin": "https://testserver"},
    )
    return client, user


class Pop:
    """An agent with a card."""

    def __init__(self, name: str = "chenmin") -> None:
        self.client, self.user = signed_in(name, "agent")
        self.events = 0

    def ring(self, number: str = "13800138000", status: str = "200") -> str:
        """A hash; gives the page's answer."""
        self.events += 1
        event = {
            "id": f"{self.user.username}-{self.events}",
            "tab": "tab",
            "sequence": self.events,
            "trigger": "hashchange",
            "age": 0,
            "pairs": [["mobile", number], ["status", status], ["type", "phone"]],
        }
        answer = self.client.post(
            "/pop/events/", {"events": [event]}, content_type="application/json", secure=True
        )
        assert answer.status_code == 200
        return str(answer.content.decode())

    @property
    def leg(self) -> Leg:
        return Leg.objects.filter(user=self.user).latest("pk")

    def card(self) -> str:
        answer = self.client.get(f"/pop/legs/{self.leg.pk}/", secure=True)
        return str(answer.content.decode())

    def form(self) -> dict[str, str]:
        """The edit form as a browser holds it when it was opened."""
        answer = self.client.get(self.url("customer/edit"), secure=True)
        assert answer.status_code == 200, answer.content
        return fields_of(answer.content.decode())

    def url(self, action: str) -> str:
        return f"/pop/legs/{self.leg.pk}/{action}/"

    def save(self, form: dict[str, str], **changes: str) -> Any:
        return self.client.post(self.url("customer/edit"), {**form, **changes}, secure=True)

    def verify(self, say: str, *items: VerificationItem, customer: Any = None) -> Any:
        pk = customer.pk if customer else self.leg.interaction.customer_id
        data = {"say": say, "item": [item.pk for item in items], "customer": pk}
        return self.client.post(self.url("identity"), data, secure=True)


def fields_of(html: str) -> dict[str, str]:
    """Names and values of a form's controls."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in attributes:
            found[attributes["name"]] = attributes.get("value", "")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen.group(1) if chosen else ""
    return found


def slot(html: str, name: str) -> str:
    """What is told at one control."""
    parts = re.split(r'(?=<div class="edit-slot")', html)
    return next(part for part in parts if f'data-slot="{name}"' in part)


@pytest.fixture
def pop() -> Pop:
    return Pop()


@pytest.fixture
def wang() -> Customer:
    customer = Customer.objects.create(name="王小明", company="云帆", attributes={"车牌": "粤B1"})
    customer.add_contact_point("phone", "13800138000")
    return customer


@pytest.fixture
def fields() -> dict[str, CardField]:
    rows = [
        CardField(key="车牌", name_zh="车牌", name_en="Plate", position=1),
        CardField(key="身份证", name_zh="身份证", position=2, is_sensitive=True),
        CardField(key="到期", name_zh="合同到期", kind="date", position=3),
        CardField(key="套餐", name_zh="套餐", kind="choice", choices="基础\n尊享", position=4),
        CardField(key="老客户", name_zh="老客户", kind="yes-no", position=5),
    ]
    CardField.objects.bulk_create(rows)
    return {row.key: row for row in CardField.objects.all()}


@pytest.fixture
def gate(wang: Customer) -> list[VerificationItem]:
    GatedLevel.objects.create(level="vip")
    wang.level = "vip"
    wang.attributes["身份证"] = "440301X"
    wang.save()
    texts = ["证件后四位", "预留生日"]
    return [
        VerificationItem.objects.create(text_zh=text, position=n) for n, text in enumerate(texts)
    ]


def names(fields: dict[str, CardField], **values: str) -> dict[str, str]:
    """Values by the name of the field's control."""
    return {f"field-{fields[key].pk}": value for key, value in values.items()}


# --- on the card --------------------------------------------------------------------------------


def test_the_card_shows_the_active_fields_in_their_order(
    pop: Pop, wang: Customer, fields: dict[str, CardField]
) -> None:
    CardField.objects.filter(key="套餐").update(is_active=False)
    wang.attributes |= {"老客户": True, "到期": "2026-03-01"}
    wang.save()
    page = pop.ring()
    part = page[page.index('data-part="fields"') : page.index('data-part="edit"')]
    assert re.findall(r"<dt>(.+?)</dt>", part) == ["车牌", "身份证", "合同到期", "老客户"]
    assert "粤B1" in part
    assert "<dd>是</dd>" in part
    assert "data-gate" not in page


def test_what_is_set_up_is_asked_for_once_in_a_while(
    wang: Customer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    settings.SETUP_KEPT_SECONDS = 60
    CardField.objects.create(key="车牌", name_zh="车牌")
    asked = []
    for n in range(3):
        agent = Pop(f"agent{n}")
        if n == 2:
            card_setup.forget()
        Endpoint.objects.all().update(is_shared=False)
        with CaptureQueriesContext(connection) as queries:
            assert "车牌" in agent.ring(status="100")
        asked.append(sum('FROM "customers_cardfield"' in query["sql"] for query in queries))
        Leg.objects.all().delete()
    assert asked == [1, 0, 1]


# --- editing ------------------------------------------------------------------------------------


def test_an_edit_writes_what_was_decided_and_keeps_who_changed_what(
    pop: Pop, wang: Customer, fields: dict[str, CardField]
) -> None:
    pop.ring()
    form = pop.form()
    changed = names(fields, 到期="2026-03-01", 套餐="尊享", 老客户="yes", 车牌="")
    answer = pop.save(form, name=" 王 小明 ", level="svip", **changed)
    assert answer.status_code == 200
    assert json.loads(answer.headers["X-Pop-Say"]) == "资料已保存"
    assert "王 小明" in answer.content.decode()
    wang.refresh_from_db()
    assert (wang.name, wang.level, wang.company) == ("王 小明", "svip", "云帆")
    assert wang.name_initials == "wxm"
    assert wang.attributes == {"到期": "2026-03-01", "套餐": "尊享", "老客户": True}
    change = CustomerChange.objects.get()
    assert (change.customer, change.by, change.leg) == (wang, pop.user, pop.leg)
    assert change.before == {
        "name": "王小明",
        "level": "",
        "attributes": {"车牌": "粤B1", "到期": None, "套餐": None, "老客户": None},
    }
    assert change.after["attributes"]["车牌"] is None


def test_nothing_decided_writes_nothing(
    pop: Pop, wang: Customer, fields: dict[str, CardField]
) -> None:
    pop.ring()
    before = Customer.objects.values().get()
    answer = pop.save(pop.form())
    assert json.loads(answer.headers["X-Pop-Say"]) == "没有改动"
    assert Customer.objects.values().get() == before
    assert not CustomerChange.objects.exists()


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("name", "  ", "请填写姓名。"),
        ("name", "长" * 121, "最多 120 个字。"),
        ("level", "gold", "请从选项里选一个。"),
        ("到期", "2026-02-30", "没有这一天"),
        ("套餐", "豪华", "请从选项里选一个。"),
        ("number", "你好", "没有读出电话号码。"),
        ("number", "138****8000", "号码里有星号"),
        ("number", "110", "号码不完整。"),
        ("number", "138 0013 8000", "这位客户已有此号码。"),
    ],
)
def test_what_is_wrong_is_told_at_its_control_and_nothing_is_saved(
    pop: Pop, wang: Customer, fields: dict[str, CardField], key: str, typed: str, words: str
) -> None:
    pop.ring()
    name = f"field-{fields[key].pk}" if key in fields else key
    answer = pop.save(pop.form(), **{"company": "新公司", name: typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in slot(page, name)
    assert page.count("data-problem") == 1
    wang.refresh_from_db()
    assert wang.company == "云帆"
    assert not CustomerChange.objects.exists()


def test_two_people_at_different_fields_both_get_what_they_typed(wang: Customer) -> None:
    one, two = Pop("one"), Pop("two")
    one.ring()
    two.ring()
    first, second = one.form(), two.form()
    assert one.save(first, company="新公司").status_code == 200
    assert two.save(second, title="经理").status_code == 200
    wang.refresh_from_db()
    assert (wang.company, wang.title) == ("新公司", "经理")


def test_two_people_at_one_field_see_both_values_and_lose_neither(wang: Customer) -> None:
    one, two = Pop("one"), Pop("two")
    one.ring()
    two.ring()
    first, second = one.form(), two.form()
    one.save(first, company="一号公司")
    answer = two.save(second, company="二号公司", title="经理")
    assert answer.status_code == 422
    told = slot(answer.content.decode(), "company")
    assert "一号公司" in told
    assert "One" in told
    wang.refresh_from_db()
    assert (wang.company, wang.title) == ("一号公司", "")
    again = fields_of(answer.content.decode())
    assert again["was-company"] == "一号公司"
    second |= {"company": "二号公司", "title": "经理"} | {"was-company": again["was-company"]}
    assert two.save(second).status_code == 200
    wang.refresh_from_db()
    assert (wang.company, wang.title) == ("二号公司", "经理")
    assert [c.before["company"] for c in CustomerChange.objects.order_by("pk")] == [
        "云帆",
        "一号公司",
    ]


def test_a_form_is_checked_without_saving_and_told_in_the_readers_language(wang: Customer) -> None:
    one, two = Pop("one"), Pop("two")
    one.ring()
    two.ring()
    form = two.form()
    assert two.save(form, company="二号公司", check="1").status_code == 204
    one.save(one.form(), company="一号公司")
    told = two.save(form, company="二号公司").content.decode()
    two.user.language = "en"
    two.user.save()
    again = two.save(form, company="二号公司", check="1")
    assert again.status_code == 200
    assert "这一项刚刚被改过" in slot(told, "company")
    assert "刚刚" not in slot(again.content.decode(), "company")
    assert fields_of(again.content.decode())["was-company"] == "一号公司"
    wang.refresh_from_db()
    assert wang.company == "一号公司"
    assert CustomerChange.objects.count() == 1


def test_a_second_number_is_added_with_its_label(pop: Pop, wang: Customer) -> None:
    pop.ring()
    answer = pop.save(pop.form(), number="0755-8601 3388", **{"number-label": "公司"})
    assert "公司" in answer.content.decode()
    point = ContactPoint.objects.get(customer=wang, label="公司")
    assert point.endpoint.value == "+8675586013388"
    assert CustomerChange.objects.get().after == {"number": point.endpoint_id}


def test_a_number_of_somebody_else_warns_first(pop: Pop, wang: Customer) -> None:
    other = Customer.objects.create(name="李四", company="远山")
    other.add_contact_point("phone", "13900139000")
    pop.ring()
    form = pop.form() | {"number": "13900139000"}
    answer = pop.save(form)
    assert answer.status_code == 422
    told = slot(answer.content.decode(), "number")
    assert "李四 · 远山" in told
    assert wang.contact_points.count() == 1
    shown = fields_of(told)["number-shown"]
    changed = {"number": "13900139001", "number-shown": shown}
    Customer.objects.create(name="赵六").add_contact_point("phone", "13900139001")
    assert "赵六" in pop.save(form | changed).content.decode()
    assert pop.save(form | {"number-shown": shown}).status_code == 200
    assert wang.contact_points.count() == 2


def test_a_number_that_lapsed_comes_back_by_a_persons_word(pop: Pop, wang: Customer) -> None:
    point = wang.add_contact_point("phone", "13900139000")
    MatchVerdict.objects.create(customer=wang, endpoint=point.endpoint, verdict="no-longer")
    pop.ring()
    assert pop.save(pop.form(), number="13900139000").status_code == 200
    word = MatchVerdict.objects.get()
    assert (word.verdict, word.by) == ("confirmed", pop.user)


def test_our_own_line_is_nobodys_number(pop: Pop, wang: Customer, settings: Any) -> None:
    settings.OWN_LINES = ["0755-12345678"]
    pop.ring()
    answer = pop.save(pop.form(), number="075512345678")
    assert "本中心自己的号码" in slot(answer.content.decode(), "number")


def test_only_the_legs_own_agent_edits(pop: Pop, wang: Customer) -> None:
    pop.ring()
    form = pop.form()
    stranger = Pop("stranger")
    for method in ("get", "post"):
        answer = getattr(stranger.client, method)(pop.url("customer/edit"), form, secure=True)
        assert answer.status_code == 404
    assert Client().get(pop.url("customer/edit"), secure=True).status_code == 401
    nobody, _user = signed_in("nobody")
    assert nobody.get(pop.url("customer/edit"), secure=True).status_code in (401, 403)


def test_a_card_that_got_another_customer_takes_no_form_of_the_first(
    pop: Pop, wang: Customer
) -> None:
    pop.ring()
    form = pop.form()
    other = Customer.objects.create(name="李四")
    leg = pop.leg
    leg.interaction.customer = other
    leg.interaction.save()
    answer = pop.save(form, company="新公司")
    assert (answer.status_code, answer.json()["error"]) == (409, "other-customer")
    leg.interaction.customer = None
    leg.interaction.save()
    assert pop.save(form, company="新公司").json()["error"] == "no-customer"
    other.refresh_from_db()
    assert other.company == ""


def test_a_merged_customer_is_not_edited(pop: Pop, wang: Customer) -> None:
    pop.ring()
    form = pop.form()
    wang.merged_into = Customer.objects.create(name="王明")
    wang.save()
    assert pop.save(form, company="新公司").status_code == 409


def test_a_value_that_an_import_left_stays_until_it_is_changed(
    pop: Pop, wang: Customer, fields: dict[str, CardField]
) -> None:
    held = {"到期": "明年三月", "套餐": "旧套餐", "老客户": "大概"}
    wang.attributes |= held
    wang.save()
    pop.ring()
    form = pop.form()
    assert form[f"field-{fields['到期'].pk}"] == "明年三月"
    assert form[f"field-{fields['套餐'].pk}"] == "旧套餐"
    pop.save(form, title="经理")
    wang.refresh_from_db()
    assert wang.attributes == held | {"车牌": "粤B1"}


def test_a_field_switched_off_meanwhile_says_so(
    pop: Pop, wang: Customer, fields: dict[str, CardField]
) -> None:
    pop.ring()
    form = pop.form()
    CardField.objects.filter(key="车牌").update(is_active=False)
    answer = pop.save(form, **names(fields, 车牌="粤C2"))
    assert "停用" in slot(answer.content.decode(), f"field-{fields['车牌'].pk}")
    assert pop.save(form).status_code == 200


# --- the gate -----------------------------------------------------------------------------------


def test_behind_the_gate_no_value_leaves_the_server(
    pop: Pop, fields: dict[str, CardField], gate: list[VerificationItem]
) -> None:
    page = pop.ring()
    assert "440301X" not in page
    assert "核实身份后显示" in page
    assert "粤B1" in page
    assert 'data-gate="shut"' in page
    form = pop.form()
    assert f"field-{fields['身份证'].pk}" not in form
    assert "level" not in form


def test_every_item_must_be_ticked_to_pass(
    pop: Pop, fields: dict[str, CardField], gate: list[VerificationItem]
) -> None:
    pop.ring()
    answer = pop.verify("pass", gate[0])
    assert answer.status_code == 409
    assert "预留生日" in answer.json()["message"]
    assert not IdentityCheck.objects.exists()
    answer = pop.verify("pass", *gate)
    assert "440301X" in answer.content.decode()
    assert 'data-gate="open"' in answer.content.decode()
    check = IdentityCheck.objects.get()
    assert (check.leg, check.by, check.passed) == (pop.leg, pop.user, True)
    assert [(item["zh"], item["ticked"]) for item in check.items] == [
        ("证件后四位", True),
        ("预留生日", True),
    ]
    assert "440301X" in pop.card()
    assert f"field-{fields['身份证'].pk}" in pop.form()


def test_the_last_check_counts(
    pop: Pop, fields: dict[str, CardField], gate: list[VerificationItem]
) -> None:
    pop.ring()
    pop.verify("pass", *gate)
    page = pop.verify("fail", gate[0]).content.decode()
    assert 'data-gate="failed"' in page
    assert "440301X" not in page
    assert list(IdentityCheck.objects.values_list("passed", flat=True)) == [True, False]


def test_the_next_call_and_another_customer_ask_anew(
    pop: Pop, wang: Customer, fields: dict[str, CardField], gate: list[VerificationItem]
) -> None:
    pop.ring()
    pop.verify("pass", *gate)
    other = Customer.objects.create(name="李四", level="vip", attributes={"身份证": "SECRET"})
    pop.client.post(pop.url("match"), {"say": "pick", "customer": other.pk}, secure=True)
    assert "SECRET" not in pop.card()
    assert 'data-gate="shut"' in pop.card()
    answer = pop.verify("pass", *gate, customer=wang)
    assert answer.json()["error"] == "other-customer"
    colleague = Pop("colleague")
    assert "440301X" not in colleague.ring()


def test_a_check_counts_until_the_wrap_up_and_four_hours_at_most(
    pop: Pop, fields: dict[str, CardField], gate: list[VerificationItem]
) -> None:
    pop.ring()
    pop.verify("pass", *gate)
    checked = IdentityCheck.objects.get().at
    with time_machine.travel(checked + timedelta(hours=3, minutes=59), tick=False):
        assert "440301X" in pop.card()
    with time_machine.travel(checked + timedelta(hours=4, minutes=1), tick=False):
        assert "440301X" not in pop.card()
    Leg.objects.update(wrapped_up_at=checked)
    assert "440301X" not in pop.card()
    assert f"field-{fields['身份证'].pk}" not in pop.form()


def test_the_edit_form_is_no_way_around_the_gate(
    pop: Pop, wang: Customer, fields: dict[str, CardField], gate: list[VerificationItem]
) -> None:
    pop.ring()
    form = pop.form()
    secret = f"field-{fields['身份证'].pk}"
    for name, typed in ((secret, "1"), ("level", "svip")):
        answer = pop.save(form, **{name: typed, f"was-{name}": "guess"})
        assert answer.status_code == 422
        assert "先核实身份" in slot(answer.content.decode(), name)
        assert "440301X" not in answer.content.decode()
    assert pop.save(form, company="新公司").status_code == 200
    wang.refresh_from_db()
    assert (wang.level, wang.company, wang.attributes["身份证"]) == ("vip", "新公司", "440301X")


def test_a_level_without_a_gate_has_none(
    pop: Pop, wang: Customer, fields: dict[str, CardField], gate: list[VerificationItem]
) -> None:
    Customer.objects.update(level="svip")
    assert "440301X" in pop.ring()
    assert pop.verify("pass", *gate).status_code == 409
    assert not IdentityCheck.objects.exists()


def test_the_other_tab_learns_of_a_check(
    pop: Pop, fields: dict[str, CardField], gate: list[VerificationItem]
) -> None:
    page = pop.ring()
    found = re.search(r'data-version="(\w+)"', page)
    assert found
    have = {"have": f"{pop.leg.pk}:{found.group(1)}"}
    pop.verify("pass", *gate)
    answer = pop.client.post("/pop/cards/", have, secure=True)
    assert "440301X" in answer.content.decode()


# --- what supervisors see -----------------------------------------------------------------------


@pytest.fixture
def boss() -> Client:
    user = User.objects.create_user("boss")
    user.groups.add(Group.objects.get(name="supervisor"))
    client = Client()
    client.force_login(user)
    return client


def test_the_customers_page_tells_fields_and_who_changed_what(
    pop: Pop, boss: Client, wang: Customer, fields: dict[str, CardField]
) -> None:
    wang.attributes["旧系统编号"] = 7
    wang.save()
    pop.ring()
    pop.save(pop.form(), level="vip", number="13900139000", **names(fields, 车牌="粤C2"))
    page = boss.get(f"/customers/{wang.pk}/", secure=True).content.decode()
    assert "<dt>车牌</dt><dd>粤C2</dd>" in page
    assert "<dt>旧系统编号</dt><dd>7</dd>" in page
    told = page[page.index("data-change") :]
    assert "Chenmin" in told
    assert "车牌</span> <del>粤B1</del> → <ins>粤C2</ins>" in told
    assert "等级</span> <del>普通</del> → <ins>VIP</ins>" in told
    assert "加号码</span> <ins>139 0013 9000</ins>" in told
    assert f"/interactions/{pop.leg.interaction_id}/" in told


def test_older_changes_stand_on_pages_of_their_own(
    boss: Client, wang: Customer, django_assert_max_num_queries: Any
) -> None:
    for n in range(23):
        CustomerChange.objects.create(
            customer=wang, before={"title": f"t{n}"}, after={"title": f"t{n + 1}"}
        )
    path, seen = f"/customers/{wang.pk}/", []
    query = ""
    for _page in range(3):
        with django_assert_max_num_queries(17):
            page = boss.get(path + query, secure=True).content.decode()
        seen += re.findall(r"<ins>t(\d+)</ins>", page)
        more = re.search(r'href="(\?changes_before=\d+)#changes"', page)
        query = more.group(1) if more else ""
    assert seen == [str(n) for n in range(23, 0, -1)]
    assert query == ""


def test_the_interactions_page_tells_every_check(
    pop: Pop, boss: Client, fields: dict[str, CardField], gate: list[VerificationItem]
) -> None:
    pop.ring()
    pop.verify("fail", gate[1])
    pop.verify("pass", *gate)
    VerificationItem.objects.update(text_zh="别的")
    path = f"/interactions/{pop.leg.interaction_id}/"
    page = boss.get(path, secure=True).content.decode()
    assert re.findall(r'data-identity-check="(\w+)"', page) == ["failed", "passed"]
    told = " ".join(page[page.index("data-identity-check") :].split())
    assert "王小明 · ✗ 证件后四位 · ✓ 预留生日" in told
    assert "王小明 · ✓ 证件后四位 · ✓ 预留生日" in told
