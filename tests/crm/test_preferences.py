"""Theme and language: kept with each person, seen on every page; and ending one's other sign-ins."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.models import User
from screenpop import bearer

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-test-password"
OURS = {"origin": "https://testserver"}


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Slow hashing is Django's business."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def person(role: str = "agent", **fields: Any) -> User:
    user = User.objects.create_user(fields.pop("username", role or "nobody"), password=PASSWORD)
    User.objects.filter(pk=user.pk).update(**fields)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def at_site(user: User, language: str = "zh-CN") -> Client:
    browser = Client(headers={"accept-language": language, **OURS})
    browser.force_login(user)
    return browser


def at_pop(user: User, language: str = "zh-CN") -> tuple[Client, Any]:
    """A browser that signed in inside the frame, and what it was told."""
    browser = Client(headers={"accept-language": language, **OURS})
    fields = {"username": user.username, "password": PASSWORD}
    return browser, browser.post("/pop/sign-in/", fields, secure=True).json()


def root_of(browser: Client, path: str) -> str:
    """The opening of the page's root element."""
    # The self-test looks its own address up.
    page = browser.get(path, secure=True, headers={"host": "localhost"}).content.decode()
    start = page.index("<html")
    return page[start : page.index(">", start) + 1]


def root(lang: str, theme: str) -> str:
    return f'<html lang="{lang}" data-theme="{theme}">'


# --- strangers ---


@pytest.mark.parametrize("path", ["/sign-in/", "/pop/", "/pop/self-test/", "/pop/sign-in/popup/"])
@pytest.mark.parametrize(
    ("asked", "lang"), [("zh-CN,zh;q=0.9", "zh-hans"), ("en-GB", "en"), ("fr", "zh-hans")]
)
def test_strangers_get_light_and_what_their_browser_asks_for(path, asked, lang):
    browser = Client(headers={"accept-language": asked})
    assert root_of(browser, path) == root(lang, "light")


# --- the account's page ---


def test_the_account_is_ones_own(client):
    assert client.get("/account/", secure=True)["Location"] == "/sign-in/?next=/account/"
    answer = client.post("/account/", {"theme": "dark"}, secure=True)
    assert answer["Location"] == "/sign-in/?next=/account/"


@pytest.mark.parametrize("role", ["", "agent", "supervisor", "administrator"])
def test_everybody_has_an_account(role):
    page = at_site(person(role, display_name="陈敏")).get("/account/", secure=True)
    assert page.status_code == 200
    assert "陈敏" in page.content.decode()
    assert 'href="/sign-in/password/"' in page.content.decode()


@pytest.mark.parametrize("theme", ["dark", "system"])
def test_a_choice_is_seen_on_every_page(theme):
    user = person("administrator", is_staff=True)
    browser = at_site(user)
    answer = browser.post("/account/", {"theme": theme, "language": "en"}, secure=True)
    assert answer["Location"] == "/account/"
    user.refresh_from_db()
    assert (user.theme, user.language) == (theme, "en")
    for path in ("/account/", "/customers/", "/setup/seats/", "/setup/centre/", "/nowhere/"):
        assert root_of(browser, path) == root("en", theme)
    assert 'lang="en' in root_of(browser, "/admin/")
    pop, _told = at_pop(user)
    for path in ("/pop/", "/pop/self-test/", "/pop/nowhere/"):
        assert root_of(pop, path) == root("en", theme)


def test_a_choice_is_taken_back():
    user = person(theme="dark", language="en")
    browser = at_site(user)
    browser.post("/account/", {"theme": "", "language": ""}, secure=True)
    assert root_of(browser, "/account/") == root("zh-hans", "light")


def test_what_is_not_asked_for_stays():
    user = person(theme="dark", language="en")
    at_site(user).post("/account/", {"theme": "system"}, secure=True)
    user.refresh_from_db()
    assert (user.theme, user.language) == ("system", "en")


