"""The connection check, each finding by breaking what it looks at; seats and users from a list."""

import re
import socket
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Interaction, Leg
from screenpop import bearer, setup_certificate
from screenpop.models import AgentSeat, PopEvent, SeatRequest
from screenpop.seats import ask_for_seat
from screenpop.self_test import resolves_private
from screenpop.setup_certificate import certificate_findings
from screenpop.setup_check import address_findings, event_findings
from screenpop.setup_seen import seen_from_workbench
from screenpop.views.setup import browser_policies

NOW = timezone.now()
PAIRS = [["mobile", "13800138000"], ["agentEmail", "wang@c.cn"], ["status", "100"]]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch, settings):
    """Quick hashes, and names that lead where they say."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    places = {"crm.example": "8.8.4.4", "inside.example": "10.0.0.7", "testserver": "10.0.0.1"}

    def getaddrinfo(name, port, **options):
        if name not in places:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (places[name], 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    resolves_private.cache_clear()
    yield
    resolves_private.cache_clear()


def make_user(name, role="", **fields):
    user = get_user_model().objects.create_user(name, password="a-long-password", **fields)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def boss(db):
    return make_user("boss", "administrator")


@pytest.fixture
def site(client, boss):
    client.force_login(boss)
    return client


def states(findings):
    return {finding.key: finding.state for finding in findings}


# --- the certificate ----------------------------------------------------------------------------------------------


def make_cert(subject, issuer=None, *, names=(), days=90, authority=False):
    """A certificate and its key; `issuer` is such a pair, None for self-signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    end = datetime.now(UTC) + timedelta(days=days, hours=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer[0].subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(datetime.now(UTC), end) - timedelta(days=1))
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if names:
        san = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
        builder = builder.add_extension(san, critical=False)
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


@pytest.fixture
def chain(monkeypatch):
    """Root, intermediate, leaf; the root is the only one that browsers know."""
    root = make_cert("Root", authority=True)
    between = make_cert("Between", root, authority=True)
    leaf = make_cert("leaf", between, names=["crm.example", "*.wild.example"])
    roots = {root[0].subject.public_bytes(): [root[0]]}
    monkeypatch.setattr(setup_certificate, "public_roots", lambda: roots)
    return [pair[0] for pair in (leaf, between, root)]


def check_certificate(tmp_path, settings, certs, host="crm.example", now=None):
    path = tmp_path / "cert.pem"
    path.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certs))
    settings.TLS_CERT = str(path)
    return states(certificate_findings(host, now or timezone.now()))


GOOD = {"certificate-trust": "ok", "certificate-name": "ok", "certificate-days": "ok"}


@pytest.mark.parametrize("host", ["crm.example", "CRM.example:8443", "a.wild.example"])
def test_a_good_certificate(chain, tmp_path, settings, host):
    assert check_certificate(tmp_path, settings, chain[:2], host) == GOOD
    assert check_certificate(tmp_path, settings, chain, host) == GOOD


def test_an_incomplete_chain(chain, tmp_path, settings):
    found = check_certificate(tmp_path, settings, chain[:1])
    assert found == GOOD | {"certificate-trust": "fail"}


@pytest.mark.parametrize("host", ["other.example", "wild.example", "a.b.wild.example", "8.8.8.8"])
def test_another_name(chain, tmp_path, settings, host):
    found = check_certificate(tmp_path, settings, chain[:2], host)
    assert found == GOOD | {"certificate-name": "fail"}


@pytest.mark.parametrize(("later", "state"), [(0, "ok"), (70, "warn"), (91, "fail"), (-9, "fail")])
def test_days_left(chain, tmp_path, settings, later, state):
    now = timezone.now() + timedelta(days=later)
    found = check_certificate(tmp_path, settings, chain[:2], now=now)
    assert found == GOOD | {"certificate-days": state}


