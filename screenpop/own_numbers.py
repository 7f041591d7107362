"""Our own ends: the centre's lines and the agents' mobiles, which are nobody's customer."""

from collections.abc import Sequence

from django.db.models import Exists, Q

from customers.identity import base_of, held_by_several, own_lines, tells_callers_apart
from customers.models import Endpoint
from screenpop.models import AgentSeat
from screenpop.number_mapping import ends_behind


def is_ours(value: str) -> Q:
    """Whether a number is an agent's own mobile or, without its extension, one of our lines: for `annotate`."""
    base = value.partition(";ext=")[0]
    ours = Q(Exists(AgentSeat.objects.filter(mobile=base)))
    if base != value:
        lines = Endpoint.objects.filter(kind=Endpoint.Kind.PHONE, value=base, is_own_line=True)
        ours |= Q(Exists(lines))
    return ours


def own_values(endpoints: Sequence[Endpoint]) -> set[str]:
    """Which of these are the centre's own lines (the OWN_LINES setting) or an agent's own mobile.

    Given without extension: behind our own line everybody is one of us.
    """
    phones = [end for end in endpoints if end.kind == Endpoint.Kind.PHONE]
    if not phones:
        return set()
    bases = {base_of(end) for end in phones}
    found = own_lines() & bases
    # Those that were read with `is_ours` have been asked about already.
    found |= {base_of(end) for end in phones if getattr(end, "is_ours", False)}
    unasked = [end for end in phones if not hasattr(end, "is_ours")]
    if unasked:
        seats = AgentSeat.objects.filter(mobile__in=[base_of(end) for end in unasked])
        found |= set(seats.values_list("mobile", flat=True))
    if extended := [base_of(end) for end in unasked if base_of(end) != end.value]:
        lines = Endpoint.objects.filter(
            kind=Endpoint.Kind.PHONE, value__in=extended, is_own_line=True
        )
        found |= set(lines.values_list("value", flat=True))
    return found


def name_one_caller(ends: Sequence[Endpoint]) -> bool:
    """Whether two agents who see these endpoints at one time certainly see the same caller."""
    # What stands for a number tells no more callers apart than the number does.
    ends = [*ends, *ends_behind(ends).values()]
    if not ends or not all(tells_callers_apart(end) for end in ends):
        return False
    return not own_values(ends) and not held_by_several(ends)
