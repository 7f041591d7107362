"""Whose number it is: known, maybe, several or none, with the reason, against a real database."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.addresses import read_address
from customers.linking import confirm, no_longer_theirs, pick, reject
from customers.matching import MOST_CANDIDATES, Match, match, match_address
from customers.models import Customer, Endpoint, Interaction, Leg, MatchVerdict, NumberMention

pytestmark = pytest.mark.django_db
MOBILE = "13800138000"


def customer(name: str, *raws: str, kind: str = "phone") -> Customer:
    made = Customer.objects.create(name=name)
    for raw in raws:
        made.add_contact_point(kind, raw)
    return made


def end(raw: str, kind: str = "phone") -> Endpoint:
    endpoint = Endpoint.objects.at(kind, raw)
    assert endpoint is not None
    return endpoint


def contact(raw: str = MOBILE, kind: str = "phone", **fields) -> Interaction:
    return Interaction.objects.create(endpoint=end(raw, kind), **fields)


def call(*raws: str, **options) -> Match:
    return match([end(raw) for raw in raws], **options)


def told(found: Match) -> tuple[str, str, list[str]]:
    assert (found.customer is not None) == (found.tier == "known")
    return found.tier, found.reason, [c.customer.name for c in found.candidates]


# What a customer 王 has, what calls, and what is answered.
TABLE: list[tuple[str, str, str, str]] = [
    # exact, in whatever form either is written
    *[
        (MOBILE, raw, "known", "exact")
        for raw in (
            *(MOBILE, "+8613800138000", "008613800138000", "013800138000", "138-0013-8000"),
            *("１３８００１３８０００", "+86 (0)138 0013 8000", "17951 13800138000"),
        )
    ],
    ("138 0013 8000", MOBILE, "known", "exact"),
    ("0755-86013388", "0086075586013388", "known", "exact"),
    ("0755-86013388-801", "075586013388转801", "known", "exact"),
    ("0755-86013388 801", "075586013388转801", "known", "exact"),
    ("400-928-2737", "+864009282737", "known", "exact"),
    ("+852 2812 3456", "0085228123456", "known", "exact"),
    ("95588", "+8695588", "known", "exact"),
    ("8001", "8001", "known", "exact"),
    ("86013388", "8601-3388", "known", "exact"),
    # one digit more, less or other; another country; another city
    (MOBILE, "13800138001", "none", "unknown"),
    (MOBILE, "1380013800", "none", "unknown"),
    (MOBILE, "138001380000", "none", "unknown"),
    (MOBILE, "+13800138000", "none", "unknown"),
    ("0755-86013388", "010-86013388", "none", "unknown"),
    ("7551-2345", "+86 755 12345", "none", "unknown"),
    # the end of a number: a local number and a landline, digits without their country code
    ("86013388", "0755-86013388", "maybe", "tail"),
    ("0755-86013388", "86013388", "maybe", "tail"),
    ("85228123456", "+85228123456", "maybe", "tail"),
    ("+85228123456", "85228123456", "maybe", "tail"),
    (MOBILE, "00138000", "none", "unknown"),
    (MOBILE, "0138000", "none", "unknown"),
    ("400-928-2737", "9282737", "none", "unknown"),
    # never for short or service numbers
    ("8001", "13800138001", "none", "unknown"),
    ("13800138001", "8001", "none", "unknown"),
    ("95588", "0755-95588", "none", "unknown"),
    ("12345", "0755-12345", "none", "unknown"),
    ("0755-86095588", "95588", "none", "unknown"),
    ("95588", "955****8", "none", "unknown"),
    # extensions
    ("0755-86013388", "0755-86013388-801", "maybe", "extension"),
    ("0755-86013388-801", "0755-86013388", "maybe", "extension"),
    ("0755-86013388-801", "0755-86013388-802", "maybe", "extension"),
    ("0755-86013388-801", "86013388", "maybe", "tail"),
    (MOBILE, "13800138000-1234", "maybe", "extension"),
    # masks
    (MOBILE, "138****8000", "maybe", "mask"),
    ("138****8000", MOBILE, "maybe", "mask"),
    ("138xxxx8000", "+86 138 **** 8000", "maybe", "mask"),
    ("0755-86013388", "0755-****3388", "maybe", "mask"),
    ("0755-****3388", "0755-86013388", "maybe", "mask"),
    ("400-928-2737", "400****737", "none", "unknown"),
    ("400-928-2737", "400***2737", "maybe", "mask"),
    ("+85228123456", "+852 28***456", "none", "unknown"),
    ("138****8000", "139****8000", "none", "unknown"),
    ("138****8000", "13900138000", "none", "unknown"),
    ("138****", MOBILE, "none", "unknown"),
    # the same mask that shows too little is no evidence either
    ("138****", "138****", "none", "unknown"),
    ("尾号8000", "尾号8000", "none", "unknown"),
    # two numbers in one cell are neither of them
    ("13800138000/13900139000", MOBILE, "none", "unknown"),
]


@pytest.mark.parametrize(("has", "calls", "tier", "reason"), TABLE)
def test_table(has, calls, tier, reason):
    customer("王", has)
    customer("李", "13911112222", "0571-88889999", "+6591234567", "189****9999")
    expected = (tier, reason, [] if tier == "none" else ["王"])
    assert told(call(calls)) == expected
    Endpoint.objects.filter(contact_points=None).delete()
    assert told(match_address(read_address("phone", calls))) == expected


def test_any_of_a_customers_numbers():
    customer("王", MOBILE, "0755-86013388", "+6591234567")
    for raw in (MOBILE, "0755-86013388", "+6591234567"):
        assert told(call(raw)) == ("known", "exact", ["王"])


def test_a_local_number_is_completed_by_the_home_area(settings):
    settings.HOME_AREA_CODE = "0755"
    customer("王", "86013388")
    assert told(call("0755-86013388")) == ("known", "exact", ["王"])
    assert told(call("010-86013388")) == ("none", "unknown", [])


def test_known_takes_two_queries(django_assert_num_queries):
    customer("王", MOBILE)
    endpoint = end(MOBILE)
    with django_assert_num_queries(2):
        assert match([endpoint]).customer is not None


# --- several ------------------------------------------------------------------------------------


def test_two_customers_with_one_number_last_spoken_first():
    people = [customer(name, MOBILE) for name in ("甲", "乙", "丙", "丁")]
    now = timezone.now()
    for person, days in ((people[1], 3), (people[2], 1), (people[2], 90), (people[1], 2)):
        Interaction.objects.create(customer=person, started_at=now - timedelta(days=days))
    assert told(call(MOBILE)) == ("several", "many", ["丙", "乙", "丁", "甲"])


def test_no_more_candidates_than_fit():
    people = [customer(f"{n:02}", MOBILE) for n in range(MOST_CANDIDATES + 4)]
    Interaction.objects.create(customer=people[-1])
    names = told(call(MOBILE))[2]
    assert names == [people[-1].name, *[f"{n:02}" for n in range(MOST_CANDIDATES - 1)]]


def test_a_confirmed_one_among_several_is_known():
    wang, _li = customer("王", MOBILE), customer("李", MOBILE)
    confirm(contact(), wang, None)
    assert told(call(MOBILE)) == ("known", "confirmed", ["王"])


def test_a_confirmed_one_needs_no_contact_point():
    confirm(contact(), customer("王"), None)
    assert told(call(MOBILE)) == ("known", "confirmed", ["王"])


def test_two_confirmed_make_a_chooser_for_ever():
    wang, li = customer("王", MOBILE), customer("李", MOBILE)
    confirm(contact(), wang, None)
    confirm(contact(), li, None)
    assert end(MOBILE).is_shared
    assert told(call(MOBILE))[:2] == ("several", "shared")
    # One of them goes, or is confirmed again: still no automatic link.
    confirm(contact(), li, None)
    no_longer_theirs(contact(), wang, None)
    assert told(call(MOBILE)) == ("several", "shared", ["李"])


def test_two_confirmed_rows_are_shared_even_without_the_flag():
    endpoint = end(MOBILE)
    for name in ("王", "李"):
        MatchVerdict.objects.create(
            customer=customer(name), endpoint=endpoint, verdict=MatchVerdict.Verdict.CONFIRMED
        )
    assert told(call(MOBILE))[:2] == ("several", "shared")


def test_a_shared_number_is_no_evidence_for_its_extensions():
    customer("王", "0755-86013388")
    Endpoint.objects.update(is_shared=True)
    assert told(call("0755-86013388-801")) == ("none", "unknown", [])


# --- a person's word ----------------------------------------------------------------------------


def test_no_longer_excludes_from_exact():
    wang, _li = customer("王", MOBILE), customer("李", MOBILE)
    no_longer_theirs(contact(), wang, None)
    assert told(call(MOBILE)) == ("known", "exact", ["李"])


@pytest.mark.parametrize(
    ("has", "calls"),
    [
        ("0755-86013388", "0755-86013388-801"),
        ("86013388", "0755-86013388"),
        (MOBILE, "138****8000"),
        ("138****8000", MOBILE),
        ("138****8000", "138****8000"),
    ],
)
@pytest.mark.parametrize("said_of", ["has", "calls"])
def test_no_longer_excludes_from_maybe(has, calls, said_of):
    wang = customer("王", has)
    customer("李", has)
    no_longer_theirs(contact(has if said_of == "has" else calls), wang, None)
    assert told(call(calls))[::2] == ("maybe", ["李"])


def test_no_longer_leaves_the_other_numbers():
    wang = customer("王", MOBILE, "13911112222")
    no_longer_theirs(contact(), wang, None)
    assert told(call(MOBILE)) == ("none", "unknown", [])
    assert told(call("13911112222")) == ("known", "exact", ["王"])


def test_the_latest_word_counts():
    wang = customer("王", MOBILE)
    no_longer_theirs(contact(), wang, None)
    confirm(contact(), wang, None)
    assert told(call(MOBILE)) == ("known", "confirmed", ["王"])


def test_a_pick_says_nothing_about_the_endpoint():
    wang, _li = customer("王", MOBILE), customer("李", MOBILE)
    pick(contact(), wang, None)
    assert told(call(MOBILE)) == ("several", "many", ["王", "李"])


def test_a_rejection_is_for_one_contact():
    wang = customer("王", MOBILE)
    reject(contact(customer=wang), None)
    assert told(call(MOBILE)) == ("known", "exact", ["王"])


def test_a_maybe_that_was_confirmed_is_known():
    wang = customer("王", "0755-86013388")
    confirm(contact("0755-86013388-801"), wang, None)
    assert told(call("0755-86013388-801")) == ("known", "confirmed", ["王"])
    assert told(call("0755-86013388-802")) == ("maybe", "extension", ["王"])


def test_a_mask_is_never_known():
    wang = customer("王", "138****8000")
    confirm(contact("138****8000"), wang, None)
    assert told(call("138****8000")) == ("maybe", "mask", ["王"])


def test_all_behind_one_mask_are_candidates():
    customer("王", "138****8000")
    customer("李", MOBILE)
    customer("赵", "13812348000")
    assert told(call("138****8000")) == ("maybe", "mask", ["李", "王", "赵"])


# --- nobody -------------------------------------------------------------------------------------


def test_withheld():
    assert told(match([])) == ("none", "withheld", [])
    assert told(match_address(read_address("phone", "anonymous"))) == ("none", "withheld", [])


@pytest.mark.parametrize("calls", ["0755-86013388", "0755-86013388-801"])
def test_own_numbers_match_nobody(calls):
    customer("王", calls)
    assert told(call(calls, own_values=["+8675586013388"])) == ("none", "own", [])


def test_own_lines_match_nobody_and_are_no_evidence():
    customer("王", "0755-86013388")
    Endpoint.objects.update(is_own_line=True)
    assert told(call("0755-86013388")) == ("none", "own", [])
    assert told(call("0755-86013388-801")) == ("none", "unknown", [])
    assert told(call("86013388")) == ("none", "unknown", [])


def test_merged_customers_are_gone():
    kept = customer("王")
    merged = customer("王（旧）", MOBILE, "0755-86013388", "139****9999")
    confirm(contact(), merged, None)
    Customer.objects.filter(pk=merged.pk).update(merged_into=kept)
    for raw in (MOBILE, "0755-86013388", "0755-86013388-1", "13900139999", "139****9999"):
        assert told(call(raw)) == ("none", "unknown", [])


def test_hints_come_with_none_only():
    leg = Leg.objects.create(interaction=contact("13911112222"), note="改拨 13800138000")
    mention = NumberMention.objects.create(endpoint=end(MOBILE), leg=leg)
    found = call(MOBILE)
    assert told(found) == ("none", "unknown", [])
    assert found.hints == (mention,)
    customer("王", MOBILE)
    found = call(MOBILE)
    assert (found.tier, found.hints) == ("known", ())


def test_the_three_newest_hints():
    made = [
        NumberMention.objects.create(
            endpoint=end(MOBILE), leg=Leg.objects.create(interaction=Interaction.objects.create())
        )
        for _ in range(4)
    ]
    assert list(call(MOBILE).hints) == made[:0:-1]


# --- accounts -----------------------------------------------------------------------------------


def test_a_chat_is_matched_by_its_openid_before_its_number():
    customer("微信", "oAbC-123", kind="openid")
    customer("电话", MOBILE)
    both = [end("oAbC-123", "openid"), end(MOBILE)]
    assert told(match(both)) == ("known", "account", ["微信"])
    assert told(match([end("oXyZ", "openid"), end(MOBILE)])) == ("known", "exact", ["电话"])
    # Compared exactly, and never by an end.
    assert told(match([end("oabc-123", "openid")])) == ("none", "unknown", [])
    assert told(match([end("C-123", "openid")])) == ("none", "unknown", [])


def test_an_openid_of_digits_is_no_number():
    customer("王", MOBILE)
    assert told(match([end(MOBILE, "openid")])) == ("none", "unknown", [])
    assert told(match([end("+8613800138000", "mapped")])) == ("none", "unknown", [])


def test_a_web_user_and_an_openid_are_not_told_apart_when_asked():
    customer("王", "visitor-1", kind="user")
    assert told(match_address(read_address("openid", "visitor-1"))) == ("known", "account", ["王"])


def test_known_by_one_end_beats_maybe_by_another():
    customer("王", "138****8000")
    customer("李", "13912345678")
    assert told(call("138****8000", "13912345678")) == ("known", "exact", ["李"])


def test_maybes_of_all_ends_are_candidates():
    customer("王", MOBILE)
    customer("李", "0755-86013388")
    assert told(call("138****8000", "86013388")) == ("maybe", "mask", ["王", "李"])


def test_own_end_is_passed_over():
    customer("王", MOBILE)
    found = call("0755-86013388", MOBILE, own_values=["+8675586013388"])
    assert told(found) == ("known", "exact", ["王"])


# --- scale --------------------------------------------------------------------------------------


def test_strangers_with_the_same_tail_hide_nobody():
    strangers = [f"1{start}0{n:03}8000" for start in range(50, 90) for n in range(8)]
    Endpoint.objects.bulk_create(
        Endpoint(kind="phone", value="+86" + digits, reversed_digits=digits[::-1])
        for digits in strangers
    )
    # Behind all of them in the index.
    customer("王", "13899998000")
    assert told(call("138****8000")) == ("maybe", "mask", ["王"])


def crowd(count: int = 3_000) -> None:
    """Numbers and masks enough that reading all of one kind is not the cheapest way."""
    digits = [str(13_000_000_000 + n * 7_777_771 % 6_900_000_000) for n in range(count)]
    phones = [Endpoint(kind="phone", value=f"+86{d}", reversed_digits=d[::-1]) for d in digits]
    masks = {f"{d[:3]}****{d[7:]}": d[:6:-1] for d in digits}
    masked = [Endpoint(kind="masked", value=v, reversed_digits=r) for v, r in masks.items()]
    Endpoint.objects.bulk_create([*phones, *masked])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE customers_endpoint")


def plan_of(sql: str) -> list[str]:
    """The steps by which the database would read, one for each table or index it goes to."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("EXPLAIN QUERY PLAN " + sql)
        else:
            # Small tables are read whole unless this is off; without an index they still are.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN (COSTS OFF) " + sql)
        return [row[-1] for row in cursor.fetchall()]


@pytest.mark.parametrize(
    ("calls", "kind"),
    [
        ("13911112222", "phone"),
        ("13999999999", "phone"),
        ("86013388", "phone"),
        ("0755-86013388-802", "phone"),
        ("138****8000", "phone"),
        ("8001", "phone"),
        ("oAbC", "openid"),
    ],
)
def test_every_query_goes_by_an_index(calls, kind):
    customer("王", MOBILE, "0755-86013388", "0755-****3388")
    customer("李", MOBILE, "0755-86013388")
    crowd()
    endpoint = end(calls, kind)
    with CaptureQueriesContext(connection) as queries:
        match([endpoint])
        match_address(read_address(kind, calls))
    assert len(queries) >= 5
    for query in queries:
        plan = plan_of(query["sql"])
        whole = [step for step in plan if "Seq Scan" in step or step.startswith("SCAN ")]
        assert whole == [], (query["sql"], plan)
        if "reversed_digits" in query["sql"].partition("WHERE")[2]:
            # By the digits, not only by the kind, which most rows share.
            steps = [step for step in plan if "(kind" in step]
            assert steps, plan
            assert all("reversed_digits" in step for step in steps), plan
