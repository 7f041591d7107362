"""Customers are found by name, pinyin, initials, own id and number, page by page, and each only once."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import search as search_module
from customers.models import Customer, Endpoint
from customers.search import MOST_BY_NUMBER, PAGE, clean, search

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor():
    user = get_user_model().objects.create_user("banzhang")
    user.groups.add(Group.objects.get_or_create(name="supervisor")[0])
    return user


def names(user, term: str, after: str = "") -> list[str]:
    return [customer.name for customer in search(user, term, after).customers]


def all_pages(user, term: str) -> list[int]:
    seen: list[int] = []
    after = ""
    for _page in range(100):
        found = search(user, term, after)
        seen += [customer.pk for customer in found.customers]
        after = found.more
        if not after:
            return seen
    raise AssertionError("the pages do not end")


@pytest.fixture
def people():
    made = {
        name: Customer.objects.create(name=name)
        for name in ("王小明", "王晓梅", "李王氏", "单雄信", "Alice Wong", "重庆火锅")
    }
    made["王小明"].add_contact_point("phone", "138 0013 8000")
    made["王晓梅"].add_contact_point("phone", "0755-86013388-801")
    made["李王氏"].add_contact_point("phone", "+852 2345 6789")
    made["单雄信"].add_contact_point("email", "Shan@Example.com")
    made["重庆火锅"].own_id = "C-0042"
    made["重庆火锅"].company = "山城餐饮有限公司"
    made["重庆火锅"].save()
    return made


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("王", ["王小明", "王晓梅"]),
        ("  王小 ", ["王小明"]),
        ("小明", ["王小明"]),
        ("氏", ["李王氏"]),
        ("wxm", ["王小明", "王晓梅"]),
        ("WX", ["王小明", "王晓梅"]),
        ("wangxiaom", ["王晓梅", "王小明"]),
        ("Wang Xiao Ming", ["王小明"]),
        ("shanxiong", ["单雄信"]),
        ("sxx", ["单雄信"]),
        ("chongqing", ["重庆火锅"]),
        ("alice", ["Alice Wong"]),
        ("Alice W", ["Alice Wong"]),
        ("C-0042", ["重庆火锅"]),
        ("餐饮", ["重庆火锅"]),
        ("ＷＸＭ", ["王小明", "王晓梅"]),
        ("nobody", []),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("王'); DROP", []),
    ],
)
def test_by_words(supervisor, people, term, expected):
    assert sorted(names(supervisor, term)) == sorted(expected)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("13800138000", ["王小明"]),
        ("+86 138-0013-8000", ["王小明"]),
        ("0086 13800138000", ["王小明"]),
        ("１３８００１３８０００", ["王小明"]),
        ("138", []),
        ("8000", ["王小明"]),
        ("0013 8000", ["王小明"]),
        ("86013388", ["王晓梅"]),
        ("(0755) 86013388", ["王晓梅"]),
        ("075586013388转801", ["王晓梅"]),
        ("6789", ["李王氏"]),
        ("+85223456789", ["李王氏"]),
        ("13800138001", []),
        ("138****8001", []),
        ("shan@example.com", ["单雄信"]),
    ],
)
def test_by_number(supervisor, people, term, expected):
    assert names(supervisor, term) == expected


def test_a_tail_of_nines_has_no_number_after_it(supervisor):
    nines = Customer.objects.create(name="九")
    nines.add_contact_point("phone", "13899999999")
    other = Customer.objects.create(name="八")
    other.add_contact_point("phone", "13899999998")
    assert names(supervisor, "9999") == ["九"]


def test_without_a_term_the_newest_come_first(supervisor, people):
    assert names(supervisor, "")[:2] == ["重庆火锅", "Alice Wong"]
    assert names(supervisor, " \t\u200b")[:1] == ["重庆火锅"]


@pytest.mark.parametrize("term", ["", "wang", "王", "w", "明", "8000", "有限"])
def test_pages_show_everybody_once(supervisor, term):
    for number in range(PAGE * 2 + 5):
        customer = Customer.objects.create(name=f"王明{number % 7}", company="某某有限公司")
        customer.add_contact_point("phone", f"1380{number:03d}8000")
    seen = all_pages(supervisor, term)
    assert len(seen) == len(set(seen)) == PAGE * 2 + 5


def test_who_is_found_in_two_ways_is_shown_once(supervisor):
    for number in range(PAGE + 3):
        Customer.objects.create(name=f"ww{number}")
        Customer.objects.create(name=f"王威{number}")
    seen = all_pages(supervisor, "ww")
    assert len(seen) == len(set(seen)) == 2 * (PAGE + 3)


def test_paging_goes_on_where_the_name_is_the_same(supervisor):
    for _number in range(PAGE * 2):
        Customer.objects.create(name="王伟")
    assert len(set(all_pages(supervisor, "王伟"))) == PAGE * 2


def test_a_key_tells_no_name(supervisor):
    for _number in range(PAGE + 1):
        Customer.objects.create(name="13800138000")
    more = search(supervisor, "1380013").more
    assert more
    assert "1380013" not in more


@pytest.mark.parametrize(
    "after", ["x", "9.1", "0.", ".5", "0.99999999999999999999", "r.x", "1.999999", "-1.2", "²．³"]
)
def test_a_key_that_was_made_up_breaks_nothing(supervisor, people, after):
    search(supervisor, "王", after)
    search(supervisor, "", after)


def test_a_tail_that_says_too_little_is_called_so(supervisor):
    for number in range(MOST_BY_NUMBER):
        customer = Customer.objects.create(name=f"客{number}")
        customer.add_contact_point("phone", f"138{number:04d}6666")
    assert search(supervisor, "6666").too_many
    assert not search(supervisor, "138 0007 6666").too_many or names(
        supervisor, "138 0007 6666"
    ) == ["客7"]
    assert not search(supervisor, "00076666").too_many


def test_merged_customers_are_gone(supervisor, people):
    people["王小明"].merged_into = people["王晓梅"]
    people["王小明"].save()
    for term in ("", "王小明", "wxm", "13800138000", "8000"):
        assert "王小明" not in names(supervisor, term)


def test_an_agent_finds_by_a_term_and_lists_nothing(people):
    agent = get_user_model().objects.create_user("zuoxi")
    agent.groups.add(Group.objects.get_or_create(name="agent")[0])
    assert search(agent).customers == []
    assert search(agent, "小明").customers != []


def test_nobody_without_a_role_is_answered(people):
    for user in (AnonymousUser(), get_user_model().objects.create_user("nobody")):
        for term in ("", "王", "13800138000", "小明"):
            assert search(user, term).customers == []


def test_looking_for_a_number_makes_none(supervisor, people):
    before = Endpoint.objects.count()
    search(supervisor, "13911112222")
    assert Endpoint.objects.count() == before


def test_clean_keeps_what_was_meant():
    assert clean("  王\u200b小\n明 ") == "王 小 明"
    assert clean("Ａ１") == "A1"
    assert len(clean("王" * 500)) == search_module.LONGEST_TERM


@pytest.mark.parametrize(
    "term", ["王小明", "wxm", "wangxiaoming", "C-0042", "13800138000", "8000", ""]
)
def test_every_way_but_the_last_goes_by_an_index(supervisor, people, term):
    if connection.vendor != "sqlite":
        pytest.skip("reads SQLite's plans; PostgreSQL prefers a scan of so small a table")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        search(supervisor, term)
    read = [
        query["sql"]
        for query in queries
        if query["sql"].startswith("SELECT") and '"customers_' in query["sql"]
    ]
    assert read
    with connection.cursor() as cursor:
        for sql in read:
            cursor.execute("EXPLAIN QUERY PLAN " + sql)
            plan = " / ".join(row[3] for row in cursor.fetchall())
            if not term:
                # The list walks the primary key backwards and stops after a page.
                assert "TEMP B-TREE" not in plan
            else:
                assert "SCAN" not in plan, (sql, plan)
                # Whoever was merged is a condition on few rows; as an index it holds nearly all of them.
                assert "(merged_into_id=?)" not in plan, (sql, plan)
