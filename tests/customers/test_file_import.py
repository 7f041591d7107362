"""Customers from files: whose row it is, and what is written."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import translation

from customers.models import CardField, ContactPoint, Customer, Endpoint, MatchVerdict
from tests.customers.sheets import xlsx

pytestmark = pytest.mark.django_db
HEADER = "客户编号,姓名,公司,手机\n"


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Whatever language another test's request has left behind."""
    with translation.override("zh-hans"):
        yield


def run(tmp_path: Path, data: str | bytes | Path, *options: str) -> dict[str, int]:
    """The command's counts."""
    path = data if isinstance(data, Path) else tmp_path / "customers.csv"
    if not isinstance(data, Path):
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    out = io.StringIO()
    call_command("import_customers", str(path), *options, stdout=out, stderr=io.StringIO())
    run.output = out.getvalue()  # type: ignore[attr-defined]
    last = run.output.splitlines()[-1].rpartition(": ")[2]  # type: ignore[attr-defined]
    return {name: int(count) for count, name in (part.split() for part in last.split(", "))}


def reasons(tmp_path: Path, data: str | Path, *options: str) -> list[list[str]]:
    """Row, column and reason of each refused row, from the file of problems."""
    problems = tmp_path / "problems.csv"
    run(tmp_path, data, "--problems", str(problems), *options)
    return [line[:3] for line in csv.reader(problems.read_text("utf-8-sig").splitlines())][1:]


def test_a_cell_merged_with_the_one_above_is_reported_not_guessed(tmp_path):
    path = xlsx(
        tmp_path / "book.xlsx",
        {
            1: ["姓名", "公司", "手机"],
            2: ["甲一", "某某", 13800138000],
            3: ["乙二", None, 13800138001],
        },
        merges=("B2:B3",),
    )
    assert reasons(tmp_path, path) == [["3", "公司", "单元格与上一行合并，请取消合并并填好每一行"]]
    assert Customer.objects.get().name == "甲一"


def test_a_full_row(tmp_path):
    owner = get_user_model().objects.create_user("agent01", display_name="小李")
    text = (
        "客户编号,姓名,公司,职务,等级,标签,手机,家庭电话,微信,邮箱,负责人,车牌\n"
        "K1,单小明,深圳某某公司,经理,vip,老客户、重点,138 0013 8000 / 13900139000,"
        "0755-86013388转801,oABC,A@B.com,小李,粤B12345\n"
    )
    assert run(tmp_path, text, "--attributes")["created"] == 1
    customer = Customer.objects.get(own_id="K1")
    assert (customer.name, customer.name_pinyin, customer.name_initials) == (
        "单小明",
        "shanxiaoming",
        "sxm",
    )
    assert (customer.company, customer.title, customer.level) == ("深圳某某公司", "经理", "vip")
    assert customer.tags == ["老客户", "重点"]
    assert customer.attributes == {"车牌": "粤B12345"}
    assert customer.owner == owner
    points = {
        (p.endpoint.kind, p.endpoint.value, p.label, p.source)
        for p in customer.contact_points.select_related("endpoint")
    }
    assert points == {
        ("phone", "+8613800138000", "", "import"),
        ("phone", "+8613900139000", "", "import"),
        ("phone", "+8675586013388;ext=801", "家庭电话", "import"),
        ("openid", "oABC", "", "import"),
        ("email", "a@b.com", "", "import"),
    }
    assert Endpoint.objects.get(value="+8613800138000").reversed_digits == "00083100831"


def test_unknown_columns_are_kept_only_when_asked_for(tmp_path):
    text = "姓名,手机,车牌\n王小明,13800138000,粤B12345\n"
    run(tmp_path, text)
    assert Customer.objects.get().attributes == {}
    assert run(tmp_path, text, "--attributes")["updated"] == 1
    assert Customer.objects.get().attributes == {"车牌": "粤B12345"}


def test_columns_of_business_fields_are_read_as_their_kind(tmp_path):
    CardField.objects.create(key="到期", name_zh="合同到期", kind="date")
    CardField.objects.create(key="老客户", name_zh="老客户", kind="yes-no")
    CardField.objects.create(key="套餐", name_zh="套餐", kind="choice", choices="基础\n尊享")
    text = (
        "姓名,手机,合同到期,老客户,套餐\n"
        "王小明,13800138000,2026/3/1,是,尊享\n"
        "李四,13900139000,明年,是,豪华\n"
        "赵六,13700137000,,,\n"
    )
    counts = run(tmp_path, text)
    assert (counts["created"], counts["bad"]) == (2, 1)
    held = dict(Customer.objects.values_list("name", "attributes"))
    assert held == {
        "王小明": {"到期": "2026-03-01", "老客户": True, "套餐": "尊享"},
        "赵六": {},
    }
    assert run(tmp_path, text)["unchanged"] == 2


