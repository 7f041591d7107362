"""The administrator's page of outcomes, and what agents are offered of them."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from customers import disposition_editing as editing
from customers.disposition_editing import DispositionError, Draft, crowded
from customers.models import Disposition, Endpoint, Interaction, Leg, SkillGroup
from customers.outcomes import choices_of, may_choose
from customers.wrap_up import WrapUpError, choices_for, wrap_up

ALL = frozenset[int]()


@pytest.mark.parametrize(
    ("rows", "groups", "found"),
    [
        ([("inbound", ALL)] * 9 + [("outbound", ALL)] * 9, [], None),
        ([("inbound", ALL)] * 10, [], ("inbound", None)),
        ([("", ALL)] * 5 + [("outbound", ALL)] * 5, [], ("outbound", None)),
        # Nine for everybody leave no digit for a group's own.
        ([("inbound", ALL)] * 9 + [("inbound", frozenset({7}))], [7], ("inbound", 7)),
        ([("inbound", frozenset({7}))] * 9 + [("inbound", frozenset({8}))] * 9, [7, 8], None),
        (
            [("inbound", frozenset({7, 8}))] * 9 + [("inbound", frozenset({8}))],
            [7, 8],
            ("inbound", 8),
        ),
        ([], [1], None),
    ],
)
def test_nine_for_each_direction_and_group(rows, groups, found):
    assert crowded(rows, groups) == found


def make_user(name, role=""):
    user = get_user_model().objects.create_user(name, password="a-long-password")
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
def agent(db):
    return make_user("li", "agent")


def a_leg(user, direction="inbound", group=None):
    call = Interaction.objects.create(direction=direction, skill_group=group)
    return Leg.objects.create(interaction=call, user=user, state="wrap-up")


def group_of(name, *members):
    group = SkillGroup.objects.create(name=name)
    group.members.add(*members)
    return group


def draft(name, direction="inbound", groups=(), **more):
    return Draft(name, f"{name} in English", direction, frozenset(g.pk for g in groups), **more)


def names(choices):
    return [choice.reason.name_zh for choice in choices]


# --- what agents are offered ---


def test_an_agent_is_offered_what_is_for_everybody_and_for_the_own_groups(agent):
    sales, repair = group_of("销售", agent), group_of("维修")
    editing.add(None, draft("买", groups=[sales]))
    editing.add(None, draft("修", groups=[repair]))
    offered = names(choices_for(a_leg(agent), agent))
    assert "咨询" in offered
    assert "买" in offered
    assert "修" not in offered
    # The group of the call counts for more, once it is told.
    offered = names(choices_for(a_leg(agent, group=repair), agent))
    assert "修" in offered
    assert "买" not in offered
    sales.is_active = False
    sales.save()
    assert "买" not in names(choices_for(a_leg(agent), agent))


def test_somebody_of_two_groups_is_offered_each_once(agent):
    both = [group_of("销售", agent), group_of("维修", agent)]
    editing.add(None, draft("退换", groups=both))
    assert names(choices_for(a_leg(agent), agent)).count("退换") == 1


def test_choices_are_one_query_for_the_rows_and_one_for_the_recent(
    agent, django_assert_num_queries
):
    leg = a_leg(agent)
    with django_assert_num_queries(2):
        choices_for(leg, agent)


def test_what_was_chosen_lately_stands_first_also_without_outcomes_below(agent):
    alone = editing.add(None, draft("骚扰电话"))
    leg = a_leg(agent)
    wrap_up(leg, agent, outcome=alone)
    assert names(choices_for(a_leg(agent), agent))[0] == "骚扰电话"
    assert names(choices_of("inbound", None))[0] == "咨询"


def test_a_reason_whose_outcomes_are_anothers_is_chosen_alone(agent):
    reason = editing.add(None, draft("活动"))
    editing.add(reason, draft("已报名", groups=[group_of("销售")]))
    leg = a_leg(agent)
    wrap_up(leg, agent, outcome=reason)
    leg.refresh_from_db()
    assert leg.disposition == reason


def test_a_reason_with_outcomes_is_not_enough(agent):
    with pytest.raises(WrapUpError, match="请再选择结果"):
        wrap_up(a_leg(agent), agent, outcome=Disposition.objects.get(code="inquiry"))


def test_where_nothing_can_be_chosen_nothing_is_asked_for(agent, settings):
    settings.WRAP_UP_REQUIRED_SECONDS = -1
    leg = a_leg(agent)
    with pytest.raises(WrapUpError, match="请选择结果"):
        wrap_up(leg, agent, outcome=None)
    Disposition.objects.update(is_active=False)
    wrap_up(leg, agent, outcome=None)


def test_the_server_takes_only_what_fits_the_leg(agent):
    leg = a_leg(agent)
    solved = Disposition.objects.get(code="inquiry-solved")
    assert may_choose(leg, agent, solved)
    assert not may_choose(leg, agent, Disposition.objects.get(code="busy"))
    assert solved.parent is not None
    solved.parent.is_active = False
    solved.parent.save()
    assert not may_choose(leg, agent, Disposition.objects.get(code="inquiry-solved"))


@pytest.mark.parametrize("chosen", ["off", "busy", "99999999", "x", "٣"])
def test_an_outcome_that_is_not_offered_is_refused_in_words(agent, chosen):
    off = Disposition.objects.get(code="inquiry-solved")
    off.is_active = False
    off.save()
    keys = {"off": off.pk, "busy": Disposition.objects.get(code="busy").pk}
    leg = a_leg(agent)
    client = Client()
    client.post(
        "/pop/sign-in/",
        {"username": "li", "password": "a-long-password"},
        secure=True,
        headers={"Origin": "https://testserver"},
    )
    answer = client.post(
        f"/pop/legs/{leg.pk}/wrap-up/", {"outcome": keys.get(chosen, chosen)}, secure=True
    )
    assert answer.status_code == 409
    assert "停用或改动" in answer.json()["message"]
    leg.refresh_from_db()
    assert leg.wrapped_up_at is None


# --- the rules of editing ---


def test_a_tenth_of_a_level_is_refused(db):
    editing.add(None, draft("一"))
    editing.add(None, draft("二"))
    with pytest.raises(DispositionError, match="呼入、不分组的坐席：原因最多 9 个"):
        editing.add(None, draft("三"))
    assert not Disposition.objects.filter(name_zh="三").exists()
    off = editing.add(None, draft("四", "outbound"))
    editing.activate(off, False)
    # Switched off it takes nobody's place.
    editing.change(off, draft("四"))
    with pytest.raises(DispositionError, match="呼入"):
        editing.activate(off, True)


def test_a_tenth_below_a_reason_names_the_reason(db):
    reason = editing.add(None, draft("活动"))
    for n in range(9):
        editing.add(reason, draft(f"第{n}"))
    with pytest.raises(DispositionError, match="“活动”下的结果最多 9 个"):
        editing.add(reason, draft("第十"))


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({"name_zh": " "}, "name_zh", "请填写名称"),
        ({"name_en": "\u200b\n"}, "name_en", "请填写名称"),
        ({"name_zh": "长" * 61}, "name_zh", "最多 60"),
        ({"name_zh": "咨询"}, "name_zh", "已有这个名称"),
        ({"direction": "sideways"}, "direction", "请选择方向"),
        ({"groups": frozenset({10**9})}, "groups", "已经不在"),
    ],
)
def test_drafts_that_are_refused(db, form, field, words):
    given = {"name_zh": "新", "name_en": "New", "direction": "inbound", **form}
    before = Disposition.objects.count()
    with pytest.raises(DispositionError, match=words) as caught:
        editing.add(None, Draft(**given))
    assert caught.value.field == field
    assert Disposition.objects.count() == before


def test_codes_are_made_once_and_stay(db):
    first = editing.add(None, Draft("退款", "Refund!", "inbound"))
    second = editing.add(None, Draft("退费", "Refund", "outbound"))
    chinese = editing.add(first, Draft("好", "好", "inbound"))
    assert [first.code, second.code, chinese.code] == ["refund", "refund-2", "refund-outcome"]
    editing.change(first, Draft("退款", "Money back", "inbound"))
    first.refresh_from_db()
    assert (first.code, first.name_en) == ("refund", "Money back")


def test_what_stands_below_follows_the_direction(db):
    reason = editing.add(None, draft("活动", ""))
    child = editing.add(reason, draft("报名", "inbound"))
    either = editing.add(reason, draft("其他结果", ""))
    editing.change(reason, draft("活动", "outbound"))
    child.refresh_from_db()
    either.refresh_from_db()
    assert (child.direction, either.direction) == ("outbound", "")


def test_order(db):
    def order():
        rows = Disposition.objects.filter(parent__code="inquiry").order_by("position", "pk")
        return list(rows.values_list("name_zh", flat=True))

    assert order() == ["已解决", "已建单", "需回电", "转他人", "未解决"]
    last = Disposition.objects.get(code="inquiry-unsolved")
    editing.move(last, Disposition.objects.get(code="inquiry-ticket"), after=False)
    assert order() == ["已解决", "未解决", "已建单", "需回电", "转他人"]
    editing.move(last, Disposition.objects.get(code="repair-ticket"), after=True)
    assert order() == ["已解决", "未解决", "已建单", "需回电", "转他人"]


def test_only_what_was_never_used_is_deleted(agent):
    used = Disposition.objects.get(code="inquiry-solved")
    wrap_up(a_leg(agent), agent, outcome=used)
    assert used.parent is not None
    for row in (used, used.parent):
        with pytest.raises(DispositionError, match="只能停用"):
            editing.delete(row)
    # Also one that a leg said before it was changed.
    other = Disposition.objects.get(code="inquiry-ticket")
    leg = a_leg(agent)
    wrap_up(leg, agent, outcome=other)
    wrap_up(leg, agent, outcome=used)
    with pytest.raises(DispositionError):
        editing.delete(other)
    editing.delete(Disposition.objects.get(code="inquiry-passed-on"))
    assert not Disposition.objects.filter(code="inquiry-passed-on").exists()


# --- the pages ---

PAGES = ["/setup/dispositions/", "/setup/dispositions/add/"]


def page_of(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_for_administrators_alone(client, db, path):
    assert client.get(path, secure=True)["Location"].startswith("/sign-in/")
    client.force_login(make_user("chief", "supervisor"))
    assert client.get(path, secure=True).status_code == 403
    row = Disposition.objects.get(code="inquiry")
    for path in (f"/setup/dispositions/{row.pk}/", f"/setup/dispositions/{row.pk}/move/"):
        assert client.post(path, {"way": "down"}, secure=True).status_code == 403


def test_the_preview_is_the_agents_form_with_its_digits(site):
    sales = group_of("销售")
    editing.add(None, draft("买", groups=[sales]))
    page = page_of(site.get("/setup/dispositions/", secure=True))
    preview = page.split("data-preview>")[1]
    assert 'aria-current="true">呼入' in page
    assert re.search(
        r'data-digit-choice="1" [^>]*>\s*<kbd aria-hidden="true">1</kbd> 咨询', preview
    )
    assert "买" not in preview
    asked = {"direction": "inbound", "group": sales.pk}
    preview = page_of(site.get("/setup/dispositions/", asked, secure=True)).split("data-preview>")[
        1
    ]
    assert '<kbd aria-hidden="true">8</kbd> 买' in preview
    assert "hx-post" not in preview
    asked = {"direction": "outbound", "group": "x"}
    part = page_of(
        site.get("/setup/dispositions/", asked, secure=True, headers={"HX-Request": "true"})
    )
    assert "<html" not in part
    assert "未接通" in part.split("data-preview>")[1]


def test_moved_on_the_page(site):
    row = Disposition.objects.get(code="repair")
    path = f"/setup/dispositions/{row.pk}/move/"
    answer = site.post(path, {"way": "up", "direction": "inbound"}, secure=True)
    assert answer["Location"].endswith(f"?direction=inbound#disposition-{row.pk}")
    assert names(choices_of("inbound", None))[:2] == ["报修", "咨询"]
    # At the top there is no further up; without a way nothing moves.
    for way in ("up", ""):
        site.post(path, {"way": way, "direction": "inbound"}, secure=True)
    assert names(choices_of("inbound", None))[:2] == ["报修", "咨询"]
    part = page_of(site.post(path, {"way": "down"}, secure=True, headers={"HX-Request": "true"}))
    assert part.index("咨询") < part.index("报修")


def test_added_changed_switched_off_and_deleted(site):
    parent = Disposition.objects.get(code="inquiry")
    form = {"name_zh": "价格", "name_en": "Price", "wants_ticket": "1"}
    path = f"/setup/dispositions/add/?parent={parent.pk}"
    answer = site.post(path, form, secure=True)
    row = Disposition.objects.get(name_zh="价格")
    assert answer["Location"] == f"/setup/dispositions/?direction=inbound#disposition-{row.pk}"
    assert (row.parent, row.direction, row.wants_ticket) == (parent, "inbound", True)
    one = f"/setup/dispositions/{row.pk}/"
    assert "删除（从没用过）" in page_of(site.get(one, secure=True))
    sales = group_of("销售")
    changed = {"name_zh": "报价", "name_en": "Quote", "groups": [sales.pk], "sets_do_not_call": "1"}
    site.post(one, changed, secure=True)
    row.refresh_from_db()
    assert (row.name_zh, row.name_en, row.wants_ticket, row.sets_do_not_call) == (
        "报价", "Quote", False, True,
    )  # fmt: skip
    assert list(row.skill_groups.all()) == [sales]
    site.post(one, {"action": "deactivate"}, secure=True)
    row.refresh_from_db()
    assert (row.is_active, row.name_zh, row.skill_groups.count()) == (False, "报价", 1)
    site.post(one, {"action": "activate"}, secure=True)
    site.post(one, {"action": "delete"}, secure=True)
    assert not Disposition.objects.filter(pk=row.pk).exists()


def test_what_is_wrong_is_said_and_what_was_typed_stays(site):
    page = page_of(
        site.post(
            "/setup/dispositions/add/",
            {"name_zh": "咨询", "name_en": "Ask", "direction": "inbound"},
            secure=True,
        ),
        400,
    )
    assert "同一层已有这个名称" in page
    assert 'value="Ask"' in page
    row = Disposition.objects.get(code="inquiry")
    page = page_of(
        site.post(f"/setup/dispositions/{row.pk}/", {"action": "delete"}, secure=True), 400
    )
    assert "只能停用" in page
    assert 'value="咨询"' in page
    child = Disposition.objects.get(code="inquiry-solved")
    assert site.get(f"/setup/dispositions/add/?parent={child.pk}", secure=True).status_code == 404


def test_the_page_costs_the_same_for_one_and_for_many(site, django_assert_max_num_queries):
    site.get("/setup/dispositions/", secure=True)
    with django_assert_max_num_queries(13):
        site.get("/setup/dispositions/", secure=True)


def test_an_endpoint_put_on_the_list_by_an_outcome_is_recorded(agent):
    outcome = Disposition.objects.get(code="do-not-call")
    leg = a_leg(agent, "outbound")
    leg.endpoint = Endpoint.objects.at("phone", "13800138000")
    leg.save()
    wrap_up(leg, agent, outcome=outcome)
    leg.endpoint.refresh_from_db()
    change = leg.endpoint.do_not_call_changes.get()
    assert leg.endpoint.do_not_call
    assert (change.by, change.reason, change.source) == (agent, "勿扰", "wrap-up")
