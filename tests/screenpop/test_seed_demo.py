"""Demo data: repeatable, complete, and like what the program itself would have written."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count, F, Q
from django.utils import timezone

from customers.addresses import read_address
from customers.matching import Reason, Tier, match
from customers.models import (
    ContactPoint,
    Customer,
    Disposition,
    Endpoint,
    FollowUp,
    Interaction,
    Leg,
    NumberMention,
)
from customers.notes import numbers_in
from customers.pinyin import initials, pinyin
from screenpop.demo import cast
from screenpop.demo.calendar import Calendar
from screenpop.demo.calls import call
from screenpop.demo.load_customers import typed
from screenpop.demo.names import GIVEN_NAMES, RARE_SURNAMES, SURNAMES
from screenpop.demo.people import person
from screenpop.message_templates import problem_of
from screenpop.models import AgentSeat, LinkHost, MessageTemplate

TABLES = (
    ContactPoint, Customer, Disposition, Endpoint, FollowUp, Interaction, Leg, NumberMention, AgentSeat,
    LinkHost, MessageTemplate,
)  # fmt: skip


def seed(customers: int, interactions: int, agents: int = 3) -> str:
    out = StringIO()
    call_command(
        "seed_demo",
        f"--customers={customers}",
        f"--interactions={interactions}",
        f"--agents={agents}",
        stdout=out,
    )
    return out.getvalue()


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in TABLES}


@pytest.fixture
def seeded(db):
    seed(400, 900)


def test_makes_as_many_as_asked_for_and_says_how_fast(db):
    text = seed(60, 120)
    assert Customer.objects.count() == 60
    assert Interaction.objects.count() == 120
    assert "rows/s" in text
    assert not text.startswith("0 rows")


def test_a_second_run_adds_nothing(seeded):
    before = counts()
    assert seed(400, 900).startswith("0 rows")
    assert counts() == before


def test_smaller_numbers_remove_nothing(seeded):
    before = counts()
    seed(10, 10)
    assert counts() == before


def test_a_larger_run_adds_the_difference_and_leaves_the_rest(db):
    seed(60, 120)
    Customer.objects.filter(own_id="DEMO-00000001").update(name="改了名")
    keys = set(Customer.objects.values_list("pk", flat=True))
    seed(100, 200)
    assert Customer.objects.count() == 100
    assert Interaction.objects.count() == 200
    assert keys < set(Customer.objects.values_list("pk", flat=True))
    assert Customer.objects.get(own_id="DEMO-00000001").name == "改了名"


def test_negative_numbers_are_refused(db):
    with pytest.raises(CommandError):
        seed(-1, 0)


def test_endpoints_are_what_an_event_would_have_made(seeded):
    points = ContactPoint.objects.select_related("endpoint")
    assert points.count() > 400
    for point in points:
        held = point.endpoint
        address = read_address("openid" if held.kind == "openid" else "phone", point.raw)
        assert (held.kind, held.value, held.reversed_digits) == (
            address.kind,
            address.value,
            address.digits[::-1],
        )
        # Nothing is made beside it: the door of an event finds the same row.
        assert Endpoint.objects.of(address) == held


def test_every_sort_of_number_is_there(seeded):
    everything = Endpoint.objects.annotate(people=Count("contact_points"))
    shared = everything.filter(Q(is_shared=True) | Q(people__gt=1))
    masked = everything.filter(kind="masked")
    extension = everything.filter(value__contains=";ext=")
    foreign = everything.filter(kind="phone", value__startswith="+").exclude(
        value__startswith="+86"
    )
    parts = [shared, masked, extension, foreign]
    assert all(part.exists() for part in parts)
    special = set().union(*(set(part.values_list("pk", flat=True)) for part in parts))
    assert len(special) >= 0.05 * everything.count()
    assert shared.filter(is_shared=True).exists()
    openids = everything.filter(kind="openid").values_list("value", flat=True)
    assert openids
    assert all(len(value) == 28 and value.startswith("o") for value in openids)


def test_numbers_are_written_in_many_ways(seeded):
    raws = list(ContactPoint.objects.values_list("raw", flat=True))
    for sign in ("0086", "+86", " ", "-", "(", "转", "****", "手机："):
        assert any(sign in raw for raw in raws), sign
    assert any(raw.isdigit() and len(raw) == 11 for raw in raws)


def test_names_are_found_by_pinyin(seeded):
    for customer in Customer.objects.all():
        assert customer.name_pinyin == pinyin(customer.name)
        assert customer.name_initials == initials(customer.name)


def test_pinyin_put_together_is_pinyin_of_the_whole():
    every = [a + b for a in (*SURNAMES, *RARE_SURNAMES) for b in GIVEN_NAMES]
    for name in Random(1).sample(every, 2500):
        assert typed(name) == (pinyin(name), initials(name)), name


def test_customers_are_of_many_kinds(seeded):
    assert {"", "vip", "svip"} == set(Customer.objects.values_list("level", flat=True))
    assert Customer.objects.exclude(tags=[]).exists()
    assert Customer.objects.exclude(company="").exclude(title="").exists()
    assert Endpoint.objects.filter(do_not_call=True).exists()


def test_calls_of_ninety_days(seeded):
    now = timezone.now()
    generated = Interaction.objects.filter(session_id__startswith="demo-")
    times = list(generated.order_by("pk").values_list("started_at", flat=True))
    assert min(times) < now - timedelta(days=85)
    assert max(times) < now
    assert min(times) > now - timedelta(days=92)
    hours = Counter(at.astimezone(ZoneInfo("Asia/Shanghai")).hour for at in times)
    assert sum(hours[hour] for hour in range(9, 18)) > 0.8 * len(times)
    assert not hours.keys() & set(range(7))
    assert {"inbound", "outbound"} == set(generated.values_list("direction", flat=True))
    assert {"phone", "chat"} == set(generated.values_list("channel_family", flat=True))
    assert generated.filter(customer=None).exists()


def test_legs_are_finished(seeded):
    assert set(Leg.objects.values_list("state", flat=True)) == {"closed", "missed"}
    assert not Leg.objects.filter(state="closed", wrapped_up_at=None).exists()
    assert not Leg.objects.filter(ended_at__lt=F("started_at")).exists()
    assert not Leg.objects.filter(connected_at__gt=F("ended_at")).exists()
    assert Leg.objects.filter(sequence=2).exists()
    assert Leg.objects.exclude(note="").count() > 400
    assert Leg.objects.exclude(disposition=None).count() > 400
    assert not Leg.objects.filter(state="missed").exclude(connected_at=None).exists()


def test_outcomes_have_two_levels(seeded):
    top = Disposition.objects.filter(parent=None).annotate(below=Count("children"))
    assert 5 <= top.count() <= 18
    assert all(0 < row.below <= 9 for row in top)
    assert not Leg.objects.filter(disposition__parent=None).exclude(disposition=None).exists()
    wrong = Leg.objects.exclude(disposition=None).exclude(
        disposition__direction=F("interaction__direction")
    )
    assert not wrong.exists()


def test_promises_are_owed(seeded):
    promises = FollowUp.objects.filter(kind="promise").open()
    assert promises.filter(due_at__lt=timezone.now()).exists()
    assert not promises.filter(Q(owner=None) | Q(customer=None) | Q(text="")).exists()
    assert not FollowUp.objects.filter(created_at__gt=F("due_at")).exists()
    assert FollowUp.objects.filter(kind="missed").exists()


def test_an_answered_call_closes_the_missed_one(db):
    seed(20, 900)
    for row in FollowUp.objects.open().filter(kind="missed"):
        later = Leg.objects.filter(
            endpoint=row.endpoint, started_at__gt=row.created_at, connected_at__isnull=False
        )
        assert not later.exists()


def test_notes_mention_numbers(seeded):
    for mention in NumberMention.objects.select_related("leg", "endpoint"):
        named = {read_address("phone", raw).value for raw in numbers_in(mention.leg.note)}
        assert mention.endpoint.value in named
    assert NumberMention.objects.count() > 5


def test_agents_have_seats_and_no_password(seeded):
    for name in ("agent01", "agent02", "agent03", "chenmin", "linlei"):
        user = get_user_model().objects.get(username=name)
        assert not user.has_usable_password()
        assert user.display_name
        assert [group.name for group in user.groups.all()] == ["agent"]
        assert AgentSeat.objects.get(user=user).email == f"{name}@demo.example"


def at(kind: str, raw: str) -> Endpoint:
    endpoint = Endpoint.objects.at(kind, raw)
    assert endpoint is not None
    return endpoint


def test_the_cast_is_recognised(seeded):
    for member in cast.CAST:
        for contact in member.person.contacts:
            found = match([at(contact.kind, contact.raw)])
            people = {candidate.customer.name for candidate in found.candidates}
            assert member.person.name in people, contact
    assert match([at("phone", "13800138000")]).tier is Tier.KNOWN
    assert match([at("phone", "075586013388")]).reason is Reason.SHARED
    assert match([at("openid", cast.OPENID)]).tier is Tier.KNOWN
    assert match([at("phone", "138****6677")]).tier is Tier.MAYBE
    assert match([at("phone", cast.OWN_LINE)]).reason is Reason.OWN
    assert at("phone", "13888881234").do_not_call


def test_strangers_match_nobody_and_one_is_mentioned(seeded):
    mentioned = match([at("phone", cast.MENTIONED)])
    assert mentioned.tier is Tier.NONE
    whose = [hint.leg.interaction.customer for hint in mentioned.hints]
    assert [customer.name for customer in whose if customer] == ["王建国"]
    stranger = match([at("phone", cast.STRANGER)])
    assert stranger.tier is Tier.NONE
    assert stranger.reason is Reason.UNKNOWN
    assert not stranger.hints


def test_wang_has_a_story(seeded):
    wang = Customer.objects.get(name="王建国", own_id="CAST-01")
    now = timezone.now()
    assert wang.level == "vip"
    recent = wang.interactions.filter(started_at__gt=now - timedelta(hours=48))
    assert recent.count() == 3
    assert recent.filter(direction="inbound").count() == 2
    assert wang.follow_ups.open().filter(due_at__lt=now).count() == 1


def test_a_person_is_the_same_at_every_run():
    assert person(17) == person(17)
    assert call(17, "phone") == call(17, "phone")
    assert person(17) != person(18)


def test_generated_numbers_are_read_and_never_the_same():
    values: Counter[str] = Counter()
    for index in range(1, 3001):
        one = {
            read_address(contact.kind, contact.raw).value
            for contact in person(index).contacts
            if contact.label in ("手机", "备用", "境外", "座机", "办公室")
        }
        assert "" not in one
        values.update(one)
    assert values.most_common(1)[0][1] == 1


def test_the_calendar_keeps_order_and_stays_in_the_past():
    now = datetime(2025, 6, 4, 2, 30, tzinfo=UTC)
    calendar = Calendar(now, ZoneInfo("Asia/Shanghai"))
    moments = [calendar.moment(share / 200, Random(share)) for share in range(201)]
    hours = [moment.replace(minute=0, second=0) for moment in moments]
    assert hours == sorted(hours)
    assert moments[-1] < now
    weekdays = Counter(moment.weekday() for moment in moments)
    assert weekdays[6] < weekdays[2]


def test_the_messages_are_right_and_what_was_changed_stays(seeded):
    hosts = set(LinkHost.objects.values_list("host", flat=True))
    templates = list(MessageTemplate.objects.all())
    assert {one.kind for one in templates} == {"text", "card", "custom"}
    assert [problem_of(one, hosts) for one in templates] == [""] * len(templates)
    MessageTemplate.objects.exclude(pk=templates[0].pk).delete()
    seed(12, 30)
    assert MessageTemplate.objects.count() == 1
