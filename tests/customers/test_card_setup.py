"""/setup/fields/ and /setup/verification/: who may, what is refused, what the order is."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from crm.models import User
from customers.card_setup import load_card_setup
from customers.models import CardField, Customer, GatedLevel, VerificationItem

pytestmark = pytest.mark.django_db
FIELDS, VERIFICATION = "/setup/fields/", "/setup/verification/"


def client_of(*roles: str) -> Client:
    user = User.objects.create_user("-".join(roles) or "nobody")
    user.groups.add(*Group.objects.filter(name__in=roles))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def boss() -> Client:
    return client_of("administrator")


def post(client: Client, path: str, **data: Any) -> Any:
    return client.post(path, data, secure=True)


def add(client: Client, name: str, **more: Any) -> Any:
    return post(client, FIELDS, **{"name_zh": name, "kind": "text", **more})


def keys() -> list[str]:
    return [spec.key for spec in load_card_setup().fields]


@pytest.mark.parametrize("path", [FIELDS, VERIFICATION])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_administrators_come_in(path: str, method: str) -> None:
    for roles in ([], ["agent"], ["supervisor"]):
        assert getattr(client_of(*roles), method)(path, secure=True).status_code == 403
    stranger = getattr(Client(), method)(path, secure=True)
    assert (stranger.status_code, stranger.url[:9]) == (302, "/sign-in/")


def test_what_stands_under_a_page_is_guarded_too() -> None:
    field = CardField.objects.create(key="a", name_zh="甲")
    item = VerificationItem.objects.create(text_zh="证件")
    supervisor = client_of("supervisor")
    for path in (f"{FIELDS}{field.pk}/", f"{VERIFICATION}{item.pk}/"):
        assert supervisor.get(path, secure=True).status_code == 403
        assert post(supervisor, f"{path}action/", action="off").status_code == 403
    assert CardField.objects.get().is_active


def test_a_field_is_added_under_its_name_or_a_key_of_its_own(boss: Client) -> None:
    assert add(boss, " 车  牌 ", name_en="Plate").status_code == 302
    assert add(boss, "会员", key="会员号", is_sensitive="on").status_code == 302
    first, second = load_card_setup().fields
    assert (first.key, first.name, first.is_sensitive) == ("车 牌", "车 牌", False)
    assert (second.key, second.name, second.is_sensitive) == ("会员号", "会员", True)
    page = boss.get(FIELDS, secure=True).content.decode()
    assert page.index('data-card-field="车 牌"') < page.index('data-card-field="会员号"')


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name_zh": ""}, 'id="id_name_zh_error"'),
        ({"name_zh": "甲", "kind": "colour"}, "选择一个有效的选项"),
        ({"name_zh": "甲", "kind": "choice", "choices": "一\n一"}, "至少要有两个选项"),
        ({"name_zh": "甲", "kind": "choice", "choices": f"一\n{'长' * 41}"}, "每个选项最多 40 个字"),
        ({"name_zh": "甲", "kind": "choice", "choices": "\n".join(map(str, range(31)))}, "最多 30 个选项"),
        ({"name_zh": "旧"}, "已有业务字段用这个存储名"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_kept_in_the_form(
    boss: Client, data: dict[str, str], words: str
) -> None:
    CardField.objects.create(key="旧", name_zh="旧", is_active=False)
    answer = post(boss, FIELDS, **{"kind": "text", "name_en": "Typed", **data})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert 'value="Typed"' in page
    assert CardField.objects.count() == 1


def test_five_at_most(boss: Client) -> None:
    for name in "甲乙丙丁戊":
        add(boss, name)
    answer = add(boss, "己")
    assert answer.status_code == 422
    assert "最多启用 5 项" in answer.content.decode()
    fifth = CardField.objects.get(key="戊")
    post(boss, f"{FIELDS}{fifth.pk}/action/", action="off")
    assert add(boss, "己").status_code == 302
    answer = boss.post(f"{FIELDS}{fifth.pk}/action/", {"action": "on"}, secure=True, follow=True)
    assert "最多启用 5 项" in answer.content.decode()
    assert "".join(keys()) == "甲乙丙丁己"


def test_the_order_changes_by_steps(boss: Client) -> None:
    for name in "甲乙丙":
        add(boss, name)
    third = CardField.objects.get(key="丙")
    orders = []
    for action in ("up", "up", "up", "down"):
        post(boss, f"{FIELDS}{third.pk}/action/", action=action)
        orders.append("".join(keys()))
    assert orders == ["甲丙乙", "丙甲乙", "丙甲乙", "甲丙乙"]


def test_one_that_comes_back_stands_last(boss: Client) -> None:
    for name in "甲乙丙":
        add(boss, name)
    first = CardField.objects.get(key="甲")
    for action in ("off", "on"):
        post(boss, f"{FIELDS}{first.pk}/action/", action=action)
    assert "".join(keys()) == "乙丙甲"


def test_a_change_leaves_the_key(boss: Client) -> None:
    field = CardField.objects.create(key="车牌", name_zh="车牌", position=3)
    path = f"{FIELDS}{field.pk}/"
    data = {"name_zh": "车牌号", "kind": "choice", "choices": "甲\n乙", "key": "别的"}
    assert post(boss, path, **data).status_code == 302
    field.refresh_from_db()
    assert (field.key, field.name_zh, field.position) == ("车牌", "车牌号", 3)
    answer = post(boss, path, name_zh="", kind="text")
    assert answer.status_code == 422
    assert "<h1>车牌号</h1>" in answer.content.decode()
    assert boss.get(f"{FIELDS}999/", secure=True).status_code == 404


def test_the_preview_folds_what_is_sensitive_once_a_level_is_gated(boss: Client) -> None:
    CardField.objects.create(key="身份证", name_zh="身份证", is_sensitive=True)
    CardField.objects.create(key="到期", name_zh="到期", kind="yes-no", position=2)

    def preview() -> str:
        page = boss.get(FIELDS, secure=True).content.decode()
        return page[page.index("data-card-preview") :]

    assert "核实身份后显示" not in preview()
    GatedLevel.objects.create(level="vip")
    assert "核实身份后显示" in preview()
    assert "<dd>是</dd>" in preview()


def test_names_that_imports_brought_are_offered(boss: Client) -> None:
    CardField.objects.create(key="车牌", name_zh="车牌")
    Customer.objects.create(name="王", attributes={"车牌": "粤B1", "合同号": "7"})
    page = boss.get(FIELDS, secure=True).content.decode()
    assert "<code>合同号</code>" in page
    assert "<code>车牌</code>" not in page


def test_items_are_added_moved_and_switched_off(boss: Client) -> None:
    for text in ("证件后四位", "预留生日"):
        assert post(boss, VERIFICATION, text_zh=text).status_code == 302
    second = VerificationItem.objects.get(text_zh="预留生日")
    path = f"{VERIFICATION}{second.pk}/"
    post(boss, f"{path}action/", action="up")
    assert [item.zh for item in load_card_setup().items] == ["预留生日", "证件后四位"]
    assert post(boss, path, text_zh="生日", text_en="Birthday").status_code == 302
    post(boss, f"{path}action/", action="off")
    assert [item.zh for item in load_card_setup().items] == ["证件后四位"]
    assert post(boss, VERIFICATION, text_zh=" ").status_code == 422


def test_levels_want_something_to_ask(boss: Client) -> None:
    def gate(*levels: str) -> str:
        data = {"action": "levels", "level": levels}
        return str(boss.post(VERIFICATION, data, secure=True, follow=True).content.decode())

    assert "请先添加至少一个核实项" in gate("vip")
    assert load_card_setup().gated == frozenset()
    item = VerificationItem.objects.create(text_zh="证件")
    page = gate("vip", "normal", "nonsense")
    assert load_card_setup().gated == {"", "vip"}
    assert re.findall(r'name="level" value="(\w+)" checked', page) == ["normal", "vip"]
    off = {"action": "off"}
    path = f"{VERIFICATION}{item.pk}/action/"
    answer = boss.post(path, off, secure=True, follow=True)
    assert "至少要保留一个核实项" in answer.content.decode()
    gate()
    assert load_card_setup().gated == frozenset()
    post(boss, path, **off)
    assert not VerificationItem.objects.get().is_active