def test_self_signed_and_a_ca_of_ones_own(chain, tmp_path, settings):
    own = make_cert("self", names=["crm.example"])
    assert check_certificate(tmp_path, settings, [own[0]])["certificate-trust"] == "warn"
    assert "CACertificates" not in browser_policies()[1]["text"]
    house = make_cert("House", authority=True)
    leaf = make_cert("leaf", house, names=["crm.example"])
    found = check_certificate(tmp_path, settings, [leaf[0], house[0]])
    assert found["certificate-trust"] == "warn"
    assert '"CACertificates"' in browser_policies()[1]["text"]
    assert r"Google\Chrome\CACertificates]" in browser_policies()[0]["text"]


def test_no_file_and_an_unreadable_one(tmp_path, settings):
    settings.TLS_CERT = ""
    assert states(certificate_findings("crm.example", NOW)) == {"certificate": "warn"}
    settings.TLS_CERT = str(tmp_path / "missing.pem")
    assert states(certificate_findings("crm.example", NOW)) == {"certificate": "fail"}


def test_the_list_of_public_cas_is_there():
    assert len(setup_certificate.public_roots()) > 50


# --- address and policies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "state"),
    [
        ("crm.example", "ok"),
        ("inside.example:8443", "warn"),
        ("nowhere.example", "warn"),
        ("localhost:8443", "fail"),
        ("127.0.0.1", "fail"),
        ("[::1]:8443", "fail"),
    ],
)
def test_the_address(host, state):
    assert states(address_findings(host)) == {"address": state}


def test_policies_name_the_workbench(settings):
    settings.TCCC_FRAME_ANCESTORS = ["https://tccc.qcloud.com", "https://b.example"]
    registry, listed = (one["text"] for one in browser_policies())
    assert '"1"="https://tccc.qcloud.com"\r\n"2"="https://b.example"' in registry
    assert registry.count("LocalNetworkAccessAllowedForUrls]") == 2
    assert '"LocalNetworkAccessAllowedForUrls": [' in listed


# --- what was seen ------------------------------------------------------------------------------------------------


def make_event(user, *, ago=timedelta(minutes=1), outcome="opened", pairs=PAIRS, app="1400000001"):
    event = PopEvent.objects.create(
        event_id=str(uuid.uuid4()), user=user, tab="t", sequence=1, trigger="hashchange",
        observed_at=NOW, pairs=pairs, sdk_app_id=app, outcome=outcome,
    )  # fmt: skip
    PopEvent.objects.filter(pk=event.pk).update(received_at=NOW - ago)


def found_in_events(user):
    return states(event_findings(seen_from_workbench(user, NOW)))


def test_nothing_seen_yet(boss):
    assert found_in_events(boss) == {"last-event": "fail", "application": "warn"}


def test_silence_since_yesterday(boss):
    make_event(boss, ago=timedelta(hours=25))
    assert found_in_events(boss)["last-event"] == "warn"


def test_all_is_well(boss, settings):
    settings.TCCC_SDK_APP_ID = ["1400000001"]
    make_event(boss)
    assert set(found_in_events(boss).values()) == {"ok"}


def test_another_application(boss, settings):
    make_event(boss)
    assert found_in_events(boss)["application"] == "warn"
    settings.TCCC_SDK_APP_ID = ["1400000002"]
    assert found_in_events(boss)["application"] == "fail"
    make_event(boss, app="1400000002")
    assert found_in_events(boss)["application"] == "warn"


def test_failed_and_unreadable_events(boss):
    make_event(boss, outcome="failed")
    make_event(boss, outcome="unreadable")
    found = found_in_events(boss)
    assert (found["failed"], found["unreadable"]) == ("fail", "warn")
    assert "outcomes" not in found


def test_missing_parameters(boss):
    make_event(boss, pairs=[["mobile", "138"]])
    assert found_in_events(boss)["parameters"] == "warn"
    PopEvent.objects.update(pairs=[["status", "100"]])
    assert found_in_events(boss)["parameters"] == "fail"


