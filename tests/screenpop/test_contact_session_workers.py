"""Several server workers at once, each on its own connection: nothing doubled, nothing lost, nobody stuck."""

from collections import Counter
from functools import partial

import pytest
from django.contrib.auth import get_user_model

from customers.models import Customer, Endpoint, Interaction, Leg
from screenpop.contact_session import Sighting, take
from screenpop.models import PopEvent
from tests.screenpop.sightings import Page
from tests.workers import empty_file, together, workers_database  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("workers_database")

WORKERS = 8
PATIENCE = 60
MOBILE = "13800138000"


def pages(count: int) -> list[Page]:
    """As many agents, each with a page, all counting from one moment."""
    made = [Page(get_user_model().objects.create_user(f"agent-{n}")) for n in range(count)]
    for page in made:
        page.start = made[0].start
    return made


def legs_of(number: str) -> list[Leg]:
    endpoint = Endpoint.objects.at("phone", number)
    return list(Leg.objects.filter(endpoint=endpoint).order_by("sequence", "pk"))


def check_numbering() -> None:
    """Every interaction's legs are numbered 1, 2, 3 … without a gap."""
    for interaction in Interaction.objects.all():
        numbers = interaction.legs.order_by("sequence").values_list("sequence", flat=True)
        assert list(numbers) == list(range(1, len(numbers) + 1))


def test_one_call_that_rings_at_eight_agents_is_one_contact() -> None:
    agents = pages(WORKERS)
    together([partial(a.see, "ring", n / 100, MOBILE) for n, a in enumerate(agents)])
    assert Interaction.objects.count() == 1
    assert [leg.sequence for leg in legs_of(MOBILE)] == list(range(1, WORKERS + 1))
    jobs = [partial(agents[0].see, "answer", 9, MOBILE)]
    jobs += [partial(a.see, "end", 9.1, MOBILE) for a in agents[1:]]
    together(jobs)
    assert PopEvent.objects.count() == 2 * WORKERS
    states = {leg.user_id: (leg.state, leg.ending) for leg in legs_of(MOBILE)}
    assert states.pop(agents[0].user.pk) == ("connected", "")
    assert set(states.values()) == {("closed", "elsewhere")}


def test_a_number_that_was_quiet_for_long_rings_at_eight_agents_and_is_one_contact() -> None:
    """Whoever waits for the row's lock sees what was done while they waited."""
    agents = pages(WORKERS)
    numbers = [f"1380013{n:04}" for n in range(6)]
    for number in numbers:
        Customer.objects.create(name=number[-4:]).add_contact_point("phone", number)
        together([partial(a.see, "ring", n / 100, number) for n, a in enumerate(agents)])
    assert [len(legs_of(number)) for number in numbers] == [WORKERS] * len(numbers)
    assert Interaction.objects.count() == len(numbers)


def test_one_call_in_eight_tabs_is_one_leg() -> None:
    (first,) = pages(1)
    tabs = [first, *(Page(first.user, first.start) for _ in range(WORKERS - 1))]

    def whole_call(tab: Page, lag: float) -> None:
        for at, what in [(0, "ring"), (8, "answer"), (60, "end")]:
            tab.see(what, at + lag, MOBILE)

    together([partial(whole_call, t, n / 1000) for n, t in enumerate(tabs)])
    (leg,) = legs_of(MOBILE)
    assert (leg.state, Interaction.objects.count()) == ("wrap-up", 1)
    outcomes = Counter(PopEvent.objects.values_list("outcome", flat=True))
    assert outcomes["opened"] == 1
    assert outcomes.total() == 3 * WORKERS


def test_calls_of_many_numbers_at_many_agents() -> None:
    agents = pages(WORKERS)
    numbers = [f"1390013900{n}" for n in range(6)]

    def shift(mine: int) -> None:
        page = agents[mine]
        # Each agent's events come in another order of the numbers.
        for n in [(mine + k) % len(numbers) for k in range(len(numbers))]:
            page.see("ring", mine / 100, numbers[n])
            if n == mine:
                page.see("answer", 9, numbers[n])
                page.see("end", 60, numbers[n])
            else:
                page.see("end", 9.1, numbers[n])

    together([partial(shift, n) for n in range(WORKERS)])
    assert PopEvent.objects.count() == len(numbers) * (2 * WORKERS + 1)
    assert Interaction.objects.count() == len(numbers)
    check_numbering()
    for n, number in enumerate(numbers):
        states = {leg.user_id: leg.state for leg in legs_of(number)}
        assert states.pop(agents[n].user.pk) == "wrap-up"
        assert len(states) == WORKERS - 1
        assert set(states.values()) == {"closed"}


def test_each_agent_with_a_caller_of_their_own() -> None:
    agents = pages(WORKERS)

    def day(mine: int) -> None:
        for start in range(0, 500, 100):
            for at, what in [(0, "ring"), (8, "answer"), (60, "end")]:
                agents[mine].see(what, start + at, f"1370013700{mine}")

    together([partial(day, n) for n in range(WORKERS)])
    assert PopEvent.objects.count() == WORKERS * 15
    assert Counter(Leg.objects.values_list("user", "state")) == {
        (agent.user.pk, "wrap-up"): 5 for agent in agents
    }
    assert Interaction.objects.count() == WORKERS * 5


def test_an_event_sent_by_all_workers_at_once_is_taken_once() -> None:
    (page,) = pages(1)
    sightings = [
        page.sighting(n, [["mobile", MOBILE], ["status", s]]) for n, s in enumerate(("100", "200"))
    ]
    sightings.append(page.sighting(3, [["what", "is this"]]))
    answers: list[tuple[str, int | None]] = []

    def send(sighting: Sighting) -> None:
        taken = take(page.user, sighting)
        answers.append((sighting.event_id, taken.leg.pk if taken.leg else None))

    for sighting in sightings:
        together([partial(send, sighting)] * WORKERS)
    assert PopEvent.objects.count() == 3
    (leg,) = legs_of(MOBILE)
    assert leg.state == "connected"
    given = [leg.pk, leg.pk, None]
    assert Counter(answers) == {
        (sighting.event_id, pk): WORKERS for sighting, pk in zip(sightings, given, strict=True)
    }


def test_anonymous_calls_of_one_agent_in_many_tabs() -> None:
    (first,) = pages(1)
    tabs = [first, *(Page(first.user, first.start) for _ in range(WORKERS - 1))]
    together([partial(t.see, "ring", n / 1000, "") for n, t in enumerate(tabs)])
    assert (Leg.objects.count(), PopEvent.objects.count()) == (1, WORKERS)


def test_a_chat_and_a_call_that_name_each_other_do_not_wait_for_each_other() -> None:
    Customer.objects.create(name="王芳").add_contact_point("user", "oZB6q5c-tuMEz")
    agents = pages(WORKERS)
    names = [["mobile", MOBILE], ["userId", "oZB6q5c-tuMEz"]]

    def contacts(page: Page, channel: str) -> None:
        for start in range(0, 1000, 100):
            for at, status in [(0, "100"), (20, "400")]:
                page.read(start + at, [*names, ["type", channel], ["status", status]])

    together([partial(contacts, p, ["phone", "im"][n % 2]) for n, p in enumerate(agents)])
    assert PopEvent.objects.count() == WORKERS * 20
    assert Leg.objects.filter(state="missed").count() == WORKERS * 10
    check_numbering()
