"""Pushes and pops of the same calls on several workers at once: one truth, nobody stuck."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from customers.models import Interaction, Leg, Recording
from screenpop.contact_session import take
from screenpop.models import AgentSeat, Discrepancy
from tests.screenpop.records import Platform
from tests.screenpop.sightings import Page
from tests.workers import empty_file, together, workers_database  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("workers_database")

WORKERS = 4
NUMBERS = ["13800138000", "13900139000", "13700137000"]


def centre() -> tuple[list[Page], Platform]:
    start = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    pages = []
    for n in range(WORKERS):
        user = get_user_model().objects.create_user(f"agent-{n}")
        AgentSeat.objects.create(email=f"{n}@example.com", user=user)
        pages.append(Page(user, start))
    return pages, Platform(start)


def things(
    page: Page, n: int, number: str, tccc: Platform, session: str
) -> list[Callable[[], object]]:
    """A call's pops, its record twice, and its recordings."""
    body = tccc.body(session, [tccc.part(f"{n}@example.com", 0, 8, 60)], 0, 60, number=number)
    sounds = [
        {
            "SessionId": session,
            "RecordId": party,
            "EndpointUser": party,
            "Timestamp": tccc.stamp(60),
        }
        for party in (f"{n}@example.com", number)
    ]

    def pops() -> None:
        for at, what in ((0.3, "ring"), (8.3, "answer"), (60.3, "end")):
            page.see(what, at, number, agentEmail=f"{n}@example.com")

    return [
        pops,
        lambda: tccc.tell(body),
        lambda: tccc.tell(body),
        lambda: tccc.tell(sounds[0], "record"),
        lambda: tccc.tell(sounds[1], "record"),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_everything_at_once_comes_to_one_truth(seed: int) -> None:
    pages, tccc = centre()
    dice = random.Random(seed)
    jobs = [
        job
        for n, number in enumerate(NUMBERS)
        for job in things(pages[n], n, number, tccc, f"s{n}")
    ]
    dice.shuffle(jobs)
    shares = [jobs[n::WORKERS] for n in range(WORKERS)]
    together([lambda share=share: [job() for job in share] for share in shares])  # type: ignore[misc]
    assert set(
        Interaction.objects.filter(merged_into=None).values_list("session_id", flat=True)
    ) == {"s0", "s1", "s2"}
    assert sorted(Leg.objects.values_list("user__username", "state", "told_sequence")) == [
        (f"agent-{n}", "wrap-up", 0) for n in range(len(NUMBERS))
    ]
    told = Recording.objects.values_list(
        "session_id", "interaction__session_id", "leg__user__username"
    )
    wanted = {(f"s{n}", f"s{n}", who) for n in range(3) for who in (f"agent-{n}", None)}
    assert set(told) == wanted
    assert not Discrepancy.objects.open().exists()


def test_one_record_pushed_four_times_at_once_is_one_contact() -> None:
    _pages, tccc = centre()
    body = tccc.body("s", [tccc.part("0@example.com", 0, None, 20)], 0, 20)
    together([lambda: tccc.tell(body)] * WORKERS)
    assert (Interaction.objects.count(), Leg.objects.count()) == (1, 1)


def test_records_of_one_number_on_four_workers_find_their_own_calls() -> None:
    pages, tccc = centre()
    for n, page in enumerate(pages):
        page.see("ring", n * 100 + 0.3)
        page.see("answer", n * 100 + 8.3)
        page.see("end", n * 100 + 60.3)
    bodies = [
        tccc.body(
            f"s{n}",
            [tccc.part(f"{n}@example.com", n * 100, n * 100 + 8, n * 100 + 60)],
            n * 100,
            n * 100 + 60,
        )
        for n in range(WORKERS)
    ]
    together([lambda body=body: tccc.tell(body) for body in bodies])  # type: ignore[misc]
    found = Leg.objects.order_by("pk").values_list("user__username", "interaction__session_id")
    assert list(found) == [(f"agent-{n}", f"s{n}") for n in range(WORKERS)]


@pytest.mark.parametrize("seed", range(4))
def test_masked_pops_and_their_records_at_once_come_to_one_truth(seed: int) -> None:
    pages, tccc = centre()
    jobs: list[Callable[[], object]] = []
    for n, page in enumerate(pages):
        mail, number = f"{n}@example.com", f"138{n:04}8000"
        body = tccc.body(f"s{n}", [tccc.part(mail, 0, 8, 60)], 0, 60, number=number)
        seen = [
            page.sighting(at, [["mobile", "138****8000"], ["status", code], ["agentEmail", mail]])
            for at, code in ((0.3, "100"), (8.3, "200"), (60.3, "400"))
        ]
        jobs.append(lambda body=body: tccc.tell(body))  # type: ignore[misc]
        jobs.append(lambda page=page, seen=seen: [take(page.user, one) for one in seen])  # type: ignore[misc]
    random.Random(seed).shuffle(jobs)
    together(jobs)
    found = Leg.objects.order_by("interaction__session_id").values_list(
        "interaction__session_id", "user__username", "state", "interaction__endpoint__value"
    )
    assert list(found) == [
        (f"s{n}", f"agent-{n}", "wrap-up", f"+86138{n:04}8000") for n in range(WORKERS)
    ]