def test_counts_by_hour_and_application(boss):
    for ago in (1, 2, 65, 60 * 23 + 59, 60 * 25):
        make_event(boss, ago=timedelta(minutes=ago))
    make_event(boss, ago=timedelta(minutes=1), outcome="moved", app="")
    seen = seen_from_workbench(boss, NOW)
    assert len(seen.hours) == 24
    assert {hour.starts.minute for hour in seen.hours} == {0}
    assert seen.hours[-1].starts <= NOW < seen.hours[-1].starts + timedelta(hours=1)
    # Of the oldest hour a part lies before the chart's first full one.
    assert sum(hour.pops for hour in seen.hours) in {3, 4}
    assert sum(hour.events - hour.pops for hour in seen.hours) == 1
    assert [(app.sdk_app_id, app.count) for app in seen.applications] == [
        ("1400000001", 5),
        ("", 1),
    ]
    assert (seen.events, seen.outcomes) == (5, {"opened": 4, "moved": 1})


def test_only_names_of_parameters_are_shown(site, boss):
    make_event(boss, pairs=[["MOBILE", "13800138000"], ["13900139000", ""], ["extra", "secret"]])
    html = site.get("/setup/", secure=True).content.decode()
    for text in ("mobile</code> 1", "extra</code> 1"):
        assert text in html
    for text in ("13800138000", "13900139000", "secret"):
        assert text not in html


# --- the page -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/setup/", "/setup/seats/", "/setup/users/1/"])
@pytest.mark.parametrize("role", ["agent", "supervisor", ""])
def test_for_administrators_only(client, db, path, role):
    assert client.get(path, secure=True)["Location"].startswith("/sign-in/")
    client.force_login(make_user("li", role))
    assert client.get(path, secure=True).status_code == 403
    assert "接入检查" not in client.get("/follow-ups/", secure=True).content.decode()


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_writes_are_for_administrators_only(client, db, role):
    user = make_user("li", role)
    wish = ask_for_seat(user, "wang@c.cn")
    other = make_user("zhao", "agent")
    client.force_login(user)
    for path, data in [
        (f"/setup/requests/{wish.pk}/", {"decision": "approve"}),
        ("/setup/seats/bind/", {"email": "wang@c.cn", "user": user.pk}),
        ("/setup/seats/", {"people": "new@c.cn", "action": "create"}),
        (f"/setup/users/{other.pk}/", {"action": "deactivate"}),
    ]:
        assert client.post(path, data, secure=True).status_code == 403
    assert not AgentSeat.objects.exists()
    assert get_user_model().objects.filter(is_active=True).count() == 2


def test_the_address_comes_from_the_request(site, settings):
    settings.ALLOWED_HOSTS = ["inside.example"]
    answer = site.get("/setup/", secure=True, headers={"Host": "inside.example:8443"})
    html = answer.content.decode()
    assert 'value="https://inside.example:8443/pop/"' in html
    assert 'href="/setup/" aria-current="page"' in html
    assert answer["X-Frame-Options"] == "DENY"
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)


def test_the_number_of_queries_does_not_grow(site, boss):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            site.get("/setup/", secure=True)
        return len(caught)

    def call(name):
        user = make_user(name, "agent")
        ask_for_seat(user, f"{name}@c.cn")
        make_event(user)
        make_leg(f"{name}@c.cn", user)

    call("first")
    # The first look stores the token of the forms in the session.
    queries()
    before = queries()
    for name in ("second", "third", "fourth"):
        call(name)
    assert queries() == before
    assert before <= 15


# --- seats --------------------------------------------------------------------------------------------------------


def make_leg(email, user=None, despite=""):
    interaction = Interaction.objects.create()
    return Leg.objects.create(
        interaction=interaction, agent_email=email, user=user, recorded_despite=despite
    )


def finding_states(site):
    html = site.get("/setup/", secure=True).content.decode()
    return html, dict(re.findall(r'data-finding="([\w-]+)" data-state="(\w+)"', html))