@pytest.mark.parametrize("wrong", [{"theme": "pink"}, {"language": "fr"}, {"theme": "dark\0"}])
def test_what_is_no_choice_is_refused_in_words(wrong):
    user = person(theme="dark", language="zh-hans")
    answer = at_site(user).post("/account/", {"theme": "", **wrong}, secure=True)
    assert answer.status_code == 400
    assert "没有这个选项" in answer.content.decode()
    pop, _told = at_pop(user)
    csrf = {"X-CSRFToken": pop.get("/pop/session/", secure=True).json()["csrf"]}
    refused = pop.post("/pop/preferences/", wrong, secure=True, headers=csrf)
    assert (refused.status_code, refused.json()["error"]) == (400, "preferences")
    user.refresh_from_db()
    assert (user.theme, user.language) == ("dark", "zh-hans")


def test_the_button_of_the_header_is_kept_with_the_person():
    user = person(language="zh-hans")
    at_site(user).post("/language/", {"language": "en", "next": "/account/"}, secure=True)
    # Another browser knows nothing of the cookie.
    assert root_of(at_site(user), "/account/") == root("en", "light")


def test_a_choice_costs_no_query():
    plain, chosen = person(), person("supervisor", theme="dark", language="en")

    def cost(user: User) -> int:
        browser = Client(headers={"authorization": f"Pop {bearer.issue(user)}"})
        with CaptureQueriesContext(connection) as caught:
            assert browser.post("/pop/cards/", {"have": ""}, secure=True).status_code == 204
        return len(caught)

    assert cost(plain) == cost(chosen)


# --- in the pop ---


def test_the_sign_in_tells_what_to_look_like():
    _pop, told = at_pop(person(theme="dark", language="en"))
    assert (told["theme"], told["shown_theme"]) == ("dark", "dark")
    assert (told["language"], told["lang"]) == ("en", "en")
    _pop, told = at_pop(person("supervisor"), "en-US")
    assert (told["theme"], told["shown_theme"]) == ("", "light")
    assert (told["language"], told["lang"]) == ("", "en")


def test_a_choice_in_the_pop_is_answered_with_the_looks():
    user = person()
    pop, told = at_pop(user)
    answer = pop.post(
        "/pop/preferences/", {"language": "en"}, secure=True, headers={"X-CSRFToken": told["csrf"]}
    )
    assert answer.json()["lang"] == "en"
    assert root_of(pop, "/pop/") == root("en", "light")
    assert root_of(at_site(user), "/account/") == root("en", "light")


def test_a_bearer_chooses_too():
    user = person()
    strict = Client(
        enforce_csrf_checks=True, headers={"authorization": f"Pop {bearer.issue(user)}"}
    )
    answer = strict.post("/pop/preferences/", {"theme": "dark"}, secure=True)
    assert answer.json()["shown_theme"] == "dark"
    assert root_of(strict, "/pop/") == root("zh-hans", "dark")


def test_choices_in_the_pop_are_guarded():
    assert Client().post("/pop/preferences/", {"theme": "dark"}, secure=True).status_code == 401
    without_role = Client(headers={"authorization": f"Pop {bearer.issue(person(''))}"})
    answer = without_role.post("/pop/preferences/", {"theme": "dark"}, secure=True)
    assert (answer.status_code, answer.json()["error"]) == (403, "no-role")
    pop, _told = at_pop(person())
    assert pop.get("/pop/preferences/", secure=True).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = pop.cookies
    stale = strict.post("/pop/preferences/", {"theme": "dark"}, secure=True, headers=OURS)
    assert stale.status_code == 403
    assert stale["X-CSRFToken"]


# --- ending other sign-ins ---


def test_other_sign_ins_end_and_this_one_stays():
    user, other = person(), person("supervisor")
    here, elsewhere, colleague = at_site(user), at_site(user), at_site(other)
    pop, _told = at_pop(user)
    token = bearer.issue(user)
    answer = here.post("/account/sign-outs/", secure=True)
    assert answer["Location"] == "/account/"
    assert here.get("/account/", secure=True).status_code == 200
    assert colleague.get("/account/", secure=True).status_code == 200
    assert elsewhere.get("/account/", secure=True).status_code == 302
    assert pop.post("/pop/cards/", {"have": ""}, secure=True).status_code == 401
    assert bearer.user_of(token) is None


def test_ending_them_needs_a_post_and_a_sign_in(client):
    assert client.post("/account/sign-outs/", secure=True)["Location"].startswith("/sign-in/")
    assert at_site(person()).get("/account/sign-outs/", secure=True).status_code == 405
