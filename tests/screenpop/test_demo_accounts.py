"""Demo accounts: made once, told in a private file, kept while they work."""

import json
import stat
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError

from screenpop.models import AgentSeat


@pytest.fixture
def file(tmp_path, db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path / "private" / "accounts.json"


def make(file, *options):
    call_command("demo_accounts", "--file", str(file), *options, stdout=StringIO())
    return json.loads(file.read_text("utf-8"))


def user(name):
    return get_user_model().objects.get(username=name)


def test_the_file_tells_who_can_sign_in(file):
    accounts = make(file)
    told = [(a["role"], a["username"], a["seat"]) for a in accounts]
    assert told == [
        ("agent", "chenmin", "chenmin@demo.example"),
        ("agent", "linlei", "linlei@demo.example"),
        ("supervisor", "zhangli", None),
        ("administrator", "admin", None),
    ]
    for account in accounts:
        person = user(account["username"])
        assert person.check_password(account["password"])
        assert [group.name for group in person.groups.all()] == [account["role"]]
        assert person.is_staff == (account["role"] == "administrator")
        assert not person.is_superuser
    assert user("chenmin").display_name == "陈敏"
    assert AgentSeat.objects.get(email="linlei@demo.example").user == user("linlei")
    assert len({account["password"] for account in accounts}) == 4


def test_the_file_is_private(file):
    make(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def test_a_second_run_changes_nothing(file):
    first = make(file)
    hashes = {person.username: person.password for person in get_user_model().objects.all()}
    written = file.stat().st_mtime_ns
    assert make(file) == first
    assert file.stat().st_mtime_ns == written
    assert {p.username: p.password for p in get_user_model().objects.all()} == hashes


def test_accounts_of_the_seeded_data_get_a_password(file):
    call_command("seed_demo", customers=0, interactions=0, agents=0, stdout=StringIO())
    before = user("chenmin").pk
    accounts = make(file)
    assert user("chenmin").pk == before
    assert user("chenmin").check_password(accounts[0]["password"])


def test_somebodys_own_password_is_not_replaced_without_being_told(file):
    get_user_model().objects.create_user("admin", password="her own long password")
    with pytest.raises(CommandError, match="--reset"):
        make(file)
    assert user("admin").check_password("her own long password")
    assert not get_user_model().objects.filter(username="chenmin").exists()
    assert not file.exists()
    account = make(file, "--reset")[3]
    assert user("admin").check_password(account["password"])


def test_a_lost_role_is_given_back_and_the_passwords_stay(file):
    first = make(file)
    user("zhangli").groups.clear()
    assert make(file) == first
    assert user("zhangli").groups.filter(name="supervisor").exists()


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"username": "x"}]'])
def test_a_damaged_file_is_no_file(file, text):
    file.parent.mkdir()
    file.write_text(text)
    assert len(make(file)) == 4