def test_unbound_seats_and_binding_one(site):
    agent = make_user("wang", "agent")
    make_leg("wang@c.cn", agent)
    html, found = finding_states(site)
    assert (found["unbound"], 'data-unbound="wang@c.cn"' in html) == ("warn", True)
    site.post("/setup/seats/bind/", {"email": "wang@c.cn", "user": agent.pk}, secure=True)
    assert AgentSeat.objects.get(email="wang@c.cn").user == agent
    request = SeatRequest.objects.select_related("decided_by").get()
    assert (request.granted, str(request.decided_by)) == (True, "boss")
    html, found = finding_states(site)
    assert (found["seats"], "data-unbound" in html) == ("ok", False)


def test_a_seat_that_was_bound_meanwhile_stays(site):
    owner, other = make_user("wang", "agent"), make_user("li", "agent")
    AgentSeat.objects.create(email="wang@c.cn", user=owner)
    site.post("/setup/seats/bind/", {"email": "wang@c.cn", "user": other.pk}, secure=True)
    assert AgentSeat.objects.get().user == owner


def test_mismatches(site):
    owner, other = make_user("wang", "agent"), make_user("li", "agent")
    AgentSeat.objects.create(email="wang@c.cn", user=owner)
    make_leg("wang@c.cn", owner)
    html, found = finding_states(site)
    assert ("data-mismatch" in html, found["seats"]) == (False, "ok")
    make_leg("wang@c.cn", other, "wang@c.cn")
    make_leg("wang@c.cn")
    html, found = finding_states(site)
    assert (html.count('data-mismatch="wang@c.cn"'), found["mismatches"]) == (2, "warn")
    Interaction.objects.update(started_at=timezone.now() - timedelta(days=8))
    assert "data-mismatch" not in finding_states(site)[0]


@pytest.mark.parametrize(("decision", "granted"), [("approve", True), ("refuse", False)])
def test_requests_are_decided_once(site, boss, decision, granted):
    agent = make_user("wang", "agent")
    wish = ask_for_seat(agent, "wang@c.cn")
    assert f'data-request="{wish.pk}"' in finding_states(site)[0]
    site.post(f"/setup/requests/{wish.pk}/", {"decision": decision}, secure=True)
    wish.refresh_from_db()
    assert (wish.granted, wish.decided_by) == (granted, boss)
    assert AgentSeat.objects.filter(user=agent).exists() is granted
    again = "refuse" if granted else "approve"
    site.post(f"/setup/requests/{wish.pk}/", {"decision": again}, secure=True)
    wish.refresh_from_db()
    assert wish.granted is granted
    assert "data-request" not in finding_states(site)[0]


def test_a_decision_must_be_one(site):
    wish = ask_for_seat(make_user("wang", "agent"), "wang@c.cn")
    site.post(f"/setup/requests/{wish.pk}/", {"decision": "maybe"}, secure=True)
    wish.refresh_from_db()
    assert wish.granted is None


# --- a list of people ---------------------------------------------------------------------------------------------


def paste(site, text, action="create"):
    answer = site.post("/setup/seats/", {"people": text, "action": action}, secure=True)
    html = answer.content.decode()
    return html, dict(
        zip(
            re.findall(r'data-made="([^"]+)"', html),
            re.findall(r"data-one-time-password>([^<]+)<", html),
            strict=True,
        )
    )


def problems(site, text):
    html, _made = paste(site, text, "preview")
    return re.findall(r'data-row-problem="([\w-]+)"', html)


def test_a_preview_changes_nothing(site):
    html, made = paste(site, "wang@c.cn,王敏\nbad", "preview")
    assert 'data-create="1" data-bind="0" data-problems="1"' in html
    assert made == {}
    assert not AgentSeat.objects.exists()
    assert get_user_model().objects.count() == 1


