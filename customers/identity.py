"""Which endpoints stand for one caller, and which of them one contact came by."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value

from customers import phone
from customers.addresses import read_address
from customers.models import ContactPoint, Endpoint, Interaction, MatchVerdict

# The workbench does not tell a WeChat openid from a web page's user id.
PERSON = (Endpoint.Kind.OPENID, Endpoint.Kind.USER)
# A short or local number is another one in each place, a service number anybody's; unread digits may be either.
_ANYBODY = frozenset(
    {
        phone.Category.SHORT,
        phone.Category.LOCAL,
        phone.Category.SERVICE,
        phone.Category.TOLL_FREE,
        phone.Category.UNKNOWN,
    }
)


def base_of(endpoint: Endpoint) -> str:
    """A number's value without the extension."""
    return endpoint.value.partition(";ext=")[0]


def own_lines() -> set[str]:
    """The centre's lines that the OWN_LINES setting names."""
    return {read_address("phone", line).value for line in settings.OWN_LINES}


def tells_callers_apart(endpoint: Endpoint) -> bool:
    """Whether contacts of this endpoint come from one caller, as far as the endpoint itself tells."""
    if endpoint.is_shared or endpoint.is_own_line or endpoint.kind == Endpoint.Kind.MASKED:
        return False
    if endpoint.kind != Endpoint.Kind.PHONE:
        return True
    # As the value stands: a local number was kept as one because its city was not known.
    return (
        phone.read(endpoint.value).category not in _ANYBODY and base_of(endpoint) not in own_lines()
    )


def held_by_several(endpoints: Iterable[Endpoint]) -> bool:
    """Whether more than one customer has these endpoints, by a contact point or by a person's word."""
    keys = [endpoint.pk for endpoint in endpoints]
    points = holding(keys).values_list("customer_id", flat=True)
    said = MatchVerdict.objects.filter(
        endpoint_id__in=keys,
        verdict=MatchVerdict.Verdict.CONFIRMED,
        customer__merged_into=None,
    )
    return len(points.union(said.values_list("customer_id", flat=True))[:2]) > 1


def second_holder(endpoint_id: int) -> Exists:
    """Whether a second customer has this endpoint as a contact point, as a condition of another query."""
    return Exists(holding([endpoint_id]).order_by("pk")[1:2])


def holding(endpoint_ids: list[int]) -> QuerySet[ContactPoint]:
    """Contact points of customers who are there still and of whom nobody said that it is no longer theirs."""
    denied = MatchVerdict.objects.filter(
        customer=OuterRef("customer"),
        endpoint=OuterRef("endpoint"),
        verdict=MatchVerdict.Verdict.NO_LONGER,
    )
    points = ContactPoint.objects.filter(endpoint_id__in=endpoint_ids, customer__merged_into=None)
    return points.filter(~Exists(denied))


def claims_on(endpoint_ids: list[int]) -> QuerySet[ContactPoint, tuple[int, int, str]]:
    """(endpoint, customer, verdict) of all that was registered or said of these; verdicts come first.

    A contact point stands there with a blank verdict.
    """
    points = ContactPoint.objects.filter(endpoint_id__in=endpoint_ids)
    words = MatchVerdict.objects.filter(endpoint_id__in=endpoint_ids)
    blank = Value("", output_field=CharField())
    rows = points.annotate(word=blank).values_list("endpoint_id", "customer_id", "word")
    said = words.annotate(word=F("verdict")).values_list("endpoint_id", "customer_id", "word")
    return rows.union(said, all=True).order_by("-word", "customer_id")


def lock_ends(interaction: Interaction) -> list[Endpoint]:
    """The endpoints that a contact came by, locked: its own first, the same account under the other kind, its second.

    One query, in one order, so that two people's words cannot wait for each other.
    """
    keys = [k for k in (interaction.endpoint_id, interaction.second_endpoint_id) if k is not None]
    if not keys:
        return []
    same_account = Endpoint.objects.filter(pk__in=keys, kind__in=PERSON).values("value")
    rows = Endpoint.objects.select_for_update(no_key=True).filter(
        Q(pk__in=keys) | Q(kind__in=PERSON, value__in=same_account)
    )
    places = {
        key: place
        for key, place in (
            (interaction.second_endpoint_id, 2),
            (interaction.endpoint_id, 0),
        )
        if key is not None
    }
    return sorted(rows.order_by("pk"), key=lambda end: places.get(end.pk, 1))
