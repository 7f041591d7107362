"""Whose contact this is, also where an id of ours stands for the caller's number (号码映射).

The number behind an id decides as the number itself would. It is never shown: the contact keeps the id as its end, and
is called back by it.
"""

from collections.abc import Sequence

from customers.identity import base_of
from customers.matching import Match, Reason, Tier, match
from customers.models import Endpoint, MatchVerdict
from screenpop.number_mapping import ends_behind
from screenpop.own_numbers import own_values


def match_contact(ends: Sequence[Endpoint]) -> Match:
    """Match a contact by its ends, the strongest first. Ids that we did not make are matched as they are."""
    behind = ends_behind(ends)
    if not behind:
        return match(ends, own_values=own_values(ends))
    known = [one for end in ends for one in (end, behind.get(end.value)) if one is not None]
    own = own_values(known)
    # An id of one of our own numbers is as much ours.
    own |= {uid for uid, end in behind.items() if end.is_own_line or base_of(end) in own}
    return _without_refused(match(known, own_values=own), ends, behind)


def _without_refused(found: Match, ends: Sequence[Endpoint], behind: dict[str, Endpoint]) -> Match:
    """Whoever was said not to have the id any more has not its number either."""
    numbers = [end.value for end in behind.values()]
    if not any(one.endpoint.value in numbers for one in found.candidates):
        return found
    words = MatchVerdict.objects.filter(
        endpoint__in=[end.pk for end in ends if end.value in behind and end.pk],
        verdict=MatchVerdict.Verdict.NO_LONGER,
    )
    refused = set(words.values_list("customer_id", flat=True))
    left = tuple(
        one
        for one in found.candidates
        if one.customer.pk not in refused or one.endpoint.value not in numbers
    )
    if left == found.candidates:
        return found
    # Who is left was one of several, and nobody has said that it is this one.
    return Match(Tier.MAYBE, found.reason, left) if left else Match(Tier.NONE, Reason.UNKNOWN)