def test_people_are_made_with_passwords_shown_once(site):
    _html, made = paste(site, "wang@c.cn,王敏\nli@c.cn,李娜,lina,班长\nzhao@c.cn,,,管理员\nbad")
    assert set(made) == {"wang", "lina", "zhao"}
    assert len(set(made.values())) == 3
    users = {user.username: user for user in get_user_model().objects.prefetch_related("groups")}
    for name, role in {"wang": "agent", "lina": "supervisor", "zhao": "administrator"}.items():
        user = users[name]
        assert user.check_password(made[name])
        assert user.must_change_password
        assert [group.name for group in user.groups.all()] == [role]
        assert user.is_staff is (role == "administrator")
    seats = dict(AgentSeat.objects.values_list("email", "user__username"))
    assert seats == {"wang@c.cn": "wang", "li@c.cn": "lina", "zhao@c.cn": "zhao"}
    assert (users["wang"].display_name, users["wang"].email) == ("王敏", "wang@c.cn")
    html, again = paste(site, "wang@c.cn,王敏\nli@c.cn,李娜,lina,班长")
    assert again == {}
    assert not any(password in html for password in made.values())


def test_a_quick_hash_is_a_good_one(site, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    _html, made = paste(site, "wang@c.cn")
    user = get_user_model().objects.get(username="wang")
    quick = user.password
    assert not user.check_password("wrong")
    assert user.check_password(made["wang"])
    user.refresh_from_db()
    assert int(user.password.split("$")[1]) > int(quick.split("$")[1])


def test_who_is_here_is_bound_and_not_overwritten(site):
    by_mail = make_user("old", "supervisor", email="Wang@C.cn", display_name="老王")
    by_name = make_user("lina", "agent")
    before = by_mail.password
    _html, made = paste(site, "wang@c.cn,王敏,newname,管理员\nli@c.cn,李娜,LINA")
    assert made == {}
    by_mail.refresh_from_db()
    assert (by_mail.username, by_mail.display_name, by_mail.password) == ("old", "老王", before)
    assert (by_mail.is_staff, by_mail.must_change_password) == (False, False)
    seats = {seat.email: seat.user for seat in AgentSeat.objects.all()}
    assert seats == {"wang@c.cn": by_mail, "li@c.cn": by_name}


def test_a_guessed_user_name_binds_nobody(site):
    stranger = make_user("wang", "agent")
    _html, made = paste(site, "wang@c.cn\nwang@d.cn\nx@c.cn,,wang@e.cn\nwang@e.cn")
    assert len(made) == 4
    assert {"wang@c.cn", "wang@d.cn", "wang@e.cn"} < set(made)
    assert not stranger.seats.exists()


def test_what_stands_in_the_way_is_named(site):
    owner = make_user("owner", "agent", email="owner@c.cn")
    AgentSeat.objects.create(email="taken@c.cn", user=owner)
    make_user("gone", "agent", email="gone@c.cn", is_active=False)
    make_user("one", email="two@c.cn")
    make_user("two", email="two@c.cn")
    assert problems(site, "new@c.cn,,owner") == ["username-taken"]
    assert problems(site, "taken@c.cn,,two") == ["username-taken"]
    make_user("free", "agent")
    assert problems(site, "taken@c.cn,,free") == ["seat-taken"]
    assert problems(site, "gone@c.cn") == ["inactive-user"]
    assert problems(site, "two@c.cn") == ["several-users"]
    assert problems(site, "two@c.cn,,two") == []
    before = get_user_model().objects.count()
    paste(site, "new@c.cn,,owner\ntaken@c.cn,,free\ngone@c.cn\ntwo@c.cn")
    assert get_user_model().objects.count() == before
    assert AgentSeat.objects.get().user == owner


def test_a_free_seat_is_taken_up(site):
    AgentSeat.objects.create(email="Wang@c.cn", is_active=False, staff_number="7")
    paste(site, "wang@c.cn")
    seat = AgentSeat.objects.get()
    assert (str(seat.user), seat.is_active, seat.staff_number) == ("wang", True, "7")


def test_a_file_of_excel_on_a_chinese_windows(site, tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(
        "邮箱,姓名,角色\r\nwang@c.cn,王敏,坐席\r\nli@c.cn,欧阳娜娜,班长\r\n".encode("gb18030")
    )
    with path.open("rb") as file:
        answer = site.post("/setup/seats/", {"file": file, "people": ""}, secure=True)
    assert "欧阳娜娜" in answer.content.decode()


@pytest.mark.parametrize("content", [b"PK\x03\x04...", b"\xff\xff\xff\xff\x81"])
def test_a_file_that_is_no_list(site, tmp_path, content):
    path = tmp_path / "people.xlsx"
    path.write_bytes(content)
    with path.open("rb") as file:
        answer = site.post("/setup/seats/", {"file": file, "people": ""}, secure=True)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_nothing_pasted(site):
    assert site.post("/setup/seats/", {"people": " \n"}, secure=True).status_code == 400


def test_a_name_is_no_formula(site):
    html, _made = paste(site, "wang@c.cn,=1+1")
    table = re.search(r"<textarea id=\"passwords\".*?>(.*?)</textarea>", html, re.S)
    assert table
    assert "wang@c.cn\t&#x27;=1+1\twang\t" in table[1]


def test_the_list_of_users_pages(site):
    for number in range(60):
        make_user(f"agent{number:02}", "agent")
    first = site.get("/setup/seats/", secure=True).content.decode()
    assert first.count("data-user=") == 50
    after = re.search(r"\?after=(\d+)", first)
    assert after
    second = site.get(f"/setup/seats/?after={after[1]}", secure=True).content.decode()
    assert second.count("data-user=") == 11
    assert "agent50" not in first
    assert "agent50" in second


# --- one colleague ------------------------------------------------------------------------------------------------


def test_deactivation_ends_every_session_at_once(site, boss):
    agent = make_user("wang", "supervisor")
    AgentSeat.objects.create(email="wang@c.cn", user=agent)
    wish = ask_for_seat(agent, "more@c.cn")
    theirs, pop, token = Client(), Client(), bearer.issue(agent)
    theirs.force_login(agent)
    pop.post(
        "/pop/sign-in/",
        {"username": "wang", "password": "a-long-password"},
        secure=True,
        headers={"Origin": "https://testserver"},
    )
    assert theirs.get("/customers/", secure=True).status_code == 200
    assert pop.get("/pop/session/", secure=True).json()["signed_in"] is True
    assert site.get(f"/setup/users/{agent.pk}/", secure=True).status_code == 200
    agent.refresh_from_db()
    assert agent.is_active
    site.post(f"/setup/users/{agent.pk}/", {"action": "deactivate"}, secure=True)
    assert theirs.get("/customers/", secure=True).status_code == 302
    assert pop.get("/pop/session/", secure=True).json()["signed_in"] is False
    assert bearer.user_of(token) is None
    assert AgentSeat.objects.get().user is None
    wish.refresh_from_db()
    assert (wish.granted, wish.decided_by) == (False, boss)
    site.post(f"/setup/users/{agent.pk}/", {"action": "reactivate"}, secure=True)
    agent.refresh_from_db()
    assert agent.is_active


def test_a_new_one_time_password(site):
    agent = make_user("wang", "supervisor")
    theirs = Client()
    theirs.force_login(agent)
    answer = site.post(f"/setup/users/{agent.pk}/", {"action": "new-password"}, secure=True)
    shown = re.search(r'value="([^"]+)"[^>]*data-one-time-password', answer.content.decode())
    assert shown
    agent.refresh_from_db()
    assert agent.check_password(shown[1])
    assert agent.must_change_password
    assert theirs.get("/customers/", secure=True)["Location"].startswith("/sign-in/")
    assert shown[1] not in site.get(f"/setup/users/{agent.pk}/", secure=True).content.decode()


def test_not_oneself_and_no_superuser(site, boss):
    root = get_user_model().objects.create_superuser("root", password="a-long-password")
    for user in (boss, root):
        for action in ("deactivate", "new-password"):
            answer = site.post(f"/setup/users/{user.pk}/", {"action": action}, secure=True)
            assert answer.status_code == 403
        user.refresh_from_db()
        assert user.is_active
        assert user.check_password("a-long-password")
