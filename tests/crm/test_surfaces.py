"""Each path prefix is one trust level: its headers, its cookie, its sessions, its error pages."""

from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from crm import urls as crm_urls
from crm.proxies import TrustedProxiesMiddleware, client_address
from crm.surfaces import surface_of
from screenpop.frames import allowed_parents

pytestmark = pytest.mark.django_db
ORIGIN = "https://testserver"
PASSWORD = "a-long-test-password"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Slow hashing is Django's business, not what is tested here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def explode(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("as ordered")


def refuse(request: HttpRequest) -> HttpResponse:
    from django.core.exceptions import PermissionDenied

    raise PermissionDenied


def put(request: HttpRequest) -> HttpResponse:
    return HttpResponse("written")


class WithFaults:
    """The real addresses, and some that fail on order."""

    handler403 = crm_urls.handler403
    handler404 = crm_urls.handler404
    handler500 = crm_urls.handler500
    urlpatterns = [
        *(path(prefix + "explode/", explode) for prefix in ("pop/", "customers/", "tccc/")),
        *(path(prefix + "refuse/", refuse) for prefix in ("pop/", "customers/")),
        *(path(prefix + "put/", put) for prefix in ("pop/", "customers/")),
        *crm_urls.urlpatterns,
    ]


@pytest.fixture
def faults(settings):
    settings.ROOT_URLCONF = WithFaults


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.fixture
def person() -> Callable[..., object]:
    def make(role: str, username: str = "") -> object:
        user = get_user_model().objects.create_user(username or role, password=PASSWORD)
        user.groups.add(Group.objects.get_or_create(name=role)[0])
        return user

    return make


def directives(response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts}


def assert_framable(response) -> None:
    assert directives(response)["frame-ancestors"] == " ".join(allowed_parents())
    assert "X-Frame-Options" not in response


def assert_unframable(response) -> None:
    assert directives(response)["frame-ancestors"] == "'none'"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", ["/pop", "/pop/", "/pop/session/", "/pop/no-such-page/"])
def test_the_pop_is_framed_by_the_workbench(browser, address):
    assert_framable(browser.get(address, secure=True))


def test_the_workbench_comes_first_then_the_simulator(settings):
    settings.TCCC_FRAME_ANCESTORS = ["https://work.example"]
    settings.SIMULATOR_ORIGINS = ["https://127.0.0.1:9"]
    settings.SIMULATOR = True
    assert allowed_parents() == ["https://work.example", "https://127.0.0.1:9"]
    settings.SIMULATOR = False
    assert allowed_parents() == ["https://work.example"]


@pytest.mark.parametrize(
    "address",
    [
        "/", "/sign-in/", "/customers/", "/customers/1/", "/interactions/", "/follow-ups/", "/reports/", "/desk/",
        "/m/", "/admin/", "/admin/login/", "/setup/", "/api/v1/lookup/", "/api/v1/schema/", "/tccc/push/",
        "/tccc/oauth/token/", "/simulator/", "/healthz", "/readyz", "/pop/sign-in/popup/", "/pop/sign-in/popup/code/",
        "/popular/", "/no-such-page/", "/static/no-such-file.css",
    ],
)  # fmt: skip
def test_nothing_else_is_framed(browser, address):
    assert_unframable(browser.get(address, secure=True))


@pytest.mark.parametrize(
    "address", ["/pop/", "/customers/", "/admin/login/", "/api/v1/schema/", "/healthz", "/nowhere/"]
)
def test_the_policy_is_strict_everywhere(browser, address):
    response = browser.get(address, secure=True)
    policy = directives(response)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cache-Control"] == "no-store" or "max-age=0" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("address", "policy"),
    [
        ("/pop/sign-in/popup/", "unsafe-none"),
        ("/pop/sign-in/popup/no/", "unsafe-none"),
        ("/customers/", "same-origin"),
    ],
)
def test_the_popup_keeps_its_opener_on_every_hop(browser, address, policy):
    assert browser.get(address, secure=True)["Cross-Origin-Opener-Policy"] == policy


def test_prefixes_end_at_a_slash():
    assert surface_of("/pop").framable
    assert surface_of("/pop/legs/1/note/").framable
    assert not surface_of("/popx").framable
    assert not surface_of("/pop/sign-in/popup").framable
    assert surface_of("/pop/sign-in/popupx").framable


