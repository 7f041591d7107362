"""Pure rules of messages: which links may go out, what placeholders become, what the workbench is handed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenpop.message_content import CARD, CUSTOM, FIELDS, TEXT, checked, fill, gaps, posted
from screenpop.message_links import (
    LinkError,
    allowed_link,
    check_text,
    check_values,
    links_in,
    read_host_rule,
    read_link,
)
from screenpop.message_placeholders import filled, filled_link, missing_in, unknown_in
from screenpop.message_words import LINK_PROBLEMS, PLACEHOLDER_NAMES, PLACEHOLDER_WORDS

HOSTS = {"shop.example.com", "*.cdn.example.com", "pay.example.com:8443", "xn--fsqu00a.com"}


def code_of(raw: str, hosts: Any = frozenset(HOSTS)) -> str:
    """ "" when the link may go out, else why not."""
    try:
        allowed_link(raw, hosts)
    except LinkError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        ("https://shop.example.com/a?b=1#c", "https://shop.example.com/a?b=1#c"),
        ("HTTPS://SHOP.Example.COM/A", "https://shop.example.com/A"),
        ("https://shop.example.com", "https://shop.example.com/"),
        ("https://shop.example.com./a", "https://shop.example.com/a"),
        ("https://shop.example.com:443/a", "https://shop.example.com/a"),
        ("https://shop.example.com:/a", "https://shop.example.com/a"),
        ("https://shop.example.com?x=1", "https://shop.example.com/?x=1"),
        ("https://ｓｈｏｐ．example。com/a", "https://shop.example.com/a"),
        ("https://a.cdn.example.com/p.png", "https://a.cdn.example.com/p.png"),
        ("https://a.b.cdn.example.com/p.png", "https://a.b.cdn.example.com/p.png"),
        ("https://pay.example.com:8443/", "https://pay.example.com:8443/"),
        ("https://例子.com/订单", "https://xn--fsqu00a.com/订单"),
    ],
)
def test_a_link_to_a_listed_host_goes_out_in_one_form(raw: str, sent: str) -> None:
    assert allowed_link(raw, HOSTS) == sent


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("http://shop.example.com/", "not-https"),
        ("//shop.example.com/", "not-https"),
        ("shop.example.com/", "not-https"),
        ("javascript:alert(1)", "not-https"),
        ("data:text/html,x", "not-https"),
        ("https://shop.example.com@evil.example/", "user-name"),
        ("https://shop.example.com:443@evil.example/", "user-name"),
        ("https://evil.example\\@shop.example.com/", "odd-characters"),
        ("https://evil.example\\.shop.example.com/", "odd-characters"),
        ("https://shop.example.com/\t", "odd-characters"),
        ("https://sh\u200bop.example.com/", "odd-characters"),
        ("https://shop.example.com/\u202egnp", "odd-characters"),
        ("https:///shop.example.com/", "no-host"),
        ("https:shop.example.com", "no-host"),
        ("https://", "no-host"),
        ("https://[::1]/", "bad-host"),
        ("https://[shop.example.com/", "no-host"),
        ("https://%73hop.example.com/", "bad-host"),
        ("https://shop..example.com/", "bad-host"),
        ("https://shop.example.com../", "bad-host"),
        ("https://localhost/", "bad-host"),
        ("https://faß.example.com/", "bad-host"),
        ("https://-shop.example.com/", "bad-host"),
        ("https://10.0.0.1/", "number-host"),
        ("https://0x7f.1/", "number-host"),
        ("https://１２７.0.0.1/", "number-host"),
        ("https://shop.example.com:0/", "bad-port"),
        ("https://shop.example.com:99999/", "bad-port"),
        ("https://shop.example.com:x/", "bad-port"),
        ("https://shop.example.com:8443/", "not-listed"),
        ("https://pay.example.com/", "not-listed"),
        ("https://example.com/", "not-listed"),
        ("https://a.shop.example.com/", "not-listed"),
        ("https://cdn.example.com/", "not-listed"),
        ("https://evilcdn.example.com/", "not-listed"),
        ("https://shop.example.com.evil.example/", "not-listed"),
        ("https://shop.example.com。evil.example/", "not-listed"),
        # Cyrillic letters that look the same.
        ("https://ѕhop.example.com/", "not-listed"),
        ("https://shop.example.com/" + "a" * 500, "long"),
    ],
)
def test_a_link_that_may_not_go_out_says_why(raw: str, code: str) -> None:
    assert code_of(raw) == code
    assert code in LINK_PROBLEMS


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_either_goes_to_a_listed_host_or_nowhere(before: str, after: str) -> None:
    try:
        sent = allowed_link(f"https://{before}shop.example.com{after}", HOSTS)
    except LinkError:
        return
    assert read_link(sent).place in {"shop.example.com"} or ".cdn." in sent
    assert allowed_link(sent, HOSTS) == sent


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Shop.Example.com", "shop.example.com"),
        (" *.Example.com. ", "*.example.com"),
        ("https://shop.example.com/a/b?c", "shop.example.com"),
        ("shop.example.com:8443", "shop.example.com:8443"),
        ("shop.example.com:443", "shop.example.com"),
        ("例子.com", "xn--fsqu00a.com"),
    ],
)
def test_a_host_is_kept_in_one_form(raw: str, kept: str) -> None:
    assert read_host_rule(raw) == kept


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "*",
        "*.com",
        "*.com.cn",
        "*.*.example.com",
        "a.com/x",
        "http://a.com",
        "10.0.0.1",
        "a b.com",
    ],
)
def test_a_host_that_says_too_much_or_nothing_is_refused(raw: str) -> None:
    with pytest.raises(LinkError):
        read_host_rule(raw)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("请看 https://a.example.com/x。谢谢", ["https://a.example.com/x"]),
        ("（https://a.example.com/x），好", ["https://a.example.com/x"]),
        ("见www.a.example.com！", ["https://www.a.example.com"]),
        ("https://shop.example.com。evil.example", ["https://shop.example.com。evil.example"]),
        ("FTP://a.example", ["FTP://a.example"]),
        ("没有网址，只有 3.5 元", []),
    ],
)
def test_addresses_are_found_in_a_sentence(text: str, links: list[str]) -> None:
    assert list(links_in(text)) == links


def test_addresses_deep_in_a_json_value_are_checked() -> None:
    check_values({"a": [1, None, {"u": "https://shop.example.com/"}]}, HOSTS)
    for value in ({"a": [{"u": "https://evil.example/"}]}, {"https://evil.example/": 1}):
        with pytest.raises(LinkError):
            check_values(value, HOSTS)
    with pytest.raises(LinkError):
        check_text("看 https://evil.example 和 https://shop.example.com", HOSTS)


VALUES = {"customer": "王先生", "agent": "陈敏", "company": "", "ticket": "A/1 二"}


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("{customer}您好，我是{agent}", "王先生您好，我是陈敏"),
        ("{company}的单号 {ticket}", "{company}的单号 A/1 二"),
        ("{ customer } {} {{customer}} {顾客}", "{ customer } {} {王先生} {顾客}"),
    ],
)
def test_placeholders_are_filled_and_those_without_a_value_stay(text: str, after: str) -> None:
    assert filled(text, VALUES) == after


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again() -> None:
    assert filled("{customer}", {"customer": "{agent}", "agent": "陈敏"}) == "{agent}"


def test_unknown_and_missing_placeholders_are_named_once() -> None:
    assert unknown_in("{customer}{phone}{phone}{顾客}") == ["phone", "顾客"]
    assert unknown_in("/{customer}", ("ticket",)) == ["customer"]
    assert missing_in("{ticket} {ticket} {phone}") == ["ticket"]


def test_a_value_in_an_address_cannot_leave_its_place() -> None:
    link = "https://shop.example.com/o/{ticket}?c={customer}"
    values = {"ticket": "../@evil.example#", "customer": "王"}
    done = filled_link(link, values)
    assert done == "https://shop.example.com/o/..%2F%40evil.example%23?c={customer}"


def test_every_placeholder_has_its_words() -> None:
    assert PLACEHOLDER_WORDS.keys() == PLACEHOLDER_NAMES.keys()
    assert not unknown_in("".join(f"{{{name}}}" for name in PLACEHOLDER_WORDS))


def test_a_card_is_filled_and_checked() -> None:
    card = {
        "title": "{customer}的订单",
        "text": "{company}",
        "picture": "",
        "link": "https://Shop.example.com/{ticket}",
    }
    done = fill(card, VALUES)
    assert gaps(done) == ["company"]
    assert checked(done, HOSTS)["link"] == "https://shop.example.com/A%2F1%20%E4%BA%8C"
    with pytest.raises(LinkError):
        checked({**done, "picture": "https://evil.example/p.png"}, HOSTS)


CONTENTS: dict[str, dict[str, Any]] = {
    TEXT: {"text": "test"},
    CARD: {
        "title": "这里是标题",
        "text": "这里是描述",
        "picture": "https://cloudcache.tencent-cloud.com/a.jpeg",
        "link": "https://www.qcloud.com/",
    },
    CUSTOM: {
        "title": "这里是标题",
        "text": "这里是描述",
        "picture": "https://cloudcache.tencent-cloud.com/a.jpeg",
        "extension": {"extenson": 1},
    },
}
DOCUMENTED = {
    TEXT: {"event": "sendTextMessage", "message": "test"},
    CARD: {
        "event": "sendCard",
        "message": {
            "header": "这里是标题",
            "desc": "这里是描述",
            "pic": "https://cloudcache.tencent-cloud.com/a.jpeg",
            "url": "https://www.qcloud.com/",
        },
    },
    CUSTOM: {
        "event": "sendCustomMessage",
        "message": {
            "title": "这里是标题",
            "description": "这里是描述",
            "iconUrl": "https://cloudcache.tencent-cloud.com/a.jpeg",
            "fromPostMessage": 1,
            "extension": {"extenson": 1},
        },
    },
}


@pytest.mark.parametrize("kind", FIELDS)
def test_the_workbench_is_handed_exactly_what_is_documented(kind: str) -> None:
    assert tuple(CONTENTS[kind]) == FIELDS[kind]
    assert posted(kind, CONTENTS[kind]) == {"source": "ccc-sdk", "payload": DOCUMENTED[kind]}
