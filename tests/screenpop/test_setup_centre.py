"""/setup/centre/: who may change the name and logo, what is refused, and where they are seen."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.models import User
from customers import centre, logo
from customers.models import Centre
from tests.customers.test_centre import JPEG, PNG, SVG

pytestmark = pytest.mark.django_db
PATH = "/setup/centre/"


def browser_of(role: str) -> Client:
    user = User.objects.create_user(role)
    user.groups.add(Group.objects.get(name=role))
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def boss():
    return browser_of("administrator")


def save(browser: Client, data: bytes | None = None, **fields: str):
    form = {"name_zh": "云帆客服", "name_en": "Yunfan Care", **fields}
    file = {} if data is None else {"logo": SimpleUploadedFile("logo.png", data, "image/png")}
    return browser.post(PATH, {**form, **file}, secure=True)


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_for_administrators_only(role):
    browser = browser_of(role)
    assert browser.get(PATH, secure=True).status_code == 403
    assert save(browser, PNG).status_code == 403
    assert Client().get(PATH, secure=True)["Location"].startswith("/sign-in/")
    assert save(Client(), PNG)["Location"].startswith("/sign-in/")
    assert not Centre.objects.exists()


def test_the_name_and_the_logo_stand_everywhere(boss):
    assert save(boss, PNG)["Location"] == PATH
    address = centre.current().logo_url
    stranger = Client()
    for browser, path in (
        *((boss, path) for path in (PATH, "/customers/", "/account/")),
        *((stranger, path) for path in ("/sign-in/", "/pop/", "/pop/sign-in/popup/")),
    ):
        page = browser.get(path, secure=True).content.decode()
        assert page.count("云帆客服</title>") == 1
        assert f'src="{address}"' in page
        assert "来电弹屏 CRM" not in page.replace('data-default="来电弹屏 CRM"', "").replace(
            "“来电弹屏 CRM”", ""
        )
    assert "云帆客服" in stranger.get("/nowhere/", secure=True).content.decode()
    english = Client(headers={"accept-language": "en"}).get("/sign-in/", secure=True)
    assert "Yunfan Care</title>" in english.content.decode()


def test_the_logo_is_served_to_anybody_for_good(boss, django_assert_num_queries):
    save(boss, JPEG)
    address = centre.current().logo_url
    boss.get("/account/", secure=True)
    for browser in (Client(), boss):
        with django_assert_num_queries(1):
            answer = browser.get(address, secure=True)
        assert answer.content == JPEG
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert not answer.cookies
    assert Client().post(address, secure=True).status_code == 405


@pytest.mark.parametrize("digest", ["0" * 64, "x", "-"])
def test_no_such_logo(boss, digest):
    save(boss, PNG)
    answer = Client().get(f"/centre/logo/{digest}/", secure=True)
    assert answer.status_code == 404
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("data", "words"),
    [(SVG, "SVG"), (b"", "空"), (PNG + b"\0" * logo.MOST_BYTES, "128 KB"), (b"MZ\x90", "PNG")],
)
def test_a_refused_logo_changes_nothing_and_keeps_what_was_typed(boss, data, words):
    save(boss, PNG)
    before = Centre.objects.values().get()
    answer = save(boss, data, name_zh="改了一半")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert words in page
    assert 'value="改了一半"' in page
    assert Centre.objects.values().get() == before


@pytest.mark.parametrize(
    "fields", [{"name_zh": "云" * 41}, {"name_en": "y" * 61}, {"name_zh": "a\0"}]
)
def test_a_name_that_is_too_long_or_unreadable(boss, fields):
    answer = save(boss, **fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Centre.objects.exists()


def test_a_name_is_no_markup(boss):
    save(boss, name_zh="<b>云</b>")
    page = Client().get("/sign-in/", secure=True).content.decode()
    assert "<b>云" not in page
    assert "&lt;b&gt;云" in page


def test_the_logo_stays_until_it_is_taken_away(boss):
    save(boss, PNG)
    save(boss, name_zh="新名")
    assert centre.current().digest
    save(boss, take_away="on")
    assert (centre.current().digest, centre.current().name_zh) == ("", "云帆客服")
    # A new file is meant, whatever the box says.
    save(boss, JPEG, take_away="on")
    assert centre.current().digest