def test_no_redirect_between_pop_with_and_without_its_slash(browser):
    assert (
        browser.get("/pop", secure=True).status_code
        == browser.get("/pop/", secure=True).status_code
        == 200
    )


def sign_in_to_pop(browser: Client, user) -> None:
    answer = browser.post(
        "/pop/sign-in/",
        {"username": user.username, "password": PASSWORD},
        secure=True,
        headers={"Origin": ORIGIN},
    )
    assert answer.status_code == 200, answer.content


def sign_in_to_site(browser: Client, user):
    browser.get("/sign-in/", secure=True)
    fields = {
        "username": user.username,
        "password": PASSWORD,
        "csrfmiddlewaretoken": token_of(browser),
    }
    answer = browser.post("/sign-in/", fields, secure=True, headers={"Origin": ORIGIN})
    assert answer.status_code == 302, answer.content
    return answer


def token_of(browser: Client, page: str = "/sign-in/") -> str:
    return str(browser.get(page, secure=True).context["csrf_token"])


def test_the_cookie_of_the_pop(browser, person):
    sign_in_to_pop(browser, person("agent"))
    assert "__Host-sessionid" not in browser.cookies
    cookie = browser.cookies["__Host-pop"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "None"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert cookie["max-age"] == 14 * 24 * 3600
    assert "Partitioned" in cookie.OutputString()


def test_the_cookie_of_the_site(browser, person):
    sign_in_to_site(browser, person("supervisor"))
    assert "__Host-pop" not in browser.cookies
    cookie = browser.cookies["__Host-sessionid"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert "Partitioned" not in cookie.OutputString()


def test_the_popup_signs_in_to_the_site_not_to_the_pop(browser, person):
    token = token_of(browser, "/pop/sign-in/popup/")
    user = person("agent")
    fields = {"username": user.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
    answer = browser.post("/pop/sign-in/popup/", fields, secure=True, headers={"Origin": ORIGIN})
    assert answer.status_code == 302
    assert "__Host-sessionid" in answer.cookies
    assert "__Host-pop" not in answer.cookies


def test_signing_out_of_the_pop_deletes_a_partitioned_cookie(browser, person):
    sign_in_to_pop(browser, person("agent"))
    csrf = browser.get("/pop/session/", secure=True).json()["csrf"]
    answer = browser.post(
        "/pop/sign-out/", secure=True, headers={"Origin": ORIGIN, "X-CSRFToken": csrf}
    )
    assert answer.status_code == 204
    cookie = answer.cookies["__Host-pop"]
    assert cookie.value == ""
    text = cookie.OutputString()
    for attribute in ("Partitioned", "Secure", "HttpOnly", "SameSite=None", "Path=/", "Max-Age=0"):
        assert attribute in text
    assert browser.get("/pop/session/", secure=True).json()["signed_in"] is False


def test_a_session_of_the_pop_opens_no_other_page(browser, person):
    sign_in_to_pop(browser, person("administrator"))
    stolen = Client()
    stolen.cookies = SimpleCookie({"__Host-sessionid": browser.cookies["__Host-pop"].value})
    answer = stolen.get("/customers/", secure=True)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_a_session_of_the_site_does_not_open_the_pop(browser, person):
    sign_in_to_site(browser, person("supervisor"))
    key = browser.cookies["__Host-sessionid"].value
    assert browser.get("/customers/", secure=True).status_code == 200
    stolen = Client()
    stolen.cookies = SimpleCookie({"__Host-pop": key})
    assert stolen.get("/pop/session/", secure=True).json()["signed_in"] is False
    assert stolen.post("/pop/cards/", secure=True).status_code == 401
    # The owner's own session has not suffered from it.
    assert browser.get("/customers/", secure=True).status_code == 200


def test_a_session_of_the_site_opens_nothing_for_machines(browser, person):
    sign_in_to_site(browser, person("administrator"))
    answer = browser.post(
        "/api/v1/lookup/", {"number": "1"}, content_type="application/json", secure=True
    )
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("address", "status"), [("/pop/refuse/", 403), ("/pop/nowhere/", 404), ("/pop/explode/", 500)]
)
def test_error_pages_of_the_pop_are_framable_and_lead_nowhere(faults, browser, address, status):
    answer = browser.get(address, secure=True)
    assert answer.status_code == status
    assert_framable(answer)
    assert "<nav" not in answer.content.decode()
    assert 'href="/"' not in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "status"),
    [("/customers/refuse/", 403), ("/customers/nowhere/", 404), ("/customers/explode/", 500)],
)
def test_error_pages_of_the_site_lead_home(faults, browser, address, status):
    answer = browser.get(address, secure=True)
    assert answer.status_code == status
    assert_unframable(answer)
    assert 'href="/"' in answer.content.decode()


