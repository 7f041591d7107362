"""The administrator's page of skill groups."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from customers import groups as rules
from customers.groups import MOST_FOUND, GroupError, groups_of, queues_for
from customers.models import FollowUp, SkillGroup


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


@pytest.fixture
def sales(db):
    return SkillGroup.objects.create(name="销售", platform_id="4711")


def page_of(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def test_for_administrators_alone(client, sales):
    for path in ("/setup/groups/", f"/setup/groups/{sales.pk}/"):
        assert client.get(path, secure=True)["Location"].startswith("/sign-in/")
    client.force_login(make_user("chief", "supervisor"))
    for path in ("/setup/groups/", f"/setup/groups/{sales.pk}/"):
        assert client.get(path, secure=True).status_code == 403
        answer = client.post(path, {"name": "x", "action": "rename"}, secure=True)
        assert answer.status_code == 403
    assert SkillGroup.objects.get().name == "销售"


def test_added_renamed_and_refused_in_words(site, sales):
    page = page_of(site.get("/setup/groups/", secure=True))
    assert "4711" in page
    answer = site.post("/setup/groups/", {"name": "  维修\u200b 一组 "}, secure=True)
    new = SkillGroup.objects.exclude(pk=sales.pk).get()
    assert (new.name, answer["Location"]) == ("维修 一组", f"/setup/groups/{new.pk}/")
    page = page_of(site.post("/setup/groups/", {"name": "销售"}, secure=True), 400)
    assert "已有同名的技能组" in page
    assert 'value="销售"' in page
    one = f"/setup/groups/{new.pk}/"
    for name, words in (("销售", "同名"), (" ", "请填写名称"), ("长" * 81, "最多 80")):
        page = page_of(site.post(one, {"action": "rename", "name": name}, secure=True), 400)
        assert words in page
    site.post(one, {"action": "rename", "name": "维修"}, secure=True)
    new.refresh_from_db()
    assert new.name == "维修"
    assert page_of(site.post(one, {"action": "explode"}, secure=True), 400)
    assert site.get("/setup/groups/99999/", secure=True).status_code == 404


def test_members_are_found_added_and_removed(site, sales):
    wang = make_user("wang", "agent", display_name="王敏")
    gone = make_user("gone", "agent", is_active=False)
    make_user("stranger")
    one = f"/setup/groups/{sales.pk}/"
    page = page_of(site.get(one, secure=True))
    assert "王敏" in page
    assert "gone" not in page
    assert "stranger" not in page
    htmx = {"HX-Request": "true"}
    part = page_of(site.post(one, {"action": "find", "term": "王"}, secure=True, headers=htmx))
    assert "王敏" in part
    assert "boss" not in part
    assert "<html" not in part
    part = page_of(site.post(one, {"action": "find", "term": "没有的"}, secure=True, headers=htmx))
    assert "没有找到可以添加的人" in part
    site.post(one, {"action": "add", "people": [wang.pk, gone.pk, "x"]}, secure=True)
    assert list(sales.members.all()) == [wang]
    assert "请勾选" in page_of(site.post(one, {"action": "add"}, secure=True), 400)
    # The seats' page shows them too.
    assert "销售" in page_of(site.get("/setup/seats/", secure=True))
    answer = site.post(one, {"action": "remove", "member": wang.pk}, secure=True, follow=True)
    assert "已把 王敏 移出本组" in page_of(answer)
    site.post(one, {"action": "remove", "member": wang.pk}, secure=True)
    assert not sales.members.exists()


def test_only_the_first_are_listed(site, sales):
    for n in range(MOST_FOUND + 1):
        make_user(f"agent{n:02d}", "agent")
    page = page_of(site.get(f"/setup/groups/{sales.pk}/", secure=True))
    assert page.count('name="people"') == MOST_FOUND
    assert f"只列出了前 {MOST_FOUND} 位" in page


def test_a_group_that_is_switched_off_leaves_nothing_behind(site, sales):
    wang = make_user("wang", "agent")
    sales.members.add(wang)
    now = timezone.now()
    owed = FollowUp.objects.create(due_at=now, group=sales)
    done = FollowUp.objects.create(due_at=now, group=sales, done_at=now)
    one = f"/setup/groups/{sales.pk}/"
    answer = site.post(one, {"action": "deactivate"}, secure=True, follow=True)
    assert "本组的 1 条待办转到了所有人的队列" in page_of(answer)
    owed.refresh_from_db()
    done.refresh_from_db()
    assert (owed.group, done.group) == (None, sales)
    assert groups_of(wang) == frozenset()
    assert queues_for(wang) == []
    site.post(one, {"action": "activate"}, secure=True)
    sales.refresh_from_db()
    assert sales.is_active
    assert list(sales.members.all()) == [wang]


def test_the_own_queues_come_first(sales):
    wang = make_user("wang", "agent")
    own = SkillGroup.objects.create(name="维修")
    own.members.add(wang)
    SkillGroup.objects.create(name="停了", is_active=False)
    assert queues_for(wang) == [own, sales]
    assert queues_for(make_user("stranger")) == []


def test_two_of_one_name_are_refused_by_the_database_too(sales):
    with pytest.raises(GroupError, match="同名"):
        rules.add("销售")
    assert SkillGroup.objects.count() == 1
