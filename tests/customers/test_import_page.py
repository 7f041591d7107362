"""The page that imports customers, step by step and slice by slice."""

import csv
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from customers import file_import_runs
from customers.file_import import SLICE
from customers.models import AccessLog, Customer, ImportProblem, ImportRun

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PAGE = "/customers/import/"
MANY = 2 * SLICE + 10


def signed_in(role: str) -> Client:
    user = get_user_model().objects.create_user(f"the-{role}", display_name=role)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def imports_dir(tmp_path: Path, settings: Any) -> Path:
    settings.IMPORT_DIR = tmp_path / "imports"
    return tmp_path / "imports"


@pytest.fixture
def admin(imports_dir: Path) -> Client:
    return signed_in("administrator")


def sheet(rows: int = MANY, bad: int = 1) -> str:
    lines = [f"K{n},客户{n:04d},13{800000000 + n},京A{n}" for n in range(rows)]
    return "客户编号,姓名,手机,车牌\n" + "\n".join(lines + [f"X{n},坏行,123,x" for n in range(bad)])


def upload(client: Client, text: str | bytes, name: str = "客户.csv") -> Any:
    data = text.encode() if isinstance(text, str) else text
    return client.post(PAGE, {"file": SimpleUploadedFile(name, data)}, secure=True)


def uploaded(client: Client, text: str) -> ImportRun:
    answer = upload(client, text)
    assert answer.status_code == 302
    return ImportRun.objects.get(pk=int(answer["Location"].split("/")[-2]))


def post(client: Client, run: ImportRun, step: str, data: Any = None, **more: Any) -> Any:
    return client.post(f"{PAGE}{run.pk}/{step}/", data or {}, secure=True, **more)


