"""Skill groups, seats with their memberships, and own lines: read whole, compared, written in one transaction."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from customers.addresses import read_address
from customers.models import Endpoint, SkillGroup
from customers.row_locks import lock_numbers
from screenpop.models import AgentSeat, SyncRun, SyncState
from screenpop.seats import canonical_mobile, mark_as_ours
from screenpop.sync_changes import Change, Listing, read_all
from screenpop.sync_lists import (
    Group,
    Seat,
    clean_name,
    email_of,
    group_changes,
    group_items,
    line_changes,
    member_changes,
    seat_changes,
)

Tell = Callable[[int, int], object]
Outcome = tuple[Counter[str], list[Change]]
_COUNTED = {
    "create": "created",
    "update": "updated",
    "deactivate": "deactivated",
    "reactivate": "reactivated",
}


def _may_retire(listing: Listing) -> bool:
    """A list that is cut short, or empty, is no proof that anybody is gone."""
    return listing.complete and bool(listing.rows)


def _one_application() -> bool:
    return len(settings.TCCC_SDK_APP_ID) == 1


def _outcome(changes: Iterable[Change], listed: int) -> Outcome:
    found = list(changes)
    counts = Counter(_COUNTED[change.action] for change in found)
    counts["unchanged"] = max(listed - len([c for c in found if c.action != "deactivate"]), 0)
    return counts, found


# --- skill groups -------------------------------------------------------------------------------------------------


def take_groups(run: SyncRun, tell: Tell) -> Outcome:
    """DescribeSkillGroupInfoList against SkillGroup."""
    listing = read_all(
        "DescribeSkillGroupInfoList", "SkillGroupList", _group_id, size=100, tell=tell
    )
    told = [Group(_group_id(row), clean_name(row.get("SkillGroupName"))) for row in listing.rows]
    with transaction.atomic():
        known = [
            Group(row.platform_id or "", row.name, row.is_active)
            for row in SkillGroup.objects.select_for_update()
        ]
        retire = _may_retire(listing) and _one_application()
        changes = group_changes(told, known, retire=retire)
        if not run.dry_run:
            _write_groups(changes)
    return _outcome(changes.values(), len(told))


def _group_id(row: dict[str, Any]) -> str:
    return str(row.get("SkillGroupId") or "")[:20]


def _write_groups(changes: dict[str, Change]) -> None:
    # Off first: two groups may change names with each other.
    renamed = [key for key, change in changes.items() if "name" in change.fields]
    for platform_id in renamed:
        SkillGroup.objects.filter(platform_id=platform_id).update(name=f"\u200b{platform_id}")
    for platform_id, change in changes.items():
        if change.action == "create":
            SkillGroup.objects.create(platform_id=platform_id, name=change.what)
        elif change.action == "deactivate":
            SkillGroup.objects.filter(platform_id=platform_id).update(is_active=False)
        elif "name" in change.fields:
            SkillGroup.objects.filter(platform_id=platform_id).update(name=change.fields["name"][1])
        else:
            SkillGroup.objects.filter(name=change.what).update(platform_id=platform_id)


# --- seats --------------------------------------------------------------------------------------------------------


def take_seats(run: SyncRun, tell: Tell) -> Outcome:
    """DescribeStaffInfoList against AgentSeat, then the members of the platform's groups."""
    listing = read_all("DescribeStaffInfoList", "StaffList", email_of, size=200, tell=tell)
    told = [_told_seat(row) for row in listing.rows]
    now = timezone.now()
    with transaction.atomic():
        rows = {row.email.lower(): row for row in AgentSeat.objects.select_for_update()}
        known = {email: _known_seat(row) for email, row in rows.items()}
        changes = seat_changes(
            told, known, retire=_may_retire(listing), all_ours=_one_application()
        )
        if not run.dry_run:
            for email, change in changes.items():
                _write_seat(rows.get(email), change, now)
            _note_listed([seat.email for seat in told], now)
        members = _members(told, rows, write=not run.dry_run) if listing.rows else []
    counts, found = _outcome(changes.values(), len(told))
    counts["members"] = len(members)
    return counts, [*found, *members]


def _told_seat(row: dict[str, Any]) -> Seat:
    groups = group_items(row)
    return Seat(
        email=email_of(row),
        staff_number=str(row.get("StaffNumber") or "").strip()[:20],
        mobile=canonical_mobile(str(row.get("Phone") or ""))[:40],
        groups=tuple(dict.fromkeys(name for _id, name in groups if name)),
        group_ids=frozenset(group_id for group_id, _name in groups),
    )


