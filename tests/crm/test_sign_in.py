"""Wrong passwords lock one person at one address, and nobody else."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-test-password"
ORIGIN = "https://testserver"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Slow hashing is Django's business; a hundred passwords are tried here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def people():
    agents = Group.objects.get_or_create(name="agent")[0]
    made = []
    for name in ("wang", "li"):
        user = get_user_model().objects.create_user(name, password=PASSWORD)
        user.groups.add(agents)
        made.append(user)
    return made


def try_pop(username: str, password: str, address: str = "10.1.1.1", browser: Client | None = None):
    return (browser or Client()).post(
        "/pop/sign-in/",
        {"username": username, "password": password},
        secure=True,
        headers={"Origin": ORIGIN},
        REMOTE_ADDR=address,
    )


def try_site(username: str, password: str, page: str = "/sign-in/", address: str = "10.1.1.1"):
    return Client().post(
        page, {"username": username, "password": password}, secure=True, REMOTE_ADDR=address
    )


def test_ten_wrong_passwords_lock_the_pop(people):
    for _attempt in range(9):
        assert try_pop("wang", "wrong").status_code == 400
    tenth = try_pop("wang", "wrong")
    assert tenth.status_code == 429
    assert tenth.json()["error"] == "locked"
    assert "15 分钟" in tenth.json()["message"]
    assert try_pop("wang", PASSWORD).status_code == 429


def test_the_lock_holds_on_the_site_and_in_the_popup_too(people):
    for _attempt in range(10):
        try_pop("wang", "wrong")
    for page in ("/sign-in/", "/pop/sign-in/popup/", "/admin/login/"):
        answer = try_site("wang", PASSWORD, page)
        assert answer.status_code == 429
        assert "15 分钟" in answer.content.decode()
        assert answer["Content-Type"].startswith("text/html")


def test_colleagues_behind_the_same_address_sign_in(people):
    for _attempt in range(11):
        try_pop("wang", "wrong")
    assert try_pop("li", PASSWORD).status_code == 200
    assert try_site("li", PASSWORD).status_code == 302


def test_two_hundred_colleagues_behind_the_same_address_sign_in(people):
    hashed, agents = make_password(PASSWORD), Group.objects.get(name="agent")
    colleagues = get_user_model().objects.bulk_create(
        get_user_model()(username=f"colleague{n}", password=hashed) for n in range(200)
    )
    agents.user_set.add(*colleagues)
    for _attempt in range(10):
        locked = try_pop("wang", "wrong")
    # A browser is dear to make: one, that forgets who was here.
    browser = Client()
    for one in colleagues:
        browser.cookies.clear()
        assert try_pop(one.username, PASSWORD, browser=browser).status_code == 200
    # Their right passwords forgave nothing of what was tried with another's name.
    for answer in (locked, try_pop("wang", PASSWORD)):
        assert (answer.status_code, answer.json()["error"]) == (429, "locked")
        assert "15 分钟后再试" in answer.json()["message"]


def test_the_same_person_signs_in_elsewhere(people):
    for _attempt in range(11):
        try_pop("wang", "wrong")
    assert try_pop("wang", PASSWORD, "10.1.1.2").status_code == 200


def test_the_lock_ends_after_fifteen_minutes_however_often_one_tries(people):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        for _attempt in range(10):
            try_pop("wang", "wrong")
    with time_machine.travel(start + timedelta(minutes=14), tick=False):
        assert try_pop("wang", "wrong").status_code == 429
        assert try_pop("wang", PASSWORD).status_code == 429
    with time_machine.travel(start + timedelta(minutes=15, seconds=1), tick=False):
        assert try_pop("wang", PASSWORD).status_code == 200


def test_a_right_password_forgives_the_wrong_ones_before(people):
    for _attempt in range(9):
        try_pop("wang", "wrong")
    assert try_pop("wang", PASSWORD).status_code == 200
    for _attempt in range(9):
        assert try_pop("wang", "wrong").status_code == 400


def test_the_page_says_what_was_wrong_and_keeps_the_name(people):
    answer = try_site("wang", "wrong")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="alert"' in page
    assert 'value="wang"' in page
    assert "wrong" not in page


def test_the_first_field_has_the_focus(client):
    page = client.get("/sign-in/", secure=True).content.decode()
    field = page[page.index('<input id="username"') :]
    assert "autofocus" in field[: field.index(">")]
    assert page.count("autofocus") == 1


@pytest.mark.parametrize(("role", "home"), [("agent", "/pop/"), ("supervisor", "/customers/")])
def test_home_is_where_the_work_is(client, role, home):
    user = get_user_model().objects.create_user(role)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    client.force_login(user)
    assert client.get("/", secure=True)["Location"] == home


def test_home_asks_strangers_to_sign_in(client):
    assert client.get("/", secure=True)["Location"] == "/sign-in/"


def test_navigation_follows_the_role(client):
    def links(role: str, **more: Any) -> set[str]:
        user = get_user_model().objects.create_user(f"{role}-{len(more)}", **more)
        user.groups.add(Group.objects.get_or_create(name=role)[0])
        client.force_login(user)
        request = RequestFactory().get("/sign-in/")
        request.user = user
        request.session = client.session
        page = render_to_string("sign_in_locked.html", {"message": ""}, request)
        return {
            url
            for url in ("/customers/", "/pop/", "/simulator/", "/admin/")
            if f'href="{url}"' in page
        }

    assert links("agent") == {"/pop/"}
    assert links("supervisor") == {"/customers/", "/pop/"}
    everything = {"/customers/", "/pop/", "/simulator/", "/admin/"}
    assert links("administrator", is_staff=True) == everything


def test_signing_out_needs_a_post(client):
    user = get_user_model().objects.create_user("zhao")
    client.force_login(user)
    assert client.get("/sign-out/", secure=True).status_code == 405
    assert client.post("/sign-out/", secure=True)["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session
