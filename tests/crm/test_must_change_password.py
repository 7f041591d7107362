"""A one-time password opens the page where it is changed, and nothing else."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

pytestmark = pytest.mark.django_db
ONE_TIME = "k7mw-x3pq-9tdf"
OWN = "mei-you-ren-zhi-dao"
CHANGE = "/sign-in/password/"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Slow hashing is Django's business."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def newcomer():
    user = get_user_model().objects.create_user(
        "wang", password=ONE_TIME, must_change_password=True, is_staff=True
    )
    user.groups.add(*Group.objects.filter(name__in=["agent", "administrator"]))
    return user


@pytest.fixture
def signed_in(client, newcomer):
    answer = client.post("/sign-in/", {"username": "wang", "password": ONE_TIME}, secure=True)
    assert answer.status_code == 302
    return client


def change(client, old=ONE_TIME, new=OWN):
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(CHANGE, data, secure=True)


def sign_in_at_the_pop(password):
    return Client().post(
        "/pop/sign-in/",
        {"username": "wang", "password": password},
        secure=True,
        headers={"Origin": "https://testserver"},
    )


@pytest.mark.parametrize(
    "path", ["/", "/customers/", "/admin/", "/setup/", "/setup/seats/", "/pop/sign-in/popup/"]
)
def test_every_page_leads_to_the_change(signed_in, path):
    answer = signed_in.get(path, secure=True)
    assert (answer.status_code, answer["Location"]) == (302, CHANGE)


def test_nothing_can_be_written_before(signed_in):
    answer = signed_in.post("/setup/seats/", {"people": "a@c.cn", "action": "create"}, secure=True)
    assert (answer.status_code, answer["Location"]) == (302, CHANGE)
    code = signed_in.post("/pop/sign-in/popup/code/", {"challenge": "a" * 43}, secure=True)
    assert (code.status_code, code.json()["error"]) == (403, "change-password")
    api = signed_in.get("/api/v1/schema/", secure=True)
    assert (api.status_code, api.json()["error"]) == (403, "change-password")
    part = signed_in.get("/customers/", secure=True, headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (200, CHANGE)


def test_signing_out_and_the_language_stay_open(signed_in):
    assert signed_in.get(CHANGE, secure=True).status_code == 200
    language = signed_in.post("/language/", {"language": "en", "next": CHANGE}, secure=True)
    assert language["Location"] == CHANGE
    assert signed_in.post("/sign-out/", secure=True)["Location"] == "/sign-in/"


def test_a_change_opens_everything(signed_in, newcomer):
    answer = change(signed_in)
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/password/changed/")
    newcomer.refresh_from_db()
    assert not newcomer.must_change_password
    assert newcomer.check_password(OWN)
    assert signed_in.get("/sign-in/password/changed/", secure=True).status_code == 200
    assert signed_in.get("/customers/", secure=True).status_code == 200
    assert sign_in_at_the_pop(OWN).status_code == 200


@pytest.mark.parametrize(("old", "new"), [(ONE_TIME, ONE_TIME), (ONE_TIME, "short"), ("x", OWN)])
def test_a_refused_change_opens_nothing(signed_in, newcomer, old, new):
    answer = change(signed_in, old, new)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    newcomer.refresh_from_db()
    assert newcomer.must_change_password
    assert newcomer.check_password(ONE_TIME)
    assert signed_in.get("/customers/", secure=True)["Location"] == CHANGE


def test_the_pop_says_where_to_change_it(newcomer):
    answer = sign_in_at_the_pop(ONE_TIME)
    assert answer.status_code == 403
    assert answer.json()["error"] == "change-password"
    assert "https://testserver/sign-in/" in answer.json()["message"]
    assert "__Host-pop" not in answer.cookies


def test_a_wrong_one_time_password_tells_nothing(newcomer):
    assert sign_in_at_the_pop("wrong").json()["error"] == "wrong"


def test_strangers_cannot_change_a_password(client):
    assert client.get(CHANGE, secure=True)["Location"].startswith("/sign-in/?next=")
    assert client.get("/sign-in/password/changed/", secure=True).status_code == 302


def test_monitors_and_the_pop_ask_for_no_session(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz", secure=True).status_code == 200