def test_importing_twice_changes_nothing(tmp_path):
    text = "客户编号,姓名,标签,手机,车牌\n"
    for n in range(600):
        # Some without an own id, some numbers twice.
        own_id, number = f"K{n}" if n % 3 else "", 13800000000 + (n - n % 2 if n % 7 == 0 else n)
        text += f"{own_id},客户{n:03d}号,甲;乙,{number},{n}\n"
    first = run(tmp_path, text, "--attributes")
    assert first["created"] + first["bad"] == 600
    before = list(Customer.objects.order_by("pk").values())
    points = list(ContactPoint.objects.order_by("pk").values())
    second = run(tmp_path, text, "--attributes")
    assert (second["created"], second["updated"]) == (0, 0)
    assert second["unchanged"] + second["bad"] == 600
    assert list(Customer.objects.order_by("pk").values()) == before
    assert list(ContactPoint.objects.order_by("pk").values()) == points


def test_a_dry_run_writes_nothing_and_says_the_same(tmp_path):
    Customer.objects.create(name="王小明").add_contact_point("phone", "13800138000")
    text = HEADER + "K1,王小明,某某,13800138000\nK2,李四,,13900139000\nK2,赵五,,137\n"
    dry = run(tmp_path, text, "--dry-run")
    assert (Customer.objects.count(), Endpoint.objects.count()) == (1, 1)
    assert dry == run(tmp_path, text)
    assert (dry["created"], dry["updated"], dry["bad"]) == (1, 1, 1)


def test_an_update_fills_in_and_takes_nothing_away(tmp_path):
    customer = Customer.objects.create(
        own_id="K1",
        name="王小明",
        company="旧公司",
        title="经理",
        tags=["老"],
        attributes={"a": "1"},
    )
    customer.add_contact_point("phone", "13800138000")
    created = customer.created_at
    text = "客户编号,姓名,公司,职务,标签,手机,b\nK1,,新公司,,新,13900139000,2\n"
    assert run(tmp_path, text, "--attributes")["updated"] == 1
    customer.refresh_from_db()
    assert (customer.name, customer.company, customer.title) == ("王小明", "新公司", "经理")
    assert (customer.tags, customer.attributes) == (["老", "新"], {"a": "1", "b": "2"})
    assert customer.contact_points.count() == 2
    assert customer.created_at == created
    assert customer.updated_at > created


def test_by_number_a_known_customer_gets_an_own_id(tmp_path):
    customer = Customer.objects.create(name="王先生")
    customer.add_contact_point("phone", "+86 138 0013 8000")
    counts = run(tmp_path, HEADER + "K1,王小明,某某,13800138000\n")
    assert (counts["updated"], counts["renamed"]) == (1, 1)
    customer.refresh_from_db()
    assert (customer.own_id, customer.name, customer.name_initials) == ("K1", "王小明", "wxm")


def test_ambiguous_rows_are_reported_not_guessed(tmp_path):
    for name, numbers in {
        "甲一": ["13800000001", "13800000009"],
        "甲二": ["13800000001"],
        "丙": ["13800000003", "01062345678"],
        "丁": ["13800000004"],
        "戊": ["13800000005"],
    }.items():
        customer = Customer.objects.create(name=name)
        for number in numbers:
            customer.add_contact_point("phone", number)
    Endpoint.objects.filter(value="+8613800000004").update(is_shared=True)
    Endpoint.objects.create(kind="phone", value="+8613800000007", is_own_line=True)
    gone = Customer.objects.create(name="并走", own_id="G", merged_into=Customer.objects.first())
    text = HEADER + (
        ",甲一,,13800000001\n"
        ",丙,,13800000003/13800000009\n"
        ",丁,,13800000004\n"
        ",庚,,13800000007\n"
        ",辛,,13800000005\n"
        "G,并走,,13800000011\n"
    )
    assert reasons(tmp_path, text) == [
        ["2", "手机", "号码属于不止一位客户，分不清是谁，请补上客户编号"],
        ["3", "手机", "几个号码属于不同的客户，请分行填写或补上客户编号"],
        ["4", "手机", "号码由多人共用，分不清是谁，请补上客户编号"],
        ["5", "手机", "这是本中心自己的号码"],
        ["6", "姓名", "号码属于另一位客户，姓名完全不同。确是同一人时请补上客户编号"],
        ["7", "客户编号", "这位客户已并入另一位客户"],
    ]
    assert Customer.objects.filter(merged_into=None).count() == 5
    assert gone.contact_points.count() == 0


def test_a_number_that_is_no_longer_somebodys_does_not_name_them(tmp_path):
    before = Customer.objects.create(name="王小明")
    point = before.add_contact_point("phone", "13800138000")
    MatchVerdict.objects.create(customer=before, endpoint=point.endpoint, verdict="no-longer")
    assert run(tmp_path, HEADER + ",王大明,,13800138000\n")["created"] == 1
    before.refresh_from_db()
    assert before.name == "王小明"


