"""Settings that can be read and cannot be right."""

import pytest
from django.conf import settings as ours
from django.core.checks import run_checks

from crm.checks import faults


def test_what_stands_here_is_right():
    assert list(faults(ours)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TCCC_FRAME_ANCESTORS", ["https://tccc.qcloud.com/"]),
        ("TCCC_FRAME_ANCESTORS", ["*"]),
        ("TCCC_FRAME_ANCESTORS", ["http://tccc.qcloud.com"]),
        ("TCCC_FRAME_ANCESTORS", ["https://*.qcloud.com"]),
        ("TCCC_FRAME_ANCESTORS", ["https://a.cn,https://b.cn"]),
        ("SIMULATOR_ORIGINS", ["localhost:8443"]),
        ("TRUSTED_PROXIES", ["127.0.0.1", "nginx"]),
        ("TCCC_PUSH_USERNAME", "tccc"),
        ("TCCC_PUSH_CLIENT_SECRET", "s"),
        ("TCCC_SECRET_ID", "AKID"),
        ("HOME_AREA_CODE", "755"),
        ("DEFAULT_REGION", "China"),
        ("TICKET_URL", "http://t.cn/{ticket}"),
        ("TICKET_URL", "https://t.cn/"),
        ("REST_FRAMEWORK", {**ours.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"api": "many"}}),
    ],
)
def test_what_cannot_be_right_is_named(settings, name, value):
    setattr(settings, name, value)
    named = [setting for setting, _words in faults(settings)]
    assert named == ["API_RATE" if name == "REST_FRAMEWORK" else name]
    assert [found.msg for found in run_checks() if found.id == "crm.W001"]


def test_what_is_written_in_other_ways_is_right(settings):
    settings.TCCC_FRAME_ANCESTORS = ["https://crm.example.com:8443", "https://TCCC.qcloud.com"]
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "::1", "10.0.0.1/8"]
    settings.TICKET_URL = "https://t.cn/?id={ticket}"
    settings.HOME_AREA_CODE = "0755"
    assert list(faults(settings)) == []


def test_no_secret_is_told(settings):
    settings.TCCC_PUSH_PASSWORD = "sesame"
    assert "sesame" not in str(list(faults(settings)))
