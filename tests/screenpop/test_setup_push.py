"""The connection check's part about pushes, each finding by making what it looks for."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from screenpop.models import Push
from screenpop.setup_push import push_findings, pushes_seen

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def nothing_set(settings):
    """No credentials; closed."""
    for name in ("USERNAME", "PASSWORD", "CLIENT_ID", "CLIENT_SECRET"):
        setattr(settings, f"TCCC_PUSH_{name}", "")
    settings.TCCC_PUSH_OPEN = False


@pytest.fixture
def boss():
    user = get_user_model().objects.create_user("boss", is_staff=True)
    user.groups.add(Group.objects.get(name="administrator"))
    return user


def found(boss):
    return {one.key: one for one in push_findings(pushes_seen(boss, NOW))}


def push(state="applied", hours=1.0, **fields):
    at = NOW - timedelta(hours=hours)
    return Push.objects.create(action="cdr", state=state, received_at=at, **fields)


@pytest.mark.parametrize(
    ("names", "state", "words"),
    [
        ([], "warn", "拒绝"),
        (["USERNAME"], "warn", "拒绝"),
        (["USERNAME", "PASSWORD"], "ok", "basicAuth"),
        (["CLIENT_ID", "CLIENT_SECRET"], "ok", "OAuth2.0"),
        (["OPEN"], "warn", "任何人"),
        (["USERNAME", "PASSWORD", "OPEN"], "warn", "任何人"),
    ],
)
def test_credentials(settings, boss, names, state, words):
    for name in names:
        setattr(settings, f"TCCC_PUSH_{name}", "x")
    one = found(boss)["push-credentials"]
    assert (one.state, words in one.text, bool(one.mend)) == (state, True, state != "ok")
    assert "x" not in one.text.replace("TCCC_PUSH_OPEN", "")


@pytest.mark.parametrize(("hours", "state"), [(None, "warn"), (1, "ok"), (23, "ok"), (25, "warn")])
def test_the_last_push(boss, hours, state):
    if hours is not None:
        push(hours=hours)
        push(hours=hours + 40)
    assert found(boss)["last-push"].state == state


def test_what_is_left_over(boss):
    push()
    assert set(found(boss)) == {"push-credentials", "last-push"}
    push("failed", hours=900)
    push("received", hours=0.2)
    push("received", hours=0)
    push("foreign", sdk_app_id="1400000001")
    push("foreign", hours=24 * 8, sdk_app_id="1400000002")
    findings = found(boss)
    for key, state in (("push-failed", "fail"), ("push-waiting", "warn"), ("push-foreign", "warn")):
        assert (findings[key].state, "1 个" in findings[key].text) == (state, True)
    assert "1400000001" in findings["push-foreign"].text
    assert "1400000002" not in findings["push-foreign"].text


def test_the_page_holds_what_is_entered_in_the_console(client, boss):
    push("failed", error="没有 SessionId")
    client.force_login(boss)
    answer = client.get("/setup/", secure=True, headers={"Host": "localhost:8443"})
    html = answer.content.decode()
    for path in ("push", "oauth/token", "number-mapping", "routing"):
        assert f'value="https://localhost:8443/tccc/{path}/"' in html
    assert 'data-finding="push-failed" data-state="fail"' in html
    assert "data-last-push" in html
    said = re.search(r"data-push-troubles>([^<]+)<", html)
    assert said
    assert said[1] == "处理失败 1 · 等待 0 · 非本应用 0"
