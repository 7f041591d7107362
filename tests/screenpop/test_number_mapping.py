"""Ids in the place of numbers: one for each, the same for ever, telling nothing."""

import base64
import json
from functools import partial

import pytest
from django.test import Client

from customers import phone
from screenpop.models import MappedNumber
from screenpop.number_mapping import dialled_abroad, ids_of, mappable, new_id, numbers_of
from tests.workers import empty_file, together, workers_database  # noqa: F401 - fixtures

PATH = "/tccc/number-mapping/"


@pytest.fixture(autouse=True)
def platform(settings):
    """Basic credentials are set."""
    settings.TCCC_PUSH_USERNAME, settings.TCCC_PUSH_PASSWORD = "tccc", "secret"
    settings.TCCC_PUSH_CLIENT_ID = settings.TCCC_PUSH_CLIENT_SECRET = ""
    settings.TCCC_PUSH_OPEN = False


def ask(body, auth="tccc:secret", path=PATH):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": "Basic " + base64.b64encode(auth.encode()).decode()} if auth else {}
    browser = Client(enforce_csrf_checks=True)
    return browser.post(path, raw, content_type="application/json", headers=headers, secure=True)


def results(mode, *numbers, path=PATH) -> list[str]:
    answer = ask({"Numbers": numbers, "Mode": mode}, path=path)
    assert (answer.status_code, answer.json()["Code"]) == (200, 0)
    assert [one["Key"] for one in answer.json()["Results"]] == [str(number) for number in numbers]
    return [one["Value"] for one in answer.json()["Results"]]


# --- pure ------------------------------------------------------------------------------------------------------------


def test_an_id_is_read_as_an_id_and_nothing_else():
    for uid in (new_id() for _ in range(2_000)):
        number = phone.read(uid)
        assert (number.kind, number.value, len(uid)) == ("mapped", uid, 18)


def test_ids_do_not_follow_from_one_another():
    ids = {new_id() for _ in range(2_000)}
    assert len(ids) == 2_000
    assert len({uid[:3] for uid in ids}) > 1_000


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("13988888888", "008613988888888"),
        ("+86 139 8888 8888", "008613988888888"),
        ("008613988888888", "008613988888888"),
        ("0086075586013388", "0086075586013388"),
        ("0755-86013388转801", "0086075586013388"),
        ("02066247698", "008602066247698"),
        ("4009282737", "00864009282737"),
        ("0086 10086", "008610086"),
        ("006591234567", "006591234567"),
        ("+852 9123 4567", "0085291234567"),
        ("8001", "8001"),
    ],
)
def test_numbers_as_the_platform_writes_them(text, dialled):
    assert dialled_abroad(mappable(text)) == dialled


@pytest.mark.parametrize(
    "text", ["13988888888", "075586013388", "02066247698", "4009282737", "95588", "+6591234567", "+390612345678"]
)  # fmt: skip
def test_the_number_that_comes_back_is_the_one_that_was_hidden(text):
    assert mappable(dialled_abroad(mappable(text))) == mappable(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "anonymous", "139****8888", "a@b.cn", "abc", "\x00", "9" * 500, "13988888888/13788888888"],
)  # fmt: skip
def test_what_is_no_single_number_has_no_id(text):
    assert mappable(text) == ""


# --- asked by the platform --------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/tccc/number-mapping", PATH])
def test_there_and_back(path):
    first, second = results("PhoneToUID", "13988888888", "13788888888", path=path)
    assert first != second
    assert "139" not in first[:3]
    back = results("UIDToPhone", second, first, "nobodys", path=path)
    assert back == ["008613788888888", "008613988888888", ""]


@pytest.mark.django_db
def test_one_number_has_one_id_however_it_is_written():
    asked = ["13988888888", "008613988888888", "+86 139-8888-8888", 13988888888, "13988888888"]
    assert len(set(results("PhoneToUID", *asked))) == 1
    (uid,) = set(results("PhoneToUID", "13988888888"))
    assert results("PhoneToUID", uid) == [uid]
    assert MappedNumber.objects.count() == 1


@pytest.mark.django_db
def test_what_is_no_number_is_answered_and_kept_nowhere():
    asked = ["", "anonymous", "139****8888", "nobodys-id", "x" * 5000]
    assert results("PhoneToUID", *asked) == [""] * 5
    assert results("UIDToPhone", *asked, "13988888888") == [""] * 6
    assert results("PhoneToUID") == []
    answer = ask({"Numbers": [None, True, {"a": 1}, ["1"], 1.5], "Mode": "PhoneToUID"}).json()
    assert [one["Value"] for one in answer["Results"]] == [""] * 5
    assert not MappedNumber.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"\xff", {}, {"Numbers": "13988888888", "Mode": "PhoneToUID"},
        {"Numbers": None, "Mode": "PhoneToUID"}, {"Numbers": ["13988888888"]},
        {"Numbers": ["13988888888"], "Mode": "Both"}, {"Numbers": ["1"] * 1001, "Mode": "PhoneToUID"},
    ],
)  # fmt: skip
def test_a_question_that_is_none_is_answered_in_words(body):
    answer = ask(body)
    assert answer.status_code == 400
    assert answer.json()["Code"] != 0
    assert answer.json()["Message"]


@pytest.mark.django_db
@pytest.mark.parametrize("auth", ["", "tccc:wrong", ":", "x:secret"])
def test_nobody_else_is_told_anything_even_where_pushes_are_open(settings, auth):
    settings.TCCC_PUSH_OPEN = True
    (uid,) = results("PhoneToUID", "13988888888")
    answer = ask({"Numbers": [uid], "Mode": "UIDToPhone"}, auth)
    assert (answer.status_code, "Results" in answer.json()) == (401, False)
    settings.TCCC_PUSH_USERNAME = settings.TCCC_PUSH_PASSWORD = ""
    assert ask({"Numbers": [uid], "Mode": "UIDToPhone"}, auth).status_code == 401


def test_a_browser_is_told_what_the_address_is_for():
    answer = Client().get(PATH, secure=True)
    assert answer.status_code == 200
    assert "号码映射" in answer.content.decode()


def test_workers_who_meet_the_same_numbers_agree(workers_database):  # noqa: F811
    numbers = [f"139888800{n:02}" for n in range(40)]
    answers: list[dict[str, str]] = []

    def look_up(mine: list[str]) -> None:
        answers.append(dict(zip(mine, ids_of(mine), strict=True)))

    orders = [numbers, numbers[::-1], numbers[20:] + numbers[:20], numbers[::2] + numbers[1::2]]
    together([partial(look_up, order) for order in orders * 2])
    assert all(answer == answers[0] for answer in answers)
    assert len(set(answers[0].values())) == 40
    assert numbers_of(list(answers[0].values())) == ["0086" + number for number in answers[0]]
