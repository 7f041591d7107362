"""The administrator's pages of own lines and of numbers that must not be called."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from customers import do_not_call as rules
from customers.matching import Tier, match
from customers.models import Customer, DoNotCallChange, Endpoint
from screenpop.models import AgentSeat
from screenpop.own_numbers import own_values
from screenpop.seats import record_mobile

LINES, LIST = "/setup/lines/", "/setup/do-not-call/"


def make_user(name, role):
    user = get_user_model().objects.create_user(name, display_name=name)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def boss(db):
    return make_user("boss", "administrator")


@pytest.fixture
def site(client, boss):
    client.force_login(boss)
    return client


def page_of(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def at(raw):
    endpoint = Endpoint.objects.at("phone", raw)
    assert endpoint is not None
    return endpoint


@pytest.mark.parametrize("path", [LINES, LIST, "/setup/do-not-call/changes/"])
def test_for_administrators_alone(client, db, path):
    assert client.get(path, secure=True)["Location"].startswith("/sign-in/")
    client.force_login(make_user("chief", "supervisor"))
    assert client.get(path, secure=True).status_code == 403


def test_supervisors_change_nothing(client, db):
    number = at("13800138000")
    rules.register(number, None, reason="x", source="list")
    Endpoint.objects.filter(pk=number.pk).update(is_own_line=True)
    client.force_login(make_user("chief", "supervisor"))
    form = {"numbers": "13900139000", "reason": "x", "action": "add"}
    for path in (LINES, LIST, f"{LINES}{number.pk}/remove/", f"{LIST}{number.pk}/remove/"):
        assert client.post(path, form, secure=True).status_code == 403
    number.refresh_from_db()
    assert (number.is_own_line, number.do_not_call) == (True, True)
    assert Endpoint.objects.count() == 1


# --- own lines ---


def test_several_lines_at_once_each_bad_one_named(site, settings):
    settings.HOME_AREA_CODE = ""
    wang = Customer.objects.create(name="王")
    wang.add_contact_point("phone", "0755-86013388")
    text = "0755-86013388\n400-820-8820\n86013389\n138****8000\n400 820 8820\n张三"
    page = page_of(site.post(LINES, {"numbers": text}, secure=True))
    assert 'data-added="2" data-already="0" data-refused="4"' in page
    refused = re.findall(r'data-row="(\d)" data-row-problem="([a-z-]+)"', page)
    assert refused == [
        ("3", "no-area-code"), ("4", "masked"), ("5", "repeated"), ("6", "not-a-number"),
    ]  # fmt: skip
    assert "固定电话请写上区号" in page
    assert "与第 2 行重复" in page
    assert "也登记在 1 位客户名下" in page
    # What has to be mended stays in the box.
    assert "86013389\n138****8000\n张三</textarea>" in page
    line = at("0755-86013388")
    assert line.is_own_line
    assert match([line], own_values=own_values([line])).tier is Tier.NONE
    page = page_of(site.post(LINES, {"numbers": "400-820-8820"}, secure=True))
    assert 'data-added="0" data-already="1"' in page
    assert page_of(site.post(LINES, {"numbers": " \n"}, secure=True), 400)


def test_a_line_is_removed_and_the_settings_own_stay(site, settings):
    settings.OWN_LINES = ["0755-86013300"]
    line = at("400-820-8820")
    Endpoint.objects.filter(pk=line.pk).update(is_own_line=True)
    page = page_of(site.get(LINES, secure=True))
    assert "data-fixed-line" in page
    assert "0755-8601 3300" in page
    answer = site.post(f"{LINES}{line.pk}/remove/", secure=True, follow=True)
    assert "已移出" in page_of(answer)
    line.refresh_from_db()
    assert not line.is_own_line
    answer = site.post(f"{LINES}{line.pk}/remove/", secure=True, follow=True)
    assert "已经不在名单里" in page_of(answer)


def test_an_agents_mobile_is_changed_with_the_seat(site):
    seat = AgentSeat.objects.create(email="wang@c.cn")
    record_mobile(seat, "13800138000")
    line = at("13800138000")
    assert "坐席 wang@c.cn 的手机" in page_of(site.get(LINES, secure=True))
    site.post(f"{LINES}{line.pk}/remove/", secure=True)
    line.refresh_from_db()
    assert line.is_own_line


def test_lines_come_by_key(site):
    for n in range(51):
        Endpoint.objects.filter(pk=at(f"0755-860133{n:02d}").pk).update(is_own_line=True)
    first = site.get(LINES, secure=True)
    assert page_of(first).count("data-line=") == 50
    rest = page_of(site.get(LINES, {"after": first.context["next"]}, secure=True))
    assert rest.count("data-line=") == 1
    assert page_of(site.get(LINES, {"after": "x" * 40}, secure=True)).count("data-line=") == 50


# --- do not call ---


def test_put_on_the_list_with_a_reason_each(site, boss):
    there = at("13700137000")
    rules.register(there, boss, reason="早就", source="list")
    text = "号码,原因\n13800138000,客户要求\n13900139000,\n13700137000,又来\n138****0000,x"
    form = {"numbers": text, "reason": "名单导入", "action": "add"}
    page = page_of(site.post(LIST, form, secure=True))
    assert 'data-added="2" data-already="1" data-refused="1"' in page
    reasons = dict(DoNotCallChange.objects.values_list("endpoint__value", "reason"))
    assert reasons == {
        "+8613800138000": "客户要求", "+8613900139000": "名单导入", "+8613700137000": "早就",
    }  # fmt: skip
    assert at("13800138000").do_not_call
    assert at("13800138000").reversed_digits == "00083100831"
    # Again changes nothing.
    page = page_of(site.post(LIST, form, secure=True))
    assert 'data-added="0" data-already="3"' in page
    assert DoNotCallChange.objects.count() == 3


def test_without_a_reason_nothing_is_taken(site):
    form = {"numbers": "13800138000", "reason": " ", "action": "add"}
    page = page_of(site.post(LIST, form, secure=True))
    assert "请写明原因" in page
    assert not DoNotCallChange.objects.exists()
    assert page_of(site.post(LIST, {"action": "add"}, secure=True), 400)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_file_of_numbers(site, encoding):
    text = "手机号码,备注\r\n13800138000,客户要求不要再打电话给他\r\n" * 1
    file = SimpleUploadedFile("list.csv", text.encode(encoding))
    page = page_of(site.post(LIST, {"file": file, "action": "add"}, secure=True))
    assert 'data-added="1"' in page
    assert DoNotCallChange.objects.get().reason == "客户要求不要再打电话给他"


def test_a_workbook_is_refused_in_words(site):
    file = SimpleUploadedFile("list.xlsx", b"PK\x03\x04rest")
    page = page_of(site.post(LIST, {"file": file, "action": "add"}, secure=True), 400)
    assert "这是 Excel 文件" in page


def test_removed_with_who_when_and_why_kept(site, boss):
    number = at("13800138000")
    rules.register(number, boss, reason="客户要求", source="list")
    path = f"{LIST}{number.pk}/remove/"
    answer = site.post(path, {"reason": " "}, secure=True, follow=True)
    assert "请写明移出的原因" in page_of(answer)
    number.refresh_from_db()
    assert number.do_not_call
    answer = site.post(path, {"reason": "客户改主意了"}, secure=True, follow=True)
    assert "已移出勿扰名单" in page_of(answer)
    number.refresh_from_db()
    assert not number.do_not_call
    page = page_of(site.get("/setup/do-not-call/changes/", secure=True))
    for text in ("138 0013 8000", "客户改主意了", "客户要求", "boss"):
        assert text in page
    answer = site.post(path, {"reason": "again"}, secure=True, follow=True)
    assert "已经不在名单里" in page_of(answer)
    assert DoNotCallChange.objects.count() == 2


def test_found_by_the_number_and_by_its_end(site, boss):
    for raw in ("13800138000", "13900138000", "13700137001", "95588"):
        rules.register(at(raw), boss, reason="x", source="list")
    at("13600138000")
    found = {
        "138 0013 8000": ["138 0013 8000"],
        "8000": ["139 0013 8000", "138 0013 8000"],
        "95588": ["95588"],
        "800": [],
        "13600138000": [],
        "abc": [],
    }
    for term, texts in found.items():
        answer = site.post(LIST, {"term": term, "action": "find"}, secure=True)
        page_of(answer)
        assert [row["number"].text for row in answer.context["rows"]] == texts, term
    answer = site.post(LIST, {"term": " ", "action": "find"}, secure=True)
    assert len(answer.context["rows"]) == 4
    assert "名单里没有这个号码" in page_of(
        site.post(LIST, {"term": "13600138000", "action": "find"}, secure=True)
    )


def test_the_list_and_what_was_found_come_by_key(site, boss, django_assert_max_num_queries):
    entries = [f"138{n:04d}8000" for n in range(rules.PAGE + 2)]
    form = {"numbers": "\n".join(entries), "reason": "x", "action": "add"}
    assert 'data-added="52"' in page_of(site.post(LIST, form, secure=True))
    with django_assert_max_num_queries(8):
        first = site.get(LIST, secure=True)
    seen = [row["number"].text for row in first.context["rows"]]
    rest = site.get(LIST, {"after": first.context["more"]}, secure=True)
    seen += [row["number"].text for row in rest.context["rows"]]
    assert len(set(seen)) == len(entries)
    find = {"term": "8000", "action": "find"}
    first = site.post(LIST, find, secure=True)
    rest = site.post(LIST, {**find, "after": first.context["more"]}, secure=True)
    assert len(first.context["rows"]) + len(rest.context["rows"]) == len(entries)
    assert rest.context["more"] == ""
    changes = site.get("/setup/do-not-call/changes/", secure=True)
    rest = site.get("/setup/do-not-call/changes/", {"after": changes.context["more"]}, secure=True)
    assert len(rest.context["rows"]) == 2


def test_numbers_stand_in_no_address(site, boss):
    rules.register(at("13800138000"), boss, reason="x", source="list")
    page = page_of(site.post(LIST, {"term": "13800138000", "action": "find"}, secure=True))
    for address in re.findall(r'(?:href|action)="([^"]*)"', page):
        assert "138" not in address


def test_the_admins_flag_is_recorded_too(site, boss):
    boss.is_staff = True
    boss.save()
    data = {"kind": "phone", "raw": "13800138000", "do_not_call": "on"}
    assert site.post("/admin/customers/endpoint/add/", data, secure=True).status_code == 302
    number = at("13800138000")
    assert number.do_not_call
    path = f"/admin/customers/endpoint/{number.pk}/change/"
    assert site.post(path, {"do_not_call": "on", "invalid": "on"}, secure=True).status_code == 302
    assert site.post(path, {"is_shared": "on"}, secure=True).status_code == 302
    number.refresh_from_db()
    assert (number.do_not_call, number.is_shared, number.invalid) == (False, True, False)
    said = DoNotCallChange.objects.order_by("pk").values_list("added", "source", "by")
    assert list(said) == [(True, "admin", boss.pk), (False, "admin", boss.pk)]
    listed = page_of(site.get("/admin/customers/donotcallchange/", secure=True))
    assert "13800138000" in listed.replace(" ", "")
    assert site.get("/admin/customers/donotcallchange/add/", secure=True).status_code == 403


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
def test_the_list_goes_by_its_index(db):
    plan = Endpoint.objects.filter(do_not_call=True).order_by("-pk")[:50].explain()
    assert "endpoint_do_not_call" in plan
