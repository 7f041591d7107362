"""Every address there is, for every role: who gets in, and that nobody writes on a colleague's card."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from customers.models import Customer, Disposition, Endpoint, Interaction, Leg, LegChange

ROLES = ("", "agent", "supervisor", "administrator")
# Who may open what is below a prefix; the longest that fits counts. None: whoever is signed in, or anybody.
OPEN_TO = {
    "": None,
    "customers/": {"supervisor", "administrator"},
    "customers/import/": {"administrator"},
    "interactions/": {"supervisor", "administrator"},
    "reconciliation/": {"supervisor", "administrator"},
    "follow-ups/": {"agent", "supervisor", "administrator"},
    "setup/": {"administrator"},
    "simulator/": {"administrator"},
    "recordings/": {"agent", "supervisor", "administrator"},
    "recordings/1/pin/": {"supervisor", "administrator"},
}
# A note is fetched as JSON; the rest are forms.
FORM = {
    "outcome": "1",
    "reason": "1",
    "ticket": "X-1",
    "due": "soon",
    "promise": "x",
    "owner": "me",
    "note": "x",
    "text": "x",
    "say": "record",
    "customer": "1",
    "name": "x",
    "state": "closed",
}
JSON = {"note": "x", "base": 0, "tab": "t"}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Every route, with 1 for each number in it."""
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix(
            "\\Z"
        )
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield re.sub(r"<[^>]*>|\(\?P.*?\)", "1", route)


EVERY = sorted(set(addresses(get_resolver().url_patterns)))
KEPT = ("note", "note_version", "disposition_id", "ticket", "state", "wrapped_up_at", "user_id")


def user_of(role: str, name: str = ""):
    user = get_user_model().objects.create_user(name or f"u-{role}", password="a-long-password")
    if role:
        user.groups.add(Group.objects.get(name=role))
    user.is_staff = role == "administrator"
    user.save()
    return user


def on_the_site(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def in_the_pop(user) -> Client:
    client = Client()
    form = {"username": user.username, "password": "a-long-password"}
    headers = {"origin": "https://testserver"}
    client.post("/pop/sign-in/", form, secure=True, headers=headers)
    return client


@pytest.fixture
def legs(db) -> list[Leg]:
    """One that is wrapped up and one that is not, both of an agent who is asked nothing, as id 1 and 2."""
    author = user_of("agent", "author")
    customer = Customer.objects.create(pk=1, name="王小明")
    endpoint = Endpoint.objects.at("phone", "13911112222")
    outcome = Disposition.objects.get(code="inquiry-solved")
    made = []
    for pk, state in ((1, "closed"), (2, "wrap-up")):
        interaction = Interaction.objects.create(pk=pk, endpoint=endpoint, customer=customer)
        leg = Leg.objects.create(
            pk=pk,
            interaction=interaction,
            endpoint=endpoint,
            user=author,
            state=state,
            note="原来的备注",
            note_version=1,
            connected_at=timezone.now(),
            ended_at=timezone.now(),
        )
        made.append(leg)
    Leg.objects.filter(pk=1).update(disposition=outcome, wrapped_up_at=timezone.now(), ticket="T")
    return made


def test_the_list_of_addresses_is_the_programs() -> None:
    assert {"pop/legs/1/note/", "pop/legs/1/wrap-up/", "setup/", "interactions/1/"} <= set(EVERY)
    assert any(one.startswith("admin/customers/interaction/") for one in EVERY)
    assert len(EVERY) > 120


def leaves(route: str) -> bool:
    """What ends the sign-in under test."""
    return route.startswith(("sign-out", "pop/sign-out", "account/sign-outs", "sign-in/password"))


def send(client: Client, address: str) -> None:
    client.post(address, FORM, secure=True)
    client.post(address, JSON, content_type="application/json", secure=True)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("sign_in", [on_the_site, in_the_pop], ids=["site", "pop"])
def test_nobody_writes_on_a_colleagues_card(legs, role, sign_in) -> None:
    before = list(Leg.objects.order_by("pk").values(*KEPT))
    client = sign_in(user_of(role))
    client.raise_request_exception = False
    for route in EVERY:
        if leaves(route) or route.startswith("tccc/"):
            continue
        for address in {f"/{route}", f"/{route.replace('/1/', '/2/')}"}:
            send(client, address)
            assert list(Leg.objects.order_by("pk").values(*KEPT)) == before, address
    assert not LegChange.objects.exists()


@pytest.mark.parametrize("sign_in", [on_the_site, in_the_pop], ids=["site", "pop"])
def test_an_agent_reads_no_colleagues_card(legs, sign_in) -> None:
    client = sign_in(user_of("agent"))
    client.raise_request_exception = False
    shown = []
    for route in EVERY:
        if leaves(route) or route.startswith("tccc/"):
            continue
        for answer in (
            client.get(f"/{route}", secure=True),
            client.post(f"/{route}", FORM, secure=True),
        ):
            body = b"".join(answer) if answer.streaming else answer.content
            if "原来的备注" in body.decode(errors="replace"):
                shown.append(route)
    assert shown == []


def allowed(route: str) -> set[str] | None:
    prefix = max((one for one in OPEN_TO if route.startswith(one)), key=len)
    return OPEN_TO[prefix]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_is_its_own_and_nothing_else(legs, role) -> None:
    client = on_the_site(user_of(role))
    client.raise_request_exception = False
    wrong = {}
    for route in EVERY:
        roles = allowed(route)
        if roles is None or leaves(route) or route.startswith("admin/"):
            continue
        codes = {
            client.get(f"/{route}", secure=True).status_code,
            client.post(f"/{route}", {}, secure=True).status_code,
        }
        refused = codes <= {403, 405}
        if refused if role in roles else not refused:
            wrong[route] = codes
    assert wrong == {}


def test_strangers_get_nothing_but_the_way_in(legs) -> None:
    client, wrong = Client(), {}
    client.raise_request_exception = False
    for route in EVERY:
        if allowed(route) is None:
            continue
        answer = client.get(f"/{route}", secure=True)
        led = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
        if not led and answer.status_code not in (401, 403, 405):
            wrong[route] = answer.status_code
    assert wrong == {}
