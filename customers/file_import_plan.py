"""Whose row is this: somebody we know, somebody new, or nobody can tell. Reads the database, writes nothing.

By own id first, else by number. What could be two customers is reported and never guessed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from customers.addresses import read_address
from customers.file_import_rows import Entry, Fault, Point
from customers.file_import_seen import End, Seen
from customers.models import ContactPoint, Customer, Endpoint, MatchVerdict

CREATED, UPDATED, UNCHANGED, BAD = "created", "updated", "unchanged", "bad"
_WORDS = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z]+")
_TITLES = re.compile(r"先生|女士|小姐|太太|老师|经理|总监|主任|客户|未知")


@dataclass(slots=True)
class Decision:
    """What becomes of a row. `customer` carries the new values already; `was` is the name before."""

    entry: Entry
    action: str
    customer: Customer | None = None
    changed: set[str] = field(default_factory=set)
    new_points: list[Point] = field(default_factory=list)
    was: str = ""
    shares: bool = False


class Planner:
    """Decides on the rows of one slice, from the state of the database that it loads once."""

    def __init__(self, entries: Sequence[Entry], seen: Seen, *, lock: bool) -> None:
        self.seen = seen
        own_ids = {e.own_id for e in entries if e.own_id}
        self.ends = _endpoints({end for e in entries for end in e.points})
        self._holdings(own_ids, lock=lock)
        lines = {read_address("phone", line).value for line in settings.OWN_LINES}
        self.own_lines = {
            end for end, row in self.ends.items() if row.is_own_line
        } | {("phone", line) for line in lines}  # fmt: skip

    def _holdings(self, own_ids: set[str], *, lock: bool) -> None:
        """Who holds what, and the customers in question; locked in order of their keys when they may change."""
        by_pk = {row.pk: end for end, row in self.ends.items()}
        held = ContactPoint.objects.filter(endpoint_id__in=by_pk)
        self.held = {(c, by_pk[e]) for c, e in held.values_list("customer_id", "endpoint_id")}
        lapsed = MatchVerdict.objects.filter(
            endpoint_id__in=by_pk, verdict=MatchVerdict.Verdict.NO_LONGER
        )
        gone = {(c, by_pk[e]) for c, e in lapsed.values_list("customer_id", "endpoint_id")}
        wanted = set(Customer.objects.filter(own_id__in=own_ids).values_list("pk", flat=True))
        wanted |= {customer for customer, _end in self.held}
        rows = Customer.objects.filter(pk__in=wanted).order_by("pk")
        if lock:
            rows = rows.select_for_update(no_key=True)
        self.customers = {row.pk: row for row in rows}
        self.by_own_id = {row.own_id: row for row in self.customers.values() if row.own_id}
        self.holders: dict[End, list[Customer]] = {}
        for customer, end in sorted(self.held - gone):
            if self.customers[customer].merged_into_id is None:
                self.holders.setdefault(end, []).append(self.customers[customer])

    def decide(self, entry: Entry) -> Decision:
        """What becomes of this row."""
        for end in self.own_lines.intersection(entry.points):
            entry.faults.append(entry.fault_at(end, "own-line"))
        if entry.faults:
            return Decision(entry, BAD)
        target: Customer | None = self.by_own_id.get(entry.own_id) if entry.own_id else None
        earlier = self.seen.own_id_before(entry)
        fault: Fault | None = None
        if earlier is not None:
            fault = entry.fault("own-id-again", "own_id", earlier)
        elif target is None:
            target, fault = self._by_number(entry)
        elif target.merged_into_id:
            fault = entry.fault("merged-away", "own_id")
        if fault is None and target is None and not entry.name:
            fault = entry.fault("no-name", "name")
        if fault is not None:
            entry.faults.append(fault)
            return Decision(entry, BAD)
        return self._create(entry) if target is None else self._update(entry, target)

    def _by_number(self, entry: Entry) -> tuple[Customer | None, Fault | None]:
        """The customer whom the row's numbers name; neither when it is somebody new."""
        ends = entry.identities()
        for end in ends:
            earlier = self.seen.end_before(entry, end)
            if earlier is not None:
                # With an own id it is another person who shares the number.
                again = entry.fault_at(end, "number-again", earlier)
                return None, None if entry.own_id else again
        found: dict[int, Customer] = {}
        for end in ends:
            holders = self.holders.get(end, [])
            if holders and entry.own_id and all(holder.own_id for holder in holders):
                continue  # all of them are others, by their own ids
            if len(holders) > 1 or (holders and self._is_shared(end)):
                return None, entry.fault_at(end, "several" if len(holders) > 1 else "shared")
            found |= {holder.pk: holder for holder in holders}
        if not entry.own_id and all(map(self._is_shared, ends)):
            return None, entry.fault_at(ends[0], "shared")
        if not found:
            return self._by_name_and_number(entry)
        if len(found) > 1:
            return None, entry.fault("different", "phone")
        (customer,) = found.values()
        if entry.name and not _alike(entry.name, customer.name):
            return None, entry.fault("other-name", "name")
        return customer, None

    def _is_shared(self, end: End) -> bool:
        row = self.ends.get(end)
        return row is not None and row.is_shared

    def _by_name_and_number(self, entry: Entry) -> tuple[Customer | None, Fault | None]:
        """By a landline of a household or firm, which says who it is only together with the name."""
        found: dict[int, Customer] = {}
        for end in entry.further():
            earlier = self.seen.namesake_before(entry, end)
            if earlier is not None:
                again = entry.fault_at(end, "number-again", earlier)
                return None, None if entry.own_id else again
            for holder in self.holders.get(end, []):
                if holder.name == entry.name and not (entry.own_id and holder.own_id):
                    found[holder.pk] = holder
        if len(found) > 1:
            return None, entry.fault("several", "phone")
        return next(iter(found.values()), None), None

    def _create(self, entry: Entry) -> Decision:
        customer = Customer(
            own_id=entry.own_id or None,
            tags=entry.tags,
            attributes=entry.attributes,
            **entry.values,
        )
        points = list(entry.points.values())
        shares = any(end in self.holders for end in entry.points)
        return Decision(entry, CREATED, customer, new_points=points, shares=shares)

    def _update(self, entry: Entry, customer: Customer) -> Decision:
        """Fill in what the row gives, and take nothing away."""
        was = customer.name
        wanted: dict[str, Any] = dict(entry.values)
        if entry.own_id:
            wanted["own_id"] = entry.own_id
        if more := [tag for tag in entry.tags if tag not in customer.tags]:
            wanted["tags"] = [*customer.tags, *more]
        wanted["attributes"] = {**customer.attributes, **entry.attributes}
        changed = {name for name, value in wanted.items() if getattr(customer, name) != value}
        for name in changed:
            setattr(customer, name, wanted[name])
        points = [p for end, p in entry.points.items() if (customer.pk, end) not in self.held]
        self.held |= {(customer.pk, point.key) for point in points}
        shares = any(customer not in self.holders.get(p.key, [customer]) for p in points)
        action = UPDATED if changed or points else UNCHANGED
        before = was if was != customer.name else ""
        return Decision(entry, action, customer, changed, points, before, shares)


def _endpoints(ends: Iterable[End]) -> dict[End, Endpoint]:
    """The rows of those that are there."""
    values: dict[str, list[str]] = {}
    for kind, value in ends:
        values.setdefault(kind, []).append(value)
    return {
        (row.kind, row.value): row
        for kind, wanted in values.items()
        for row in Endpoint.objects.filter(kind=kind, value__in=wanted)
    }


def _alike(name: str, other: str) -> bool:
    """Whether two names may be one person's: 王先生 and 王小明, but not 王小明 and 李四."""
    ours, theirs = _parts(name), _parts(other)
    return not ours or not theirs or bool(ours & theirs)


def _parts(name: str) -> set[str]:
    text = _TITLES.sub("", name.lower())
    return set(_LATIN.findall(text)) | set(_WORDS.findall(_LATIN.sub("", text)))
