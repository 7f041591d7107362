"""An exported trace holds nobody's number, name or e-mail, and still behaves like the original."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers import phone
from screenpop.trace import Seen, export_trace, fingerprint
from screenpop.veil import Veil

KEY = b"a key of the tests"
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
NUMBERS = [
    "13800138000",
    "0086013800138000",
    "+86 138 0013 8001",
    "手机：１３８２３４５６７０１",
    "0755-86013388",
    "0086075586013389",
    "+86 (0)755 8601 3390 转801",
    "0755-8668 9000 ext 8012",
    "4009282737",
    "+65 6123 4567",
    "0085291234567",
    "86013388",
    "张三 13912345678",
    "13700137000/13600136000",
    "13800138000.0",
]
MOBILES = st.from_regex(r"1[3-9]\d{9}", fullmatch=True)


def seen(pairs, seconds=0.0, agent="7", tab="t"):
    """An event, that many seconds after the start."""
    at = START + timedelta(seconds=seconds)
    return Seen(at, agent, tab, 1, "hashchange", pairs, outcome="opened")


def values(trace):
    """All values of a trace, in order."""
    return [value for event in trace["events"] for _, value in event["pairs"]]


def export_values(name, originals):
    return values(export_trace([seen([[name, value]]) for value in originals], KEY))


def digits(text):
    return re.sub(r"\D", "", str(text)).translate(
        str.maketrans("０１２３４５６７８９", "0123456789")
    )


@pytest.mark.parametrize("number", NUMBERS)
def test_no_digit_string_of_seven_survives(number):
    exported = digits(export_values("mobile", [number])[0])
    core = phone.read(number).digits or digits(number)
    windows = {core[i : i + 7] for i in range(len(core) - 6)}
    assert not [window for window in windows if window in exported]


@pytest.mark.parametrize("number", NUMBERS)
def test_shape_stays(number):
    exported = export_values("mobile", [number])[0]
    before, after = phone.read(number), phone.read(exported)
    assert (after.kind, after.category, after.extension) == (
        before.kind,
        before.category,
        before.extension,
    )
    assert re.sub(r"\d|[张三]", "9", number) == re.sub(
        r"\d|[一-龥](?= 1)|(?<=^)[一-龥](?=[一-龥] 1)", "9", exported
    )


def test_area_country_and_prefix_stay():
    landline, foreign, mobile, long = export_values(
        "mobile", ["0755-86013388", "0085291234567", "13800138000", "008613800138000"]
    )
    assert landline.startswith("0755-8")
    assert foreign.startswith("00852")
    assert mobile.startswith("138")
    assert long.startswith("0086138")


def test_one_number_in_many_formats_stays_one():
    formats = ["13800138000", "+86 138 0013 8000", "0086013800138000", "１３８００１３８０００"]
    assert len({phone.read(value).value for value in export_values("mobile", formats)}) == 1


def test_the_number_of_a_seat_and_of_a_caller_is_one_number():
    trace = export_trace(
        [
            seen(
                [
                    ["mobile", "13800138000"],
                    ["agentMobile", "+8613800138000"],
                    ["userId", "13800138000"],
                ]
            )
        ],
        KEY,
    )
    mobile, agent, user = values(trace)
    assert agent == "+86" + mobile
    assert user == mobile


def test_a_mask_still_fits_its_number():
    full, mask = export_values("mobile", ["13800138000", "138****8000"])
    assert mask != "138****8000"
    assert phone.matches_mask(phone.read(mask), full)


@pytest.mark.parametrize("value", ["075510086", "008695588", "0010086", "95013123456", "1234567"])
def test_even_a_public_number_is_hidden_from_seven_digits_on(value):
    assert export_values("mobile", [value]) != [value]
    assert export_values("nickName", [value]) != [value]


@pytest.mark.parametrize("value", ["10086", "95588", "8001", "", "anonymous", "unknown"])
def test_what_belongs_to_nobody_stays(value):
    assert export_values("mobile", [value]) == [value]


@given(st.lists(MOBILES, min_size=2, max_size=30, unique=True))
def test_different_numbers_stay_different(numbers):
    exported = export_values("mobile", numbers)
    assert len(set(exported)) == len(numbers)
    assert not set(exported) & set(numbers)


@given(st.text(alphabet="王李张刘陈abcXYZ0123456789 ·-", min_size=1, max_size=20))
def test_a_nickname_does_not_survive_and_equal_stays_equal(name):
    first, second = export_values("nickName", [name, name])
    assert first == second
    if re.search(r"\w", name):
        assert first != name
    assert len(first) == len(name)


def test_different_names_stay_different():
    names = ["王建国", "王建华", "李建国", "wang", "Wang", "王", "小君君😀"]
    assert len(set(export_values("nickName", names))) == len(names)


def test_a_number_within_a_name_is_the_same_number():
    mobile = export_values("mobile", ["13800138000"])[0]
    assert mobile in export_values("nickName", ["老王13800138000"])[0]


def test_mails_and_pictures_ask_no_host_that_exists():
    mail, avatar = values(
        export_trace(
            [seen([["agentEmail", "Chen.Min@corp.com"], ["avatar", "https://wx.qlogo.cn/mm/abc"]])],
            KEY,
        )
    )
    assert "chen" not in mail.lower()
    assert "corp" not in mail
    assert mail.endswith(".example")
    assert avatar.startswith("https://avatar.example/")
    assert "qlogo" not in avatar


def test_one_mail_in_two_cases_stays_one():
    first, second = export_values("agentEmail", ["Chen@corp.com", "chen@CORP.com"])
    assert first == second


def test_what_the_rules_need_stays():
    pairs = [
        ["status", "200"],
        ["type", "oim"],
        ["agentRoleId", "660"],
        ["STATUS", "开始"],
        ["type", "王先生"],
    ]
    status, channel, role, broken, name = values(export_trace([seen(pairs)], KEY))
    assert (status, channel, role) == ("200", "oim", "660")
    assert broken != "开始"
    assert name != "王先生"


def test_a_pair_that_a_broken_value_left_behind_is_hidden():
    pairs = [["zhangsan", ""], ["13800138000", ""], ["sessionId", "a1b2"], ["d", "王"]]
    names = [name for name, _ in export_trace([seen(pairs)], KEY)["events"][0]["pairs"]]
    assert names[2:] == ["sessionId", "d"]
    assert names[0] != "zhangsan"
    assert "13800138000" not in names[1]


def test_damage_and_control_characters_stay():
    exported = export_values("nickName", ["刘\ufffd\u202e\n!"])[0]
    assert exported[1:] == "\ufffd\u202e\n!"
    assert exported[0] != "刘"


def test_times_agents_and_tabs_are_told_apart_only():
    trace = export_trace(
        [
            seen([], 0, "alice@x.com", "tab-of-alice"),
            seen([], 1.25, "bob", "b"),
            seen([], 2, "alice@x.com", "c"),
        ],
        KEY,
    )
    rows = trace["events"]
    assert [row["at"] for row in rows] == [0, 1250, 2000]
    assert [row["agent"] for row in rows] == ["agent-1", "agent-2", "agent-1"]
    assert [row["tab"] for row in rows] == ["tab-1", "tab-2", "tab-3"]
    assert "alice" not in json.dumps(trace)
    assert "2026" not in json.dumps(trace)


def test_another_key_gives_another_trace():
    events = [seen([["mobile", "13800138000"]])]
    assert export_trace(events, KEY) == export_trace(events, KEY)
    assert export_trace(events, KEY) != export_trace(events, b"another")


def test_a_coincidence_takes_another_key(monkeypatch):
    """Where a stand-in happens to be somebody's number, the export starts over with another key."""
    used = []
    original = Veil.__init__

    def watched(self, key):
        used.append(key)
        original(self, key)

    fake = export_values("mobile", ["13800138000"])[0]
    monkeypatch.setattr(Veil, "__init__", watched)
    exported = export_values("mobile", ["13800138000", fake])
    assert len(used) > 1
    assert fake not in exported


def test_an_empty_trace():
    assert export_trace([], KEY)["events"] == []


def test_fingerprint_knows_no_order():
    assert fingerprint([["a", "1"], ["b", "2"]]) == fingerprint([("b", "2"), ("a", "1")])
    assert fingerprint([["a", "1"]]) != fingerprint([["a", "2"]])