def page(client: Client, run: ImportRun) -> str:
    answer = client.get(f"{PAGE}{run.pk}/", secure=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def columns(run: ImportRun) -> dict[str, list[str]]:
    return {"column": run.mapping}


def work_off(client: Client, run: ImportRun) -> int:
    """As the page does: ask until told to look at the result; gives how often."""
    for times in range(1, 50):
        answer = post(client, run, "next", headers=HTMX)
        assert answer.status_code == 200
        if "HX-Redirect" in answer:
            assert answer["HX-Redirect"] == f"{PAGE}{run.pk}/"
            run.refresh_from_db()
            return times
        assert "data-progress" in answer.content.decode()
    raise AssertionError("it never ended")


def count(text: str, name: str) -> int:
    return int(re.search(rf'data-count="{name}">(\d+)<', text)[1])  # type: ignore[index]


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_administrators_only(imports_dir, role):
    run = ImportRun.objects.create(folder="x", file_name="f")
    client = signed_in(role)
    assert client.get(PAGE, secure=True).status_code == 403
    assert upload(client, sheet()).status_code == 403
    assert client.get(f"{PAGE}{run.pk}/", secure=True).status_code == 403
    for step in ("columns", "next", "start", "back", "abandon"):
        assert post(client, run, step).status_code == 403
    assert client.get(f"{PAGE}{run.pk}/problems/", secure=True).status_code == 403
    assert not imports_dir.exists()


def test_strangers_are_asked_to_sign_in(imports_dir):
    assert Client().get(PAGE, secure=True)["Location"] == f"/sign-in/?next={PAGE}"
    run = ImportRun.objects.create(folder="x", file_name="f", state="importing")
    assert post(Client(), run, "next", headers=HTMX)["HX-Redirect"] == "/sign-in/"


@pytest.mark.parametrize(("role", "shown"), [("administrator", True), ("supervisor", False)])
def test_the_list_of_customers_leads_there(role, shown):
    text = signed_in(role).get("/customers/", secure=True).content.decode()
    assert (f'href="{PAGE}"' in text) is shown


def test_from_the_file_to_the_result(admin, imports_dir):
    assert "还没有导入过" in admin.get(PAGE, secure=True).content.decode()
    run = uploaded(admin, sheet())
    folder = imports_dir / run.folder
    assert [path.name for path in folder.iterdir()] == ["rows"]
    assert {path.stat().st_mode & 0o777 for path in (imports_dir, folder)} == {0o700}

    text = page(admin, run)
    assert "13800000000" in text  # a sample
    assert re.findall(r'<option value="(\w*)" selected>', text) == [
        *["own_id", "name", "phone", "attribute"]
    ]
    assert post(admin, run, "columns", columns(run)).status_code == 302
    text = page(admin, run)
    assert f'max="{MANY + 1}" value="0"' in text
    assert 'hx-trigger="load, every 5s, submit"' in text
    assert work_off(admin, run) == 3
    assert (run.state, Customer.objects.count()) == ("checked", 0)
    text = page(admin, run)
    assert (count(text, "created"), count(text, "bad")) == (MANY, 1)
    assert "客户0009" in text
    assert "客户0010" not in text
    assert "号码不完整，或位数不对" in text

    assert post(admin, run, "start").status_code == 302
    assert work_off(admin, run) == 3
    assert (run.state, Customer.objects.count()) == ("done", MANY)
    text = page(admin, run)
    assert "导入完成" in text
    assert (count(text, "created"), count(text, "bad")) == (MANY, 1)
    assert Customer.objects.get(own_id="K7").attributes == {"车牌": "京A7"}
    assert not folder.exists()
    assert run.preview == []

    answer = admin.get(f"{PAGE}{run.pk}/problems/", secure=True)
    assert answer["Content-Disposition"].startswith("attachment")
    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert lines[1] == [str(MANY + 2), "手机", "号码不完整，或位数不对", "X0", "坏行", "123", "x"]
    assert AccessLog.objects.get().action == "import-problems"
    assert f"{PAGE}{run.pk}/" in admin.get(PAGE, secure=True).content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"%PDF-", "不是表格"),
        ("姓名,手机\n".encode(), "没有数据"),
        (b"x" * (20 * 1024 * 1024 + 1), "MB"),
    ],
)
def test_a_file_that_is_refused_leaves_nothing(admin, imports_dir, data, words):
    answer = upload(admin, data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert not imports_dir.exists() or not list(imports_dir.iterdir())


def test_no_file_at_all(admin):
    answer = admin.post(PAGE, {}, secure=True)
    assert (answer.status_code, "请先选择文件" in answer.content.decode()) == (422, True)


def test_the_name_of_the_file_is_only_shown(admin, imports_dir):
    upload(admin, sheet(1), name="../../<b>一.csv")
    run = ImportRun.objects.get()
    assert "/" not in run.file_name
    assert run.folder.isalnum()
    assert "<b>" not in page(admin, run)


def test_a_mapping_that_cannot_be_used_stays_as_chosen(admin):
    run = uploaded(admin, sheet(1))
    answer = post(admin, run, "columns", {"column": ["name", "name", "phone", ""]})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "只能对应一列" in text
    assert re.findall(r'<option value="(\w*)" selected>', text) == ["name", "name", "phone", ""]
    assert post(admin, run, "columns", {"column": ["phone"]}).status_code == 422
    run.refresh_from_db()
    assert run.state == "mapping"


def test_back_to_the_columns_and_once_more(admin):
    run = uploaded(admin, sheet(5))
    post(admin, run, "columns", columns(run))
    work_off(admin, run)
    post(admin, run, "back")
    run.refresh_from_db()
    assert (run.state, run.done, run.counts) == ("mapping", 0, {})
    post(admin, run, "columns", {"column": ["own_id", "name", "phone", ""]})
    work_off(admin, run)
    assert run.counts["created"] == 5
    assert ImportProblem.objects.count() == 1


def test_steps_out_of_order_do_nothing(admin):
    run = uploaded(admin, sheet(3))
    post(admin, run, "start")
    assert "HX-Redirect" in post(admin, run, "next", headers=HTMX)
    assert not Customer.objects.exists()
    post(admin, run, "columns", columns(run))
    work_off(admin, run)
    post(admin, run, "start")
    post(admin, run, "start")
    post(admin, run, "back")
    post(admin, run, "columns", columns(run))
    work_off(admin, run)
    assert (run.state, run.counts["created"], Customer.objects.count()) == ("done", 3, 3)


def test_another_tab_goes_on_where_the_first_one_was(admin):
    run = uploaded(admin, sheet(bad=0))
    post(admin, run, "columns", columns(run))
    work_off(admin, run)
    post(admin, run, "start")
    post(admin, run, "next", headers=HTMX)
    assert f'value="{SLICE}"' in page(admin, run)
    other = signed_in("administrator2")
    other_user = get_user_model().objects.get(username="the-administrator2")
    other_user.groups.add(Group.objects.get(name="administrator"))
    assert work_off(other, run) == 2
    assert Customer.objects.count() == MANY


def test_a_slice_that_was_done_meanwhile_is_not_done_again(admin):
    run = uploaded(admin, sheet(bad=0))
    post(admin, run, "columns", columns(run))
    work_off(admin, run)
    post(admin, run, "start")
    run.refresh_from_db()
    stale = ImportRun.objects.get(pk=run.pk)
    file_import_runs.next_slice(run)
    assert file_import_runs.next_slice(stale).done == SLICE
    assert Customer.objects.count() == SLICE


def test_a_server_killed_in_a_slice_loses_nothing_and_does_nothing_twice(admin, monkeypatch):
    run = uploaded(admin, sheet(bad=1))
    post(admin, run, "columns", columns(run))
    work_off(admin, run)
    post(admin, run, "start")
    post(admin, run, "next", headers=HTMX)

    class KilledError(BaseException):
        pass

    def die(*_arguments: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(file_import_runs, "_remember", die)
        run.refresh_from_db()
        with pytest.raises(KilledError):
            file_import_runs.next_slice(run)
    assert Customer.objects.count() == SLICE  # written and rolled back together
    work_off(admin, run)
    assert (run.counts["created"], run.counts["bad"]) == (MANY, 1)
    assert Customer.objects.count() == MANY


def test_a_dry_run_that_was_cut_off_does_not_take_its_own_rows_for_repeats(admin, monkeypatch):
    run = uploaded(admin, sheet(5, bad=0))
    post(admin, run, "columns", columns(run))

    class KilledError(BaseException):
        pass

    def die(*_arguments: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(file_import_runs, "_remember", die)
        run.refresh_from_db()
        with pytest.raises(KilledError):
            file_import_runs.next_slice(run)
    work_off(admin, run)
    assert run.counts == {"created": 5}


def test_repeats_are_found_across_slices(admin):
    again = "\nK0,客户0000,13800000000,y\n,旁人,13800000001,y"
    run = uploaded(admin, sheet(bad=0) + again)
    post(admin, run, "columns", columns(run))
    work_off(admin, run)
    assert run.counts["bad"] == 2
    post(admin, run, "start")
    work_off(admin, run)
    assert (run.counts["created"], run.counts["bad"]) == (MANY, 2)
    assert "客户编号与第 2 行相同" in page(admin, run)


def test_giving_up_deletes_the_file_and_keeps_what_was_imported(admin, imports_dir):
    run = uploaded(admin, sheet(bad=0))
    post(admin, run, "columns", columns(run))
    work_off(admin, run)
    post(admin, run, "start")
    post(admin, run, "next", headers=HTMX)
    post(admin, run, "abandon")
    assert not list(imports_dir.iterdir())
    assert Customer.objects.count() == SLICE
    assert "导入已停止" in page(admin, run)
    assert "HX-Redirect" in post(admin, run, "next", headers=HTMX)
    assert Customer.objects.count() == SLICE


def test_a_file_that_is_gone_ends_the_import_in_words(admin, imports_dir):
    run = uploaded(admin, sheet(3))
    post(admin, run, "columns", columns(run))
    (imports_dir / run.folder / "rows").unlink()
    assert "HX-Redirect" in post(admin, run, "next", headers=HTMX)
    assert "再上传一次" in page(admin, run)


def test_files_that_nobody_carries_on_with_are_deleted(admin, imports_dir):
    old = uploaded(admin, sheet(3))
    done = ImportRun.objects.create(
        folder="y", file_name="f", state="done", finished_at=timezone.now() - timedelta(days=8)
    )
    ImportProblem.objects.create(run=done, row=2)
    ImportRun.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=8))
    fresh = uploaded(admin, sheet(3))
    assert [path.name for path in imports_dir.iterdir()] == [fresh.folder]
    assert not ImportProblem.objects.exists()
    old.refresh_from_db()
    assert old.state == "abandoned"


def test_without_a_script_each_press_is_a_slice(admin):
    run = uploaded(admin, sheet(3))
    post(admin, run, "columns", columns(run))
    assert "<noscript>" in page(admin, run)
    assert post(admin, run, "next")["Location"] == f"{PAGE}{run.pk}/"
    run.refresh_from_db()
    assert run.state == "checked"


def test_renamed_customers_stand_in_the_preview(admin):
    Customer.objects.create(own_id="K0", name="旧名")
    rows = sheet(bad=0).replace("K0,", "K900,", 1) + "\nK0,新的名字,13700000000,"
    run = uploaded(admin, rows)
    post(admin, run, "columns", columns(run))
    work_off(admin, run)
    text = page(admin, run)
    assert "1 位已有客户改了姓名" in text
    assert "原名 旧名" in text
