"""Seats and users from a pasted list; one colleague's password and leaving."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from screenpop import bearer
from screenpop.models import AgentSeat
from screenpop.seats import ask_for_seat
from tests.screenpop.setup_site import make_user, surroundings  # noqa: F401 - a fixture


@pytest.fixture
def boss(db):
    return make_user("boss", "administrator")


@pytest.fixture
def site(client, boss):
    client.force_login(boss)
    return client


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


def test_a_superuser_is_shown_as_the_administrator_they_are(client, db):
    root = get_user_model().objects.create_superuser("root", password="a-long-password")
    client.force_login(root)
    for address in ("/setup/seats/", f"/setup/users/{root.pk}/"):
        html = client.get(address, secure=True).content.decode()
        assert "管理员" in html
        assert "没有角色" not in html


def test_not_oneself_and_no_superuser(site, boss):
    root = get_user_model().objects.create_superuser("root", password="a-long-password")
    for user in (boss, root):
        for action in ("deactivate", "new-password"):
            answer = site.post(f"/setup/users/{user.pk}/", {"action": action}, secure=True)
            assert answer.status_code == 403
        user.refresh_from_db()
        assert user.is_active
        assert user.check_password("a-long-password")
