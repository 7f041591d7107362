"""What a listing changes, as values in and values out."""

from screenpop.sync_changes import Change
from screenpop.sync_lists import (
    Group,
    Seat,
    group_changes,
    group_items,
    line_changes,
    member_changes,
    seat_changes,
)

AMEI = Seat("amei@c.cn", "007", "+8613800138000", ("售前",))


def seats(told, *known, retire=True, all_ours=True):
    found = seat_changes(told, {one.email: one for one in known}, retire=retire, all_ours=all_ours)
    return [(change.action, change.what, change.fields) for change in found.values()]


def test_a_seat_that_is_new_changed_gone_or_the_same():
    fields = {
        "staff_number": ["", "007"],
        "mobile": ["", "+8613800138000"],
        "groups": [[], ["售前"]],
    }
    assert seats([AMEI]) == [("create", "amei@c.cn", fields)]
    assert seats([AMEI], AMEI) == []
    before = Seat("amei@c.cn", "006", "+8613800138000", ("售前", "售后"))
    changes = {"staff_number": ["006", "007"], "groups": [["售前", "售后"], ["售前"]]}
    assert seats([AMEI], before) == [("update", "amei@c.cn", changes)]
    assert seats([], AMEI) == [("deactivate", "amei@c.cn", {})]


def test_what_the_platform_does_not_tell_stays():
    assert seats([Seat("amei@c.cn", "", "", ("售前",))], AMEI) == []


def test_nobody_is_missing_from_a_list_that_is_cut_short():
    assert seats([], AMEI, retire=False) == []


def test_a_seat_of_another_application_is_not_missed():
    assert seats([], AMEI, all_ours=False) == []
    listed = Seat("amei@c.cn", was_listed=True)
    assert seats([], listed, all_ours=False) == [("deactivate", "amei@c.cn", {})]


def test_who_switched_a_seat_off_decides_whether_it_comes_back():
    by_a_person = Seat(
        "amei@c.cn", "007", "+8613800138000", ("售前",), is_active=False, was_listed=True
    )
    assert seats([AMEI], by_a_person) == []
    assert seats([], by_a_person) == []
    by_us = Seat("amei@c.cn", "007", "+8613800138000", ("售前",), is_active=False, was_retired=True)
    assert seats([AMEI], by_us) == [("reactivate", "amei@c.cn", {})]


def groups(told, *known, retire=True):
    return group_changes(told, known, retire=retire)


def test_groups():
    sales, care = Group("1", "售前"), Group("2", "售后")
    assert groups([sales, care], sales) == {"2": Change("create", "售后")}
    assert groups([Group("1", "销售")], sales) == {
        "1": Change("update", "售前", {"name": ["售前", "销售"]})
    }
    assert groups([care], sales, care) == {"1": Change("deactivate", "售前")}
    assert groups([care], sales, care, retire=False) == {}
    assert groups([], Group("", "自建")) == {}


def test_a_group_made_by_hand_becomes_the_platforms():
    assert groups([Group("1", "售前")], Group("", "售前")) == {
        "1": Change("update", "售前", {"platform_id": ["", "1"]})
    }


def test_two_groups_of_one_name_keep_their_names():
    told = [Group("9", "售前"), Group("10", "售前")]
    first = groups(told, Group("9", "售前"))
    assert first == {"10": Change("create", "售前（10）")}
    assert groups(told, Group("9", "售前"), Group("10", "售前（10）")) == {}


def test_groups_may_change_names_with_each_other():
    found = groups([Group("1", "乙"), Group("2", "甲")], Group("1", "甲"), Group("2", "乙"))
    assert {key: change.fields["name"][1] for key, change in found.items()} == {
        "1": "乙",
        "2": "甲",
    }


def test_a_nameless_group_has_its_id():
    assert groups([Group("7", "")])["7"].what == "7"


def test_members():
    seated = {1, 2, 3}
    listed = {"g": {1, 2}}
    assert member_changes(listed, {"g": {2, 3, 9}}, seated) == {"g": ({1}, {3})}
    assert member_changes(listed, {"g": {1, 2, 9}}, seated) == {}
    assert member_changes({}, {"g": {9}}, seated) == {}


def test_lines():
    assert line_changes(["+861"], set(), set(), retire=True) == {"+861": Change("create", "+861")}
    assert line_changes(["+861"], {"+861", "+862"}, set(), retire=True) == {}
    assert line_changes(["+861"], {"+861", "+862"}, {"+862"}, retire=True) == {
        "+862": Change("deactivate", "+862")
    }
    assert line_changes([], {"+862"}, {"+862"}, retire=False) == {}


def test_odd_group_lists():
    row = {"SkillGroupList": [{"SkillGroupId": 53, "SkillGroupName": " ALL\n测试 "}, {}, None]}
    assert group_items(row) == [("53", "ALL 测试")]
    assert group_items({"SkillGroupList": None}) == []
