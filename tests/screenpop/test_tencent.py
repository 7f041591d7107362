"""Requests through Tencent's own SDK against a server that checks every signature."""

import logging
import threading

import pytest

from screenpop import tencent
from screenpop.tencent import Pace, TencentError, call, read_endpoint
from tests.screenpop.tccc_api import APP_ID

PAGE = {"PageNumber": 0, "PageSize": 100}


def code_of(action="DescribeNumbers", parameters=PAGE, **options):
    with pytest.raises(TencentError) as caught:
        call(action, parameters, **options)
    return caught.value


def test_a_signed_request_is_answered(api):
    api.numbers = [{"Number": "008617308248432", "State": 1}]
    answer = call("DescribeNumbers", PAGE)
    assert answer["Numbers"] == api.numbers
    assert api.asked == [("DescribeNumbers", {"SdkAppId": APP_ID, **PAGE})]


def test_the_stand_in_refuses_another_key(api, settings):
    settings.TCCC_SECRET_KEY = "another"
    error = code_of()
    assert (error.code, error.permanent) == ("AuthFailure.SignatureFailure", True)
    assert api.asked == []
    settings.TCCC_SECRET_ID = "AKIDnobody"
    assert code_of().code == "AuthFailure.SecretIdNotFound"


def test_chinese_parameters_are_signed_right(api):
    call("CreateStaff", {"Staffs": [{"Name": "小军", "Mail": "jun@c.cn"}]}, repeatable=False)
    assert api.staff[0]["Name"] == "小军"


@pytest.mark.parametrize("fault", ["RequestLimitExceeded", "RequestLimitExceeded.UinLimitExceeded",
                                   "InternalError", "500", "cut", "page"])  # fmt: skip
def test_what_passes_is_tried_again(api, pauses, fault):
    api.faults["DescribeNumbers"] = [fault, fault]
    assert call("DescribeNumbers", PAGE)["TotalCount"] == 0
    backing_off = [pause for pause in pauses if pause > 0.3]
    assert len(api.asked) == 3
    assert 0.375 <= backing_off[0] <= 0.625 < 0.75 <= backing_off[1] <= 1.25


def test_four_times_and_no_more(api):
    api.faults["DescribeNumbers"] = ["500"] * 9
    error = code_of()
    assert (error.code, error.permanent, len(api.asked)) == ("ServerNetworkError", False, 4)


def test_a_permanent_error_is_told_at_once(api):
    api.faults["DescribeNumbers"] = ["OperationDenied.NotInWhiteList"]
    error = code_of()
    assert (error.permanent, error.request_id, error.message) == (
        True,
        "request-1",
        "as the test wished",
    )
    assert len(api.asked) == 1


def test_an_error_is_seen_whatever_the_content_type(api):
    api.faults["DescribeNumbers"] = ["charset:LimitExceeded"]
    assert code_of().code == "LimitExceeded"


def test_what_makes_something_is_repeated_only_where_it_was_not_done(api):
    staffs = {"Staffs": [{"Name": "a", "Mail": "a@c.cn"}]}
    api.faults["CreateStaff"] = ["RequestLimitExceeded"]
    call("CreateStaff", staffs, repeatable=False)
    assert len(api.asked) == 2
    api.faults["CreateStaff"] = ["500"]
    assert code_of("CreateStaff", staffs, repeatable=False).code == "ServerNetworkError"
    assert len(api.asked) == 3


def test_a_server_that_says_nothing_is_given_up(api, monkeypatch):
    monkeypatch.setattr(tencent, "TIMEOUTS", (1, 0.2))
    monkeypatch.setattr(tencent, "ATTEMPTS", 1)
    tencent._client.cache_clear()
    api.faults["DescribeNumbers"] = ["hang"]
    error = code_of()
    tencent._client.cache_clear()
    assert (error.code, error.permanent) == ("ClientNetworkError", False)


def test_nobody_there(api, settings, monkeypatch):
    monkeypatch.setattr(tencent, "ATTEMPTS", 1)
    settings.TCCC_ENDPOINT = "http://127.0.0.1:1"
    assert code_of().code == "ClientNetworkError"


@pytest.mark.parametrize("name", ["TCCC_SDK_APP_ID", "TCCC_SECRET_ID", "TCCC_SECRET_KEY"])
def test_without_a_key_nothing_is_asked(api, settings, name):
    setattr(settings, name, [] if name == "TCCC_SDK_APP_ID" else "")
    assert not tencent.is_configured()
    error = code_of()
    assert (error.code, error.message, error.permanent) == ("NotConfigured", name, True)
    assert api.asked == []


def test_no_number_reaches_the_log(api, caplog):
    api.faults["DescribeTelCdr"] = ["500"] * 4
    with caplog.at_level(logging.INFO):
        code_of("DescribeTelCdr", {"Phones": ["13800138000"], **PAGE})
    assert "DescribeTelCdr" in caplog.text
    assert "13800138000" not in caplog.text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", ("https", "ccc.tencentcloudapi.com")),
        ("ccc.ap-guangzhou.tencentcloudapi.com", ("https", "ccc.ap-guangzhou.tencentcloudapi.com")),
        ("https://ccc.tencentcloudapi.com/", ("https", "ccc.tencentcloudapi.com")),
        ("http://127.0.0.1:8123", ("http", "127.0.0.1:8123")),
        ("http://[::1]:8123", ("http", "[::1]:8123")),
        ("localhost:9", ("https", "localhost:9")),
    ],
)
def test_endpoints(text, read):
    assert read_endpoint(text) == read


@pytest.mark.parametrize("text", ["http://ccc.tencentcloudapi.com", "ftp://x", "https://x/path",
                                  "https://", "https://x:port", "https://u@x", "x?y"])  # fmt: skip
def test_endpoints_that_are_none(text):
    with pytest.raises(TencentError) as caught:
        read_endpoint(text)
    assert caught.value.code == "InvalidSetting"


def test_the_pace_holds_over_threads():
    """However many ask at one moment: each turn is a tenth of a second after the one before, for each action."""
    slept: list[float] = []
    pace = Pace(clock=lambda: 100.0, sleep=slept.append)
    threads = [threading.Thread(target=pace.wait, args=["DescribeTelCdr"]) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pace.wait("DescribeNumbers")
    assert sorted(round(pause, 3) for pause in slept) == [round(n / 10, 3) for n in range(1, 20)]