def test_the_error_page_needs_no_database(faults, browser, django_db_blocker):
    browser.cookies = SimpleCookie({"__Host-sessionid": "a" * 32})
    with django_db_blocker.block():
        answer = browser.get("/customers/", secure=True)
    assert answer.status_code == 500
    assert "服务器出错" in answer.content.decode()


def test_machines_get_errors_as_json(faults, browser):
    assert browser.get("/tccc/explode/", secure=True).json() == {"detail": "服务器出错"}
    assert browser.get("/api/v1/nowhere/", secure=True).json() == {"detail": "没有这个页面"}


@pytest.mark.parametrize(
    ("prefix", "check"), [("/pop", assert_framable), ("/customers", assert_unframable)]
)
def test_a_stale_token_is_answered_with_a_fresh_one(faults, browser, prefix, check):
    answer = browser.post(
        f"{prefix}/put/", secure=True, headers={"Origin": ORIGIN, "X-CSRFToken": "x" * 64}
    )
    assert answer.status_code == 403
    check(answer)
    again = browser.post(
        f"{prefix}/put/",
        secure=True,
        headers={"Origin": ORIGIN, "X-CSRFToken": answer["X-CSRFToken"]},
    )
    assert again.content == b"written"


def test_a_foreign_origin_is_refused_whatever_its_token(faults, browser):
    token = browser.post("/customers/put/", secure=True, headers={"Origin": ORIGIN})["X-CSRFToken"]
    answer = browser.post(
        "/customers/put/",
        secure=True,
        headers={"Origin": "https://evil.example", "X-CSRFToken": token},
    )
    assert answer.status_code == 403


def through_proxy(settings, trusted: list[str], **meta: Any) -> HttpRequest:
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **meta)
    TrustedProxiesMiddleware(lambda request: HttpResponse())(request)
    return request


FORWARDED = {
    "HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9, 10.0.0.2",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "crm.example",
}


def test_a_trusted_proxy_is_believed_as_far_as_it_can_know(settings):
    request = through_proxy(settings, ["10.0.0.0/8"], **FORWARDED)
    assert client_address(request) == "203.0.113.9"
    assert request.is_secure()
    assert request.META["HTTP_HOST"] == "crm.example"


@pytest.mark.parametrize("trusted", [[], ["10.0.0.9"], ["192.168.0.0/16"]])
def test_a_stranger_is_not_believed(settings, trusted):
    request = through_proxy(settings, trusted, **FORWARDED)
    assert client_address(request) == "10.0.0.1"
    assert not request.is_secure()
    assert request.META.get("HTTP_HOST") != "crm.example"


@pytest.mark.parametrize("forwarded", ["", "unknown", "1.2.3.4, <script>", "10.0.0.2, 10.0.0.3"])
def test_what_names_no_stranger_leaves_the_proxy_as_the_peer(settings, forwarded):
    request = through_proxy(settings, ["10.0.0.0/8"], HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == "10.0.0.1"


def test_the_language_is_kept_in_a_cookie_of_ours_alone(browser):
    token = token_of(browser)
    answer = browser.post(
        "/language/",
        {"language": "en", "next": "/sign-in/", "csrfmiddlewaretoken": token},
        secure=True,
        headers={"Origin": ORIGIN},
    )
    assert answer["Location"] == "/sign-in/"
    cookie = answer.cookies["django_language"]
    assert cookie.value == "en"
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"


def test_monitors(client):
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").content == b"ready\n"


def test_a_database_that_is_away_is_said_in_words(client, monkeypatch):
    from django.db import OperationalError

    from crm import health

    def away(connection: object) -> object:
        raise OperationalError("gone")

    monkeypatch.setattr(health, "MigrationExecutor", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert b"database" in answer.content
