"""Every word that people see has its English: the catalogue is whole, and pages show no Chinese of ours.

After a change of words:
    django-admin makemessages -l en --add-location=file --no-wrap --no-obsolete
    (fill the new entries of locale/en/LC_MESSAGES/django.po)
    python -m deploy.translations --write
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils.translation.template import templatize

from crm.models import User
from customers.models import Customer, Endpoint, FollowUp, Interaction, Leg
from screenpop.models import AgentSeat

ROOT = Path(__file__).resolve().parents[2]
APPS = ("crm", "customers", "screenpop")
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
# How many of the first arguments are context, singular and plural.
SHAPES = {
    **dict.fromkeys(["gettext", "gettext_lazy", "gettext_noop", "_"], (0, 1)),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (0, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], (1, 1)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], (1, 2)),
}
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)\d*[sd]|%%|\{\w+\}")
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(_|n?p?gettext)\(((?:\s*{STRING}\s*,?)+)")

Message = tuple[str | None, str]


def message(name: str, texts: list[str]) -> Message:
    """Context and msgid of a call."""
    contexts, _count = SHAPES[name]
    return (texts[0] if contexts else None, texts[contexts])


def in_python(source: str) -> Iterator[Message]:
    """What a module translates, whatever name it imports gettext under."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        name = names.get(node.func.id, "")
        if name not in SHAPES:
            continue
        texts = [a.value for a in node.args[: sum(SHAPES[name])] if isinstance(a, ast.Constant)]
        if len(texts) == sum(SHAPES[name]):
            yield message(name, [str(text) for text in texts])


def in_template(source: str) -> Iterator[Message]:
    """What a template translates, read as makemessages reads it."""
    for name, texts in CALL.findall(templatize(source)):
        yield message(name, list(ast.literal_eval(f"({texts.rstrip().rstrip(',')},)")))


def messages_in_code() -> dict[Message, str]:
    """Message → the file that shows it."""
    found: dict[Message, str] = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                found |= dict.fromkeys(in_python(path.read_text()), str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "templates").rglob("*.html")):
        found |= dict.fromkeys(in_template(path.read_text()), str(path.relative_to(ROOT)))
    return found


@pytest.fixture(scope="module")
def catalogue() -> dict[Message, polib.POEntry]:
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(CATALOGUE))}


def test_the_extraction_sees_what_makemessages_sees() -> None:
    assert list(in_python('from django.utils.translation import pgettext as p\np("a", "b")')) == [
        ("a", "b")
    ]
    template = (
        '{% load i18n %}{% translate "甲" %}{% translate "50%" context "乙" %}'
        '{{ x|date:_("n/j") }}{% blocktranslate count n=n %}{{ n }} 位{% plural %}{{ n }} 位们{% endblocktranslate %}'
    )
    assert set(in_template(template)) == {
        *((None, "甲"), ("乙", "50%%"), (None, "n/j"), (None, "%(n)s 位")),
    }
    assert len(messages_in_code()) > 500


def test_every_message_has_its_english(catalogue: dict[Message, polib.POEntry]) -> None:
    missing = {
        text: place
        for text, place in messages_in_code().items()
        if text not in catalogue or not catalogue[text].translated() or catalogue[text].fuzzy
    }
    assert missing == {}


def test_placeholders_are_the_same(catalogue: dict[Message, polib.POEntry]) -> None:
    for entry in catalogue.values():
        wanted = Counter(PLACEHOLDER.findall(entry.msgid))
        for text in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            assert Counter(PLACEHOLDER.findall(text)) == wanted, entry.msgid
            assert not CHINESE.search(text), entry.msgid


def test_the_catalogue_names_files_and_nothing_else(
    catalogue: dict[Message, polib.POEntry],
) -> None:
    for entry in catalogue.values():
        for name, line in entry.occurrences:
            assert (line, Path(name).is_absolute()) == ("", False), entry.msgid


# --- pages --------------------------------------------------------------------------------------------------------

PASSWORD = "a-long-test-password"
# Numbers of no place: where a number belongs is told in Chinese, as the numbering plan has it.
WANG, SHARED, STRANGER = "4008001234", "4008005678", "4008009999"


def chinese_in(answer: Any) -> list[str]:
    """The lines with Chinese, but for the button that names its own language."""
    page = answer.content.decode()
    # The words for scripts stand there as JSON, escaped.
    page = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), page)
    page = re.sub(r'<(\w+)[^>]* lang="zh-hans">[^<]*</\1>', "", page)
    return [line.strip() for line in page.splitlines() if CHINESE.search(line)]


def person(role: str) -> User:
    user = User.objects.create_user(
        role, password=PASSWORD, display_name=role, is_staff=role == "administrator"
    )
    user.groups.add(Group.objects.get(name=role))
    return user