def _known_seat(row: AgentSeat) -> Seat:
    return Seat(
        email=row.email.lower(),
        staff_number=row.staff_number,
        mobile=row.mobile,
        groups=tuple(row.skill_groups),
        is_active=row.is_active,
        was_listed=row.listed_at is not None,
        was_retired=row.retired_at is not None,
    )


def _write_seat(row: AgentSeat | None, change: Change, now: datetime) -> None:
    new = {name: pair[1] for name, pair in change.fields.items()}
    mark_as_ours(new.get("mobile", ""))
    if "groups" in new:
        new["skill_groups"] = new.pop("groups")
    if row is None:
        AgentSeat.objects.create(email=change.what, **new)
        return
    if change.action == "deactivate":
        new |= {"is_active": False, "retired_at": now}
    elif change.action == "reactivate":
        new |= {"is_active": True, "retired_at": None}
    AgentSeat.objects.filter(pk=row.pk).update(**new)


def _note_listed(emails: list[str], now: datetime) -> None:
    for start in range(0, len(emails), 500):
        AgentSeat.objects.filter(email__in=emails[start : start + 500]).update(listed_at=now)


def _members(told: list[Seat], rows: dict[str, AgentSeat], *, write: bool) -> list[Change]:
    """Bring the members of the platform's groups up to date: the people whose seats it lists in them."""
    groups = {
        str(group.platform_id): group
        for group in SkillGroup.objects.exclude(platform_id=None).prefetch_related("members")
    }
    listed: dict[str, set[int]] = {}
    for seat in told:
        row = rows.get(seat.email)
        if row is not None and row.user_id and (row.is_active or row.retired_at):
            for group_id in seat.group_ids:
                listed.setdefault(group_id, set()).add(row.user_id)
    known = {key: {user.pk for user in group.members.all()} for key, group in groups.items()}
    seated = {row.user_id for row in rows.values() if row.user_id}
    found = member_changes(listed, known, seated)
    touched = {pk for add, out in found.values() for pk in add | out}
    people = get_user_model().objects.in_bulk(touched)
    changes = []
    for group_id, (add, out) in found.items():
        if write:
            groups[group_id].members.add(*add)
            groups[group_id].members.remove(*out)
        names = [sorted(people[pk].shown_name for pk in pks) for pks in (out, add)]
        changes.append(Change("members", groups[group_id].name, {"members": names}))
    return changes


# --- lines --------------------------------------------------------------------------------------------------------


def take_lines(run: SyncRun, tell: Tell) -> Outcome:
    """DescribeNumbers against the endpoints that are marked as our own."""
    listing = read_all("DescribeNumbers", "Numbers", _line, size=50, tell=tell)
    told = [_line(row) for row in listing.rows]
    with transaction.atomic():
        state = SyncState.objects.select_for_update().get(kind=run.kind)
        ends = Endpoint.objects.filter(kind=Endpoint.Kind.PHONE)
        own = set(ends.filter(is_own_line=True).values_list("value", flat=True))
        marked = set(ends.filter(pk__in=state.marked).values_list("value", flat=True))
        # An agent's mobile stays ours whatever the platform lists as a line.
        mobiles = AgentSeat.objects.filter(mobile__in=marked, is_active=True)
        marked -= set(mobiles.values_list("mobile", flat=True))
        changes = line_changes(told, own, marked, retire=_may_retire(listing))
        if not run.dry_run:
            _write_lines(changes, state)
    return _outcome(changes.values(), len(told))


def _line(row: dict[str, Any]) -> str:
    """The canonical number; "" for what is none."""
    address = read_address("phone", row.get("Number"))
    return address.value if address.kind == Endpoint.Kind.PHONE else ""


def _write_lines(changes: dict[str, Change], state: SyncState) -> None:
    marked = set(state.marked)
    lock_numbers(changes)
    for number, change in sorted(changes.items()):
        if change.action == "create":
            endpoint = mark_as_ours(number)
            marked |= {endpoint.pk} if endpoint is not None else set()
            continue
        gone = Endpoint.objects.filter(kind=Endpoint.Kind.PHONE, value=number)
        marked -= set(gone.values_list("pk", flat=True))
        gone.update(is_own_line=False)
    state.marked = sorted(marked)
    state.save(update_fields=["marked"])
