"""Lists of people as administrators paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenpop.seat_import import MOST_CHARACTERS, MOST_ROWS, parse_people


def people(text):
    """(e-mail, name, user name, role) of each row, or its problem."""
    return [
        row.problem or (row.email, row.name, row.username, row.role)
        for row in parse_people(text).rows
    ]


WANG = ("wang@c.cn", "王敏", "wangmin", "supervisor")


@pytest.mark.parametrize(
    "text",
    [
        "wang@c.cn,王敏,wangmin,班长",
        "wang@c.cn\t王敏\twangmin\tsupervisor",
        "wang@c.cn；王敏；wangmin；主管",
        "wang@c.cn，王敏，wangmin，班长",
        "ｗａｎｇ＠ｃ．ｃｎ，王敏，ｗａｎｇｍｉｎ，班长",
        ' WANG@C.cn , "王敏" , wangmin ; Supervisor ',
        "\ufeffwang@c.cn、王敏、wangmin、班长".replace("、", ","),
        "王敏 <wang@c.cn>,,wangmin,班长",
        "邮箱,姓名,用户名,角色\nwang@c.cn,王敏,wangmin,班长",
        "姓名\t角色\t备注\t坐席账号（邮箱）\t用户名\n王敏\t班长\t夜班\twang@c.cn\twangmin",
        "\n\r\n  \nwang@c.cn,王敏,wangmin,班长\r\n",
        "mailto:wang@c.cn,王敏,wangmin,班长",
    ],
)
def test_one_person_however_pasted(text):
    assert people(text) == [WANG]


@pytest.mark.parametrize(
    "text",
    [
        "a@c.cn\nb@c.cn\nc@c.cn",
        "a@c.cn,b@c.cn,c@c.cn",
        "a@c.cn; b@c.cn; c@c.cn;",
        "a@c.cn、b@c.cn、c@c.cn",
        "a@c.cn b@c.cn c@c.cn",
        "a@c.cn\tb@c.cn\tc@c.cn",
        "email\na@c.cn\nb@c.cn\nc@c.cn",
    ],
)
def test_nothing_but_emails(text):
    assert people(text) == [(f"{name}@c.cn", "", "", "agent") for name in "abc"]


def test_several_people_with_names_on_one_line():
    assert people("张三 <a@c.cn>; 李四 <b@c.cn>") == [
        ("a@c.cn", "张三", "", "agent"),
        ("b@c.cn", "李四", "", "agent"),
    ]
    assert people("a@c.cn 张三 丰\nb@c.cn　李四") == [
        ("a@c.cn", "张三 丰", "", "agent"),
        ("b@c.cn", "李四", "", "agent"),
    ]


def test_a_user_name_may_be_an_email():
    assert people("a@c.cn,张三,a@c.cn,管理员") == [("a@c.cn", "张三", "a@c.cn", "administrator")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("邮箱,姓名\n,王敏", "no-email"),
        ("王敏", "bad-email"),
        ("王敏@c.cn", "bad-email"),
        ("wang@localhost", "bad-email"),
        ("wang@c.cn.", "bad-email"),
        (f"{'a' * 190}@c.cn", "long-email"),
        (f"a@c.cn,{'王' * 81}", "bad-name"),
        ("a@c.cn,王敏,wang min", "bad-username"),
        ("a@c.cn,王敏,wang/min", "bad-username"),
        ("a@c.cn,王敏,wangmin,boss", "bad-role"),
    ],
)
def test_problems_are_named(text, problem):
    assert people(text) == [problem]


def test_the_second_of_two_is_the_repeated_one():
    rows = parse_people("a@c.cn,张三,same\nA@C.CN,李四\nb@c.cn,王五,SAME\na@c.cn b@c.cn").rows
    assert [(row.line, row.problem, row.repeats) for row in rows] == [
        (1, "", 0),
        (2, "repeated-email", 1),
        (3, "repeated-username", 1),
        (4, "repeated-email", 1),
        (4, "", 0),
    ]


def test_no_more_than_is_taken():
    listing = parse_people("\n".join(f"a{n}@c.cn" for n in range(MOST_ROWS + 1)))
    assert (len(listing.rows), listing.cut) == (MOST_ROWS, True)
    assert not parse_people("\n".join(f"a{n}@c.cn" for n in range(MOST_ROWS))).cut
    assert parse_people("a@c.cn\n" + " " * MOST_CHARACTERS).cut


@given(st.text(alphabet=st.characters() | st.sampled_from('@,;\t\n"<>，；＠a.c王'), max_size=200))
def test_any_text_is_read(text):
    for row in parse_people(text).rows:
        assert row.problem or row.email == row.email.strip().lower()
        assert len(row.username) <= 150
