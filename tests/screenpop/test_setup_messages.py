"""/setup/messages/: templates made, refused in words, ordered, switched off; the list of hosts; the preview."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from crm.models import User
from screenpop import message_templates
from screenpop.models import LinkHost, MessageTemplate

pytestmark = pytest.mark.django_db
PAGE = "/setup/messages/"


def make_user(role: str) -> User:
    user = User.objects.create_user(f"one-{role}", password="a-long-test-password")
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def site(client: Client) -> Client:
    client.force_login(make_user("administrator"))
    return client


def post(client: Client, path: str, **fields: Any) -> Any:
    return client.post(path, fields, secure=True)


def page(client: Client, path: str = PAGE) -> str:
    return client.get(path, secure=True).content.decode()


def template(name: str = "问候", kind: str = "text", **fields: Any) -> MessageTemplate:
    fields.setdefault("text", "您好")
    return MessageTemplate.objects.create(name=name, kind=kind, **fields)


CARD = {
    "kind": "card",
    "name": "订单进度",
    "title": "{customer}的订单",
    "text": "点开查看",
    "picture": "https://Shop.example.com/p.png",
    "link": "https://shop.example.com./o/{ticket}",
}


def paths() -> list[tuple[str, str]]:
    one = template().pk
    return [
        ("get", PAGE),
        ("get", f"{PAGE}new/?kind=text"),
        ("post", f"{PAGE}new/"),
        ("post", f"{PAGE}preview/"),
        ("post", f"{PAGE}hosts/"),
        ("get", f"{PAGE}{one}/"),
        ("post", f"{PAGE}{one}/change/"),
    ]


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_others_are_refused_and_strangers_sent_to_sign_in(client: Client, role: str) -> None:
    user = make_user(role)
    for method, path in paths():
        client.logout()
        answer = getattr(client, method)(path, secure=True)
        assert answer["Location"].startswith("/sign-in/")
        client.force_login(user)
        assert getattr(client, method)(path, secure=True).status_code == 403


def test_the_empty_page_says_what_is_missing(site: Client) -> None:
    text = page(site)
    assert "data-no-templates" in text
    assert "data-no-hosts" in text


def test_a_card_is_kept_with_its_links_in_one_form(site: Client) -> None:
    LinkHost.objects.create(host="shop.example.com")
    assert post(site, f"{PAGE}new/", **CARD).status_code == 302
    kept = MessageTemplate.objects.get()
    assert kept.content == {
        "title": "{customer}的订单",
        "text": "点开查看",
        "picture": "https://shop.example.com/p.png",
        "link": "https://shop.example.com/o/{ticket}",
    }
    assert (kept.position, kept.is_active, str(kept.changed_by)) == (1, True, "one-administrator")
    assert "订单进度" in page(site)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "必填"),
        ("title", "", "必填"),
        ("title", "{phone}您好", "没有 {phone} 这样的占位符"),
        ("title", "看 https://evil.example", "evil.example 不在允许列表里"),
        ("text", "{顾客}", "没有 {顾客} 这样的占位符"),
        ("text", "长" * 1001, "1000"),
        ("link", "", "必填"),
        ("link", "http://shop.example.com/", "必须以 https:// 开头"),
        ("link", "https://evil.example/", "网站 evil.example 不在允许列表里"),
        ("link", "https://shop.example.com@evil.example/", "不能有 @"),
        ("link", "https://shop.example.com/{customer}", "这里可以用 {ticket}"),
        ("link", "https://{ticket}.example.com/", "不是可用的网站名"),
        ("picture", "https://evil.example/p.png", "网站 evil.example 不在允许列表里"),
        ("picture", "https://shop.example.com/{ticket}.png", "图片地址里不能有占位符"),
        ("picture", "javascript:alert(1)", "必须以 https:// 开头"),
    ],
)
def test_what_may_not_stand_in_a_card_is_refused_in_words(
    site: Client, field: str, value: str, words: str
) -> None:
    LinkHost.objects.create(host="shop.example.com")
    answer = post(site, f"{PAGE}new/", **{**CARD, field: value})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not MessageTemplate.objects.exists()


@pytest.mark.parametrize(
    ("extension", "words"),
    [
        ("{", "不是正确的 JSON"),
        ("[" * 1999, "不是正确的 JSON"),
        ('{"a": NaN}', "不是正确的 JSON"),
        ('{"a": "\\ud800"}', "不是正确的 JSON"),
        ('{"a": "\\u0000"}', "必须是一个 JSON 对象"),
        ("[1]", "必须是一个 JSON 对象"),
        ('{"a": {"b": ["https://evil.example/"]}}', "evil.example 不在允许列表里"),
    ],
)
def test_an_extension_that_cannot_be_sent_is_refused_in_words(
    site: Client, extension: str, words: str
) -> None:
    fields = {"kind": "custom", "name": "评价", "title": "请评价", "extension": extension}
    answer = post(site, f"{PAGE}new/", **fields)
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_a_custom_message_is_kept_and_shown_again(site: Client) -> None:
    fields = {"kind": "custom", "name": "评价", "title": "请评价", "extension": '{"类型": 1}'}
    assert post(site, f"{PAGE}new/", **fields).status_code == 302
    kept = MessageTemplate.objects.get()
    assert kept.extension == {"类型": 1}
    assert "类型" in page(site, f"{PAGE}{kept.pk}/")


def test_a_name_is_given_once(site: Client) -> None:
    template("问候")
    answer = post(site, f"{PAGE}new/", kind="text", name="问候", text="您好")
    assert answer.status_code == 400
    assert MessageTemplate.objects.count() == 1


@pytest.mark.parametrize("kind", ["", "video"])
def test_a_kind_that_is_none_is_not_there(site: Client, kind: str) -> None:
    assert site.get(f"{PAGE}new/?kind={kind}", secure=True).status_code == 404


def test_there_is_an_end_to_how_many(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_templates, "MOST_TEMPLATES", 1)
    template("问候")
    answer = post(site, f"{PAGE}new/", kind="text", name="再见", text="再见")
    assert answer.status_code == 400
    assert "请先删除不用的" in answer.content.decode()


def test_a_change_keeps_the_place(site: Client) -> None:
    one = template("问候", position=7)
    fields = {"name": "问候语", "text": "{customer}您好\r\n请稍等"}
    assert post(site, f"{PAGE}{one.pk}/", **fields).status_code == 302
    one.refresh_from_db()
    assert (one.name, one.text, one.position) == ("问候语", "{customer}您好\n请稍等", 7)


def order() -> list[str]:
    return list(MessageTemplate.objects.filter(is_active=True).values_list("name", flat=True))


def test_templates_are_moved_and_stop_at_the_ends(site: Client) -> None:
    a, b, c = (template(name, position=1) for name in "甲乙丙")
    template("丁", position=2, is_active=False)
    for one, do, after in (
        (c, "up", ["甲", "丙", "乙"]),
        (c, "up", ["丙", "甲", "乙"]),
        (c, "up", ["丙", "甲", "乙"]),
        (a, "down", ["丙", "乙", "甲"]),
        (a, "down", ["丙", "乙", "甲"]),
        (b, "sideways", ["丙", "乙", "甲"]),
    ):
        post(site, f"{PAGE}{one.pk}/change/", do=do)
        assert order() == after


def test_one_is_switched_off_and_on_and_only_then_deleted(site: Client) -> None:
    one = template()
    change = f"{PAGE}{one.pk}/change/"
    post(site, change, do="delete")
    assert order() == ["问候"]
    post(site, change, do="off")
    assert order() == []
    assert 'value="on"' in page(site)
    post(site, change, do="on")
    assert order() == ["问候"]
    post(site, change, do="off")
    post(site, change, do="delete")
    assert not MessageTemplate.objects.exists()


def test_a_host_is_added_once_in_its_one_form(site: Client) -> None:
    for typed in ("Shop.Example.com.", "https://shop.example.com/index.html"):
        post(site, f"{PAGE}hosts/", host=typed)
    assert [one.host for one in LinkHost.objects.all()] == ["shop.example.com"]
    assert 'data-host="shop.example.com"' in page(site)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("*.com.cn", "范围太大"),
        ("10.0.0.1", "不能用 IP 地址"),
        ("http://shop.example.com", "必须以 https:// 开头"),
        ("", "没有网站名"),
        ("<b>", "不是可用的网站名"),
        ("x" * 600, "网址太长"),
    ],
)
def test_a_host_that_cannot_be_is_refused_in_words(site: Client, typed: str, words: str) -> None:
    answer = post(site, f"{PAGE}hosts/", host=typed)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert "<b>" not in answer.content.decode()
    assert not LinkHost.objects.exists()


def test_a_host_taken_away_tells_what_it_stops(site: Client) -> None:
    LinkHost.objects.create(host="shop.example.com")
    post(site, f"{PAGE}new/", **CARD)
    host = LinkHost.objects.get()
    answer = site.post(f"{PAGE}hosts/", {"remove": host.pk}, secure=True, follow=True)
    text = answer.content.decode()
    assert "1 个启用的模板有它的链接，现在不能发送" in text
    assert "shop.example.com 不在允许列表里" in text
    for odd in (host.pk, "x", "9" * 30):
        again = site.post(f"{PAGE}hosts/", {"remove": odd}, secure=True, follow=True)
        assert "已经不在列表里" in again.content.decode()


def test_the_preview_shows_invented_values_and_what_is_wrong(site: Client) -> None:
    answer = post(site, f"{PAGE}preview/", **{**CARD, "name": ""})
    text = answer.content.decode()
    assert "王先生的订单" in text
    assert "网站 shop.example.com 不在允许列表里" in text
    assert "<img" not in text
    LinkHost.objects.create(host="shop.example.com")
    text = post(site, f"{PAGE}preview/", **CARD).content.decode()
    assert 'src="https://shop.example.com/p.png"' in text
    assert "https://shop.example.com/o/GD20260001" in text
    assert "data-fault" not in text
    assert not MessageTemplate.objects.exists()


def test_what_is_typed_is_shown_as_text(site: Client) -> None:
    text = post(site, f"{PAGE}preview/", kind="text", text="<script>x</script>").content.decode()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_pictures_are_shown_here_and_nowhere_else_outside_the_frame(site: Client) -> None:
    one = template()
    for path, pictures in (
        (PAGE, True),
        (f"{PAGE}{one.pk}/", True),
        (reverse("setup-seats"), False),
        ("/setup/messagesx", False),
    ):
        policy = site.get(path, secure=True)["Content-Security-Policy"]
        assert ("img-src 'self' data: https:" in policy) is pictures
        assert "frame-ancestors 'none'" in policy
