"""`/setup/sync/`: differences first, then the change, step by step, for administrators alone."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from customers.models import Endpoint
from screenpop.models import AgentSeat, SyncRun, SyncState
from screenpop.sync_runs import begin
from tests.screenpop.test_sync import cdr, person

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def make_user(name, role):
    user = get_user_model().objects.create_user(name)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def site(client):
    client.force_login(make_user("boss", "administrator"))
    return client


def start(site, kind, mode="compare", **fields):
    answer = site.post(reverse("setup-sync-start"), {"kind": kind, "mode": mode, **fields})
    assert answer.status_code == 302
    return answer.url


def drive(site, url):
    """What the page does: ask for the next step until it is sent on; gives how many answers were progress."""
    for count in range(500):
        answer = site.post(url + "next/", headers=HTMX)
        if answer.headers.get("HX-Redirect") == url:
            return count
        assert "data-progress" in answer.text
    raise AssertionError("it never ends")


def test_the_difference_stands_there_before_anything_is_written(site, api):
    api.staff = [person("amei@c.cn")]
    AgentSeat.objects.create(email="gone@c.cn")
    url = start(site, "seats")
    assert "正在比较，不写入" in site.get(url).text
    drive(site, url)
    text = site.get(url).text
    assert "差异（还没有写入）" in text
    assert re.findall(r'data-change="(\w+)"', text) == ["create", "deactivate"]
    assert "138 0013 8000" in text
    assert not AgentSeat.objects.filter(email="amei@c.cn").exists()
    assert "按此更新" in text
    url = start(site, "seats", "apply")
    drive(site, url)
    assert "已完成：" in site.get(url).text
    assert AgentSeat.objects.get(email="amei@c.cn").is_active
    assert not AgentSeat.objects.get(email="gone@c.cn").is_active
    history = site.get(reverse("setup-sync")).text
    assert history.count("data-run=") == 2
    assert "上次完成：" in history


def test_records_go_page_by_page(site, api):
    api.cdrs = [cdr(f"s{n}", ago=600 + n) for n in range(150)]
    day = (timezone.localdate() - timedelta(days=1)).isoformat()
    url = start(site, "records", "apply", since=day)
    assert drive(site, url) >= 1
    run = SyncRun.objects.get()
    assert (run.state, run.counts) == ("done", {"created": 150})
    assert str(run.started_by) == "boss"


def test_a_failure_is_told_in_words_with_code_and_request(site, api):
    api.faults["DescribeNumbers"] = ["UnauthorizedOperation"]
    url = start(site, "lines")
    drive(site, url)
    text = site.get(url).text
    assert "请在访问管理（CAM）中授权 ccc" in text
    assert "UnauthorizedOperation" in text
    assert "request-1" in text
    assert "没有这个操作的权限" in site.get(reverse("setup-sync")).text


def test_a_second_wish_shows_the_run_that_is_going_on(site, api):
    first = start(site, "seats")
    assert start(site, "seats", "apply") == first
    assert "正在进行，请等它完成" in site.get(first).text


def test_the_workers_run_is_watched_not_driven(site, api):
    run = begin("seats")
    url = reverse("setup-sync-run", args=[run.pk])
    assert "every 2s" in site.get(url).text
    assert site.post(url + "next/", headers=HTMX).status_code == 200
    assert api.asked == []


def test_stopping(site, api):
    url = start(site, "records", "apply")
    assert site.post(url + "stop/").status_code == 302
    assert "已停止" in site.get(url).text
    assert SyncRun.objects.get().state == "stopped"
    start(site, "records", "apply")


def test_without_script_a_button_goes_on(site, api):
    url = start(site, "lines")
    answer = site.post(url + "next/")
    assert (answer.status_code, answer.url) == (302, url)
    assert SyncRun.objects.get().state == "done"


def test_without_a_key_the_page_says_what_to_set(site, settings):
    settings.TCCC_SECRET_ID = settings.TCCC_SECRET_KEY = ""
    settings.TCCC_SDK_APP_ID = ["1400264214"]
    text = site.get(reverse("setup-sync")).text
    assert "data-not-configured" in text
    assert "<code>TCCC_SECRET_KEY</code>" in text
    assert "先看差异" not in text
    start(site, "seats")
    assert "没有配置云 API：TCCC_SECRET_ID、TCCC_SECRET_KEY" in site.get(reverse("setup-sync")).text
    assert not SyncRun.objects.exists()


def test_the_worker_is_missed(site, api):
    page = reverse("setup-sync")
    assert "data-worker-late" in site.get(page).text
    SyncState.objects.create(kind="records", due_at=timezone.now())
    assert "data-worker-late" not in site.get(page).text


def test_odd_wishes(site, api):
    start(site, "everything")
    assert "请选择要同步的内容" in site.get(reverse("setup-sync")).text
    start(site, "records", since="31.12.2026")
    assert "日期不对" in site.get(reverse("setup-sync")).text
    assert not SyncRun.objects.exists()
    assert site.get(reverse("setup-sync-run", args=[99])).status_code == 404
    assert site.get(reverse("setup-sync") + "?before=x").status_code == 200


def test_older_runs_by_key(site):
    SyncRun.objects.bulk_create([SyncRun(kind="lines", state="done") for _ in range(25)])
    page = reverse("setup-sync")
    first = site.get(page).text
    assert first.count("data-run=") == 20
    (older,) = re.findall(r'href="([^"]*\?before=\d+)#', first)
    assert site.get(older).text.count("data-run=") == 5


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("supervisor", 403)])
def test_for_administrators_alone(client, role, status):
    run = SyncRun.objects.create(kind="seats", by_page=True)
    client.force_login(make_user("somebody", role))
    assert client.get(reverse("setup-sync")).status_code == status
    assert client.get(reverse("setup-sync-run", args=[run.pk])).status_code == status
    for name in ("next", "stop"):
        assert client.post(reverse(f"setup-sync-{name}", args=[run.pk])).status_code == status
    assert client.post(reverse("setup-sync-start"), {"kind": "seats"}).status_code == status
    client.logout()
    assert client.get(reverse("setup-sync")).status_code == 302


def test_lines_show_as_numbers_and_are_written(site, api):
    api.numbers = [{"Number": "0086075586013388"}]
    url = start(site, "lines")
    drive(site, url)
    assert "0755-8601 3388" in site.get(url).text or "0755 8601 3388" in site.get(url).text
    assert not Endpoint.objects.exists()
