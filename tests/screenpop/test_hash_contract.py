"""What the hash's parameters mean, whatever shape they come in."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from screenpop.hash_contract import MAX_PAIRS, MAX_VALUE, PARAMETERS, Facts, clean_pairs, read_facts
from screenpop.leg_state import Signal
from screenpop.trace import fingerprint


def facts(*pairs: Sequence[str]) -> Facts:
    return read_facts(pairs)


FIELDS = {
    "mobile": ("mobile", "18888888888"),
    "userId": ("user_id", "oZB6q5c-tuMEz-ZiHOAkhW59a4AI"),
    "nickName": ("nickname", "小明 Xiao"),
    "avatar": ("avatar", "https://thirdwx.qlogo.cn/mmopen/a.png?x=1&y=2"),
    "status": ("status", "200"),
    "type": ("channel", "oim"),
    "agentEmail": ("agent_email", "lulu@example.com"),
    "agentMobile": ("agent_mobile", "008613800138000"),
    "agentNickName": ("agent_nickname", "璐璐"),
    "agentRoleId": ("agent_role", "3"),
    "sdkAppId": ("sdk_app_id", "1400264214"),
}


def test_every_documented_parameter_has_a_row() -> None:
    assert set(FIELDS) == set(PARAMETERS)


@pytest.mark.parametrize("name", FIELDS)
def test_a_parameter(name: str) -> None:
    field, value = FIELDS[name]
    assert getattr(facts([name, value]), field) == value
    blank = facts(["other", value])
    assert getattr(blank, field) == ("phone" if name == "type" else "")


@pytest.mark.parametrize(
    "name", ["MOBILE", "Mobile", "mobile ", " mObIlE", "\u200bmobile", "mobile\t"]
)
def test_names_are_read_without_case_and_marks(name: str) -> None:
    assert facts([name, "18888888888"]).mobile == "18888888888"


@pytest.mark.parametrize("name", ["mobiles", "mobil", "phone", "", "user-id", "ｍobile"])
def test_other_names_are_other_parameters(name: str) -> None:
    read = facts([name, "18888888888"])
    assert not read.is_readable
    assert read.mobile == read.user_id == ""


def test_the_documented_example() -> None:
    read = facts(["mobile", "18888888888"], ["type", "phone"])
    assert (read.mobile, read.signal, read.status) == ("18888888888", Signal.RING, "")
    assert (read.channel, read.is_chat, read.is_readable) == ("phone", False, True)


@pytest.mark.parametrize(
    ("given", "channel", "is_chat"),
    [
        ("", "phone", False),
        ("phone", "phone", False),
        ("PHONE", "phone", False),
        ("im", "im", True),
        ("om", "om", True),
        ("OIM", "oim", True),
        ("video", "video", False),
        ("a-channel-of-the-future", "a-channel-of-the-fut", False),
        # "İ" has a small letter of two characters: the column holds twenty.
        ("İ" * 20, "i\u0307" * 10, False),
    ],
)
def test_channels(given: str, channel: str, is_chat: bool) -> None:
    read = facts(["mobile", "1"], ["type", given])
    assert (read.channel, read.is_chat) == (channel, is_chat)


@pytest.mark.parametrize(
    ("pairs", "mobile"),
    [
        ([["mobile", "1"], ["mobile", "2"]], "1"),
        ([["mobile", ""], ["mobile", "2"]], "2"),
        ([["mobile", "undefined"], ["mobile", "2"]], "2"),
        ([["mobile", "null"]], ""),
        ([["mobile", " \u3000 "], ["MOBILE", "2"]], "2"),
        ([["mobile", "1"], ["avatar", "https://a.example/?a=b"], ["mobile", "2"]], "1"),
    ],
)
def test_of_a_name_given_twice_the_first_that_says_something_counts(
    pairs: list[list[str]], mobile: str
) -> None:
    assert read_facts(pairs).mobile == mobile


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("a\x00b", "ab"),
        ("a\x1b[31mb", "a[31mb"),
        ("a\r\nb\t", "ab"),
        ("\u202emoc.evil", "moc.evil"),
        ("\u200b\ufeffa\u2066", "a"),
        ("小\u3000明", "小\u3000明"),
        ("  两头空  ", "两头空"),
        ("\x85\u2028", ""),
        ("😀", "😀"),
    ],
)
def test_control_characters_and_marks_are_dropped(given: str, clean: str) -> None:
    assert facts(["nickName", given]).nickname == clean


@pytest.mark.parametrize("name", FIELDS)
def test_a_damaged_value_is_told_and_kept(name: str) -> None:
    read = facts([name, "18888\ufffd888"])
    assert read.damaged


def test_only_documented_values_count_as_damaged() -> None:
    assert not facts(["mobile", "1"], ["note", "\ufffd"]).damaged
    assert facts(["nickName", "x" * 500 + "\ufffd"]).damaged


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://a.example/1.png", True),
        ("HTTPS://a.example/1.png", True),
        ("http://a.example/1.png", False),
        ("//a.example/1.png", False),
        ("javascript:alert(1)//https://", False),
        ("data:image/png;base64,AAAA", False),
        ("https", False),
        ("https://a.example/" + "x" * 482, True),
        ("https://a.example/" + "x" * 483, False),
    ],
)
def test_an_avatar_is_https_and_whole(given: str, kept: bool) -> None:
    assert facts(["avatar", given]).avatar == (given if kept else "")


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_values_fit_where_they_are_stored(name: str) -> None:
    field, _ = FIELDS[name]
    long = "https://" + "9" * MAX_VALUE
    value = getattr(facts([name, long]), field)
    assert len(value) <= PARAMETERS[name]
    # Half a number or half an id is somebody else's.
    assert bool(value) == (name not in {"mobile", "userId", "avatar"})


def test_a_call_with_a_number_too_long_to_read_is_still_a_call() -> None:
    read = facts(["mobile", "1" * 129])
    assert (read.mobile, read.is_readable) == ("", True)
    assert facts(["mobile", "1" * 128]).mobile == "1" * 128


@pytest.mark.parametrize(
    ("pairs", "is_readable"),
    [
        ([], False),
        ([["foo", "bar"]], False),
        ([["mobile", ""], ["type", ""]], False),
        ([["agentEmail", "lulu@example.com"], ["sdkAppId", "1400264214"]], False),
        ([["status", "200"]], True),
        ([["type", "phone"]], True),
        ([["userId", "u"]], True),
        ([["nickName", "小明"]], True),
    ],
)
def test_what_speaks_of_a_contact(pairs: list[list[str]], is_readable: bool) -> None:
    assert read_facts(pairs).is_readable is is_readable


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "mobile=1",
        b"mobile=1",
        5,
        True,
        {"mobile": "1"},
        [],
        ["mobile", "1"],
        [["mobile"]],
        [["mobile", "1", "2"]],
        [{"mobile": "1"}],
        ["ab"],
        [None],
        [[]],
    ],
)
def test_a_wrong_shape_holds_no_pairs(raw: Any) -> None:
    assert clean_pairs(raw) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1", "1"),
        (18888888888, "18888888888"),
        (1.5, "1.5"),
        (None, ""),
        (True, ""),
        (float("nan"), ""),
        (float("inf"), ""),
        pytest.param(10**5000, "", id="a huge integer"),
        pytest.param(-(10**5000), "", id="a huge negative integer"),
        (["1"], ""),
        ({"a": 1}, ""),
        ("a\0b", "ab"),
        ("\ud83d", "?"),
        ("x" * 1001, "x" * MAX_VALUE),
    ],
)
def test_values_of_any_kind_become_text_that_can_be_stored(value: Any, text: str) -> None:
    (pair,) = clean_pairs([["mobile", value]])
    assert pair == ["mobile", text]
    assert json.dumps(pair).encode()
    ((key, _),) = clean_pairs([[value, "1"]])
    assert key == text[:64]


def test_good_pairs_among_bad_ones_are_kept_in_order() -> None:
    raw = [["a", "1"], None, ["mobile", "2"], ["x"], ["b", "3"]]
    assert clean_pairs(raw) == [["a", "1"], ["mobile", "2"], ["b", "3"]]


def test_huge_lists_are_cut() -> None:
    raw = [["x"]] * 100_000 + [[f"k{i}", "v" * 2000] for i in range(100_000)]
    pairs = clean_pairs(raw)
    # The one more tells that it was cut.
    assert len(pairs) == MAX_PAIRS + 1
    assert all(len(value) == MAX_VALUE for _, value in pairs)


def test_what_is_known_is_read_behind_a_hundred_others() -> None:
    raw = [[f"k{i}", "v"] for i in range(300)] + [["Mobile", "18888888888"]]
    pairs = clean_pairs(raw)
    assert pairs[-1] == ["Mobile", "18888888888"]
    assert len(pairs) == MAX_PAIRS + 2
    assert read_facts(pairs).mobile == "18888888888"
    assert clean_pairs(pairs) == pairs
    assert len(clean_pairs([["mobile", "1"]] * 100_000)) == 500


QUERY = "https://wx.qlogo.cn/x?a=1"


@pytest.mark.parametrize(
    ("behind", "kept"),
    [
        ([], True),
        ([["status", "100"], ["b", "2"]], True),
        ([["b", "2"]], False),
        ([["b", "2"], ["status", "100"]], False),
        # Given before: the address's own.
        ([["mobile", "2"]], False),
    ],
)
def test_an_address_that_may_be_cut_at_its_ampersand_is_not_asked_for(
    behind: list[list[str]], kept: bool
) -> None:
    read = facts(["mobile", "1"], ["avatar", QUERY], *behind)
    assert (read.avatar, read.mobile) == (QUERY if kept else "", "1")


def test_an_address_that_was_encoded_or_has_no_query_is_whole() -> None:
    for whole in (QUERY + "&b=2", "https://thirdwx.qlogo.cn/mmopen/132"):
        assert facts(["avatar", whole], ["b", "2"]).avatar == whole


def test_the_fingerprint_tells_hashes_apart_whatever_their_order() -> None:
    one = [["mobile", "1"], ["status", "100"]]
    assert fingerprint(one) == fingerprint(one[::-1])
    assert fingerprint(one) != fingerprint([["mobile", "1"], ["status", "200"]])
    assert fingerprint(one) != fingerprint([*one, ["x", ""]])
    assert len(fingerprint(one)) == 64