def reader(role: str = "") -> Client:
    """A browser that asks for English."""
    browser = Client(headers={"accept-language": "en", "origin": "https://testserver"})
    if role:
        browser.force_login(person(role))
    return browser


@pytest.fixture
def agent(settings: Any) -> Client:
    """An agent who is signed in to the pop, with some customers to be called by."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    AgentSeat.objects.create(email="agent@example.com", user=person("agent"))
    wang = Customer.objects.create(name="Wang", company="Example Ltd", level="vip")
    wang.add_contact_point("phone", WANG)
    for name in ("Li", "Zhou"):
        Customer.objects.create(name=name).add_contact_point("phone", SHARED)
    FollowUp.objects.create(customer=wang, text="call", due_at="2020-01-01T00:00Z")
    browser = reader()
    browser.post("/pop/sign-in/", {"username": "agent", "password": PASSWORD}, secure=True)
    return browser


def call(browser: Client, number: str, *statuses: str, seat: str = "agent@example.com") -> str:
    """Let a call arrive; gives the state that the card of it shows."""
    for n, status in enumerate(statuses):
        pairs = [["mobile", number], ["status", status], ["agentEmail", seat], ["type", "phone"]]
        event = {"id": f"{number}{status}{n}", "tab": "t", "sequence": n, "trigger": "hashchange"}
        body = {"events": [{**event, "age": 0, "pairs": pairs, "truncated": False}], "have": []}
        answer = browser.post("/pop/events/", body, content_type="application/json", secure=True)
        assert chinese_in(answer) == []
    found = re.search(r'data-state="([\w-]+)"', answer.content.decode())
    return found[1] if found else ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        *("/sign-in/", "/pop/", "/pop/self-test/", "/pop/sign-in/popup/"),
        *("/nowhere/", "/pop/nowhere/"),
    ],
)
def test_pages_for_everybody(path: str) -> None:
    answer = reader().get(path, secure=True, headers={"host": "localhost"})
    assert b'lang="en"' in answer.content
    assert chinese_in(answer) == []


@pytest.mark.django_db
def test_the_card_in_every_state(agent: Client) -> None:
    assert call(agent, WANG, "100") == "ringing"
    assert call(agent, WANG, "200") == "connected"
    assert call(agent, SHARED, "100", "400") == "missed"
    assert call(agent, STRANGER, "100", "200", "400") == "wrap-up"
    assert call(agent, "anonymous", "100", seat="other@example.com") == "ringing"
    leg = Leg.objects.get(state="connected")
    leg.conflicts.create(text="other", tab="other")
    dialled = Interaction.objects.create(
        channel_family="call", channel="phone", direction="outbound", endpoint=leg.endpoint
    )
    dialled.legs.create(user=leg.user, endpoint=leg.endpoint, state="dialled")
    Endpoint.objects.update(do_not_call=True)
    page = agent.get("/pop/", secure=True)
    for mark in (
        *('data-state="dialled"', 'data-state="missed"', 'data-state="wrap-up"'),
        *('data-match="known"', 'data-match="several"', 'data-match="none"'),
        *("data-conflict-text", "data-seat-locked", "why-overdue"),
    ):
        assert mark in page.content.decode(), mark
    assert chinese_in(page) == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/pop/home/", "/customers/"])
def test_refusals_and_small_answers(agent: Client, path: str) -> None:
    assert chinese_in(agent.get(path, secure=True)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "path"),
    [
        *[("supervisor", path) for path in ("/customers/", "/follow-ups/", "/interactions/")],
        *[("administrator", path) for path in ("/admin/", "/simulator/", "/customers/import/")],
    ],
)
def test_pages_behind_the_sign_in(agent: Client, settings: Any, role: str, path: str) -> None:
    settings.SIMULATOR_ORIGINS = ["https://testserver", "https://localhost:8443"]
    call(agent, WANG, "100", "200", "400")
    browser = reader(role)
    answer = browser.get(path, secure=True)
    assert answer.status_code == 200
    # The simulator names its callers and seats as the demo data has them.
    names = {"王建国", "小君君", "赵敏", "孙丽", "吴国庆"}
    left = [line for line in chinese_in(answer) if not any(name in line for name in names)]
    assert left == []


@pytest.mark.django_db
def test_one_customer_and_one_interaction(agent: Client) -> None:
    call(agent, WANG, "100", "200", "400")
    browser = reader("supervisor")
    wang, contact = Customer.objects.get(name="Wang"), Interaction.objects.get()
    for path in (f"/customers/{wang.pk}/", f"/interactions/{contact.pk}/"):
        assert chinese_in(browser.get(path, secure=True)) == []
