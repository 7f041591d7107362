"""Numbers that may be the same line though their values differ, found by index."""

from django.db.models import Q

from customers import phone
from customers.addresses import read_number
from customers.models import Endpoint
from customers.phone_masks import is_telling, starts_of_masked

_MOST_ENDPOINTS = 200
_SHORTEST_TAIL = 4  # that a mask shows
_SHORTEST_NUMBER = 7


def is_evidence(endpoint: Endpoint) -> bool:
    """Whether this is a number or a mask with digits enough to compare."""
    if endpoint.kind == Endpoint.Kind.MASKED:
        return is_telling(read_number(endpoint.value))
    return endpoint.kind == Endpoint.Kind.PHONE and bool(endpoint.reversed_digits)


def alike(endpoint: Endpoint) -> list[Endpoint]:
    """Other endpoints that agree with all that is certain of this one: the same tail, or the mask."""
    if not endpoint.reversed_digits or not is_evidence(endpoint):
        return []
    number = read_number(endpoint.value)
    near = Endpoint.objects.filter(_ends_alike(endpoint, number))
    near = near.filter(is_own_line=False, is_shared=False)[:_MOST_ENDPOINTS]
    return [e for e in near if e.pk != endpoint.pk and _agree(number, read_number(e.value))]


def _ends_alike(endpoint: Endpoint, number: phone.Number) -> Q:
    """Longer numbers that end like this one, and shorter ones that this one ends in.

    Each alternative names its kind, so that each is one range of the index (kind, reversed_digits).
    """
    tail = endpoint.reversed_digits
    is_phone, is_masked = Q(kind=Endpoint.Kind.PHONE), Q(kind=Endpoint.Kind.MASKED)
    found = is_phone & Q(reversed_digits__gte=tail)
    if after := next_prefix(tail):
        found &= Q(reversed_digits__lt=after)
    if endpoint.kind == Endpoint.Kind.MASKED:
        starts = Q()
        for start in starts_of_masked(number):
            starts |= Q(value__startswith=start)
        return found & starts
    shorter = [tail[:length] for length in range(_SHORTEST_TAIL, len(tail))]
    found |= is_phone & Q(reversed_digits__in=shorter[_SHORTEST_NUMBER - _SHORTEST_TAIL :])
    return found | is_masked & Q(reversed_digits__in=shorter)


def next_prefix(digits: str) -> str:
    """The smallest digit string after every one that begins with `digits`; "" when there is none.

    A range of digits sorts the same in every collation, which LIKE and a sentinel character do not.
    """
    stem = digits.rstrip("9")
    return stem[:-1] + str(int(stem[-1]) + 1) if stem else ""


def _agree(ours: phone.Number, theirs: phone.Number) -> bool:
    if ours.kind is phone.Kind.MASKED:
        return phone.matches_mask(ours, theirs.value)
    if theirs.kind is phone.Kind.MASKED:
        return phone.matches_mask(theirs, ours.value)
    return phone.can_match_by_tail(ours, theirs)