def test_within_a_file(tmp_path):
    text = HEADER + (
        "K1,王一,,13800000001\n"
        "K1,王二,,13800000002\n"  # the same own id
        ",赵六,,13800000001\n"  # the same number, nobody knows whose
        "K2,钱七,,13800000001\n"  # the same number, but another person by own id
        ",孙八,,13800000003 0755-86013388\n"
        ",李九,,13800000004 0755-86013388\n"  # a colleague behind the same switchboard
    ).replace(" 0755", "/0755")
    assert reasons(tmp_path, text) == [
        ["3", "客户编号", "客户编号与第 2 行相同"],
        ["4", "手机", "号码或账号与第 2 行相同"],
    ]
    assert set(Customer.objects.values_list("name", flat=True)) == {"王一", "钱七", "孙八", "李九"}
    counts = run(tmp_path, text)
    assert (counts["unchanged"], counts["created"], counts["updated"]) == (4, 0, 0)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("K1,,,13800138000", "姓名", "新客户缺少姓名"),
        (",王小明,,", "", "没有客户编号，也没有号码、微信或邮箱，分不清是谁"),
        (",王小明,,138****8000", "", "只有带星号的号码，分不清是谁，请补上客户编号或完整号码"),
        (",王小明,,1380013800", "手机", "号码不完整，或位数不对"),
        (",王小明,,见附件abc", "手机", "不是号码"),
        (",王小明,,1.38E+10", "手机", "被表格软件改成了科学记数法，末尾的数字已丢失"),
        ("1.2E+17,王小明,,13800138000", "客户编号", "被表格软件改成了科学记数法，末尾的数字已丢失"),
        (f"K1,{'王' * 121},,13800138000", "姓名", "内容太长，最多 120 个字"),
        ("K1,王小明,,13800138000,多,余", "", "比表头多出 2 个单元格"),
    ],
)
def test_a_bad_row_is_named(tmp_path, row, column, reason):
    assert reasons(tmp_path, HEADER + row + "\nK9,好人,,13900139000\n") == [["2", column, reason]]
    assert Customer.objects.get().name == "好人"


def test_levels_owners_and_accounts_that_are_none(tmp_path):
    get_user_model().objects.create_user("gone", is_active=False)
    text = "姓名,手机,等级,负责人,邮箱,微信\n王小明,13800138000,钻石,gone,nobody,有 空格\n"
    ((row, column, reason),) = reasons(tmp_path, text)
    assert (row, column) == ("2", "等级、负责人、邮箱、微信")
    assert reason.count("；") == 3


def test_cells_that_say_there_is_no_number(tmp_path):
    text = HEADER + "K1,王小明,,无\nK2,李四,,-\nK3,赵五,,N/A\n"
    assert run(tmp_path, text)["created"] == 3
    assert not ContactPoint.objects.exists()


def test_the_file_of_problems_starts_no_formula_and_can_be_handed_in_again(tmp_path):
    text = "姓名,公司,手机\n=HYPERLINK(1),+某某,1380013800\n@王,-某某,\n"
    problems = tmp_path / "problems.csv"
    run(tmp_path, text, "--problems", str(problems))
    data = problems.read_bytes()
    assert data.startswith("\ufeff行号,列,原因,姓名".encode())
    lines = list(csv.reader(data.decode("utf-8-sig").splitlines()))
    assert [line[3:5] for line in lines[1:]] == [["'=HYPERLINK(1)", "'+某某"], ["'@王", "'-某某"]]
    mended = data.decode().replace("1380013800", "13800138000").encode()
    assert run(tmp_path, mended)["created"] == 1
    assert Customer.objects.get().company == "+某某"


def test_the_command_writes_no_number_to_the_terminal(tmp_path):
    run(tmp_path, HEADER + "K1,王小明,,13800138000\nK2,李四,,1380013800\n")
    assert "13800138000" not in run.output  # type: ignore[attr-defined]
    assert "1380013800" not in run.output  # type: ignore[attr-defined]
    assert "row 3, 手机: 号码不完整，或位数不对" in run.output  # type: ignore[attr-defined]


def test_the_command_refuses_in_words(tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_customers", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="分不清谁是谁"):
        run(tmp_path, "姓名,公司\n王小明,某某\n")
    with pytest.raises(CommandError, match="no such column"):
        run(tmp_path, "姓名,手机\n王小明,13800138000\n", "--column", "车牌=name")


def test_columns_can_be_named(tmp_path):
    run(tmp_path, "谁,哪里\n王小明,13800138000\n", "--column", "谁=name", "--column", "哪里=phone")
    assert Customer.objects.get().contact_points.count() == 1


def test_the_number_of_queries_does_not_grow_with_the_rows(tmp_path, django_assert_max_num_queries):
    text = HEADER + "".join(f"K{n},客户{n},,13{800000000 + n}\n" for n in range(200))
    with django_assert_max_num_queries(22):
        run(tmp_path, text)
    with django_assert_max_num_queries(22):
        run(tmp_path, text.replace("客户", "老客户"))


def test_a_list_of_problems_that_cannot_be_kept_stops_before_the_first_row(tmp_path):
    nowhere = tmp_path / "nowhere" / "refused.csv"
    with pytest.raises(CommandError, match=f"{nowhere}: No such file or directory"):
        run(tmp_path, HEADER + "1,王建国,华星,13800138000\n", "--problems", str(nowhere))
    assert not Customer.objects.exists()
