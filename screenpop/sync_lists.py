"""Seats, skill groups and lines as the platform lists them against what stands here; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from screenpop.sync_changes import Change, changed

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat as told or as known. `groups` are names, `group_ids` the platform's ids; blank: not told."""

    email: str
    staff_number: str = ""
    mobile: str = ""
    groups: tuple[str, ...] = ()
    group_ids: frozenset[str] = frozenset()
    is_active: bool = True
    # Known seats: the platform listed it once; a fetching switched it off.
    was_listed: bool = False
    was_retired: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A skill group as told or as known; `platform_id` is "" where a person made it."""

    platform_id: str
    name: str
    is_active: bool = True


def email_of(row: dict[str, Any]) -> str:
    """A listed seat's account, as it is compared."""
    return str(row.get("Mail") or "").strip().lower()[:190]


def group_items(row: dict[str, Any]) -> list[tuple[str, str]]:
    """(id, name) of the groups that a listed seat is in, in the platform's order."""
    items = row.get("SkillGroupList") or []
    return [
        (str(item["SkillGroupId"]), clean_name(item.get("SkillGroupName")))
        for item in items
        if isinstance(item, dict) and item.get("SkillGroupId") is not None
    ]


def clean_name(raw: Any) -> str:
    """A group's name on one line."""
    return " ".join(str(raw or "").split())[:_LONGEST_NAME]


def seat_changes(
    told: Iterable[Seat], known: Mapping[str, Seat], *, retire: bool, all_ours: bool
) -> dict[str, Change]:
    """What to do, by e-mail. A number or mobile that the platform does not tell stays as it is.

    `retire`: the listing is whole, so that who is missing is gone. `all_ours`: every seat belongs to the application
    that was asked about; otherwise only one that was listed before can be missed. What a person switched off stays off.
    """
    found: dict[str, Change] = {}
    listed = set()
    for seat in told:
        listed.add(seat.email)
        now = known.get(seat.email)
        if now is None:
            given = (("staff_number", "", seat.staff_number), ("mobile", "", seat.mobile))
            fields = changed((*given, ("groups", [], list(seat.groups))))
            found[seat.email] = Change("create", seat.email, fields)
            continue
        fields = changed(
            (
                ("staff_number", now.staff_number, seat.staff_number or now.staff_number),
                ("mobile", now.mobile, seat.mobile or now.mobile),
                ("groups", list(now.groups), list(seat.groups)),
            )
        )
        back = not now.is_active and now.was_retired
        if back or fields:
            found[seat.email] = Change("reactivate" if back else "update", seat.email, fields)
    for email, now in known.items():
        missing = retire and email not in listed and now.is_active
        if missing and (all_ours or now.was_listed):
            found[email] = Change("deactivate", email)
    return found


def group_changes(
    told: Iterable[Group], known: Iterable[Group], *, retire: bool
) -> dict[str, Change]:
    """What to do, by the platform's id. A group that a person made under the same name becomes the platform's.

    Names are unique here; a second group of one name is told apart by its id. A group that is switched off stays off.
    """
    known = list(known)
    by_id = {group.platform_id: group for group in known if group.platform_id}
    own_names = {group.name for group in known if not group.platform_id}
    told = list(told)
    ids = {group.platform_id for group in told}
    # Names of groups that stay as they are, unless the platform renames them below.
    taken = {group.name for group in by_id.values() if group.platform_id not in ids}
    found: dict[str, Change] = {}
    for group in sorted(told, key=lambda one: (_claim(one, by_id), one.platform_id)):
        name = _free_name(group, taken | (own_names if group.platform_id in by_id else set()))
        taken.add(name)
        now = by_id.get(group.platform_id)
        if now is None:
            adopted = {"platform_id": ["", group.platform_id]} if name in own_names else {}
            found[group.platform_id] = Change("update" if adopted else "create", name, adopted)
        elif now.name != name:
            found[group.platform_id] = Change("update", now.name, {"name": [now.name, name]})
    for platform_id, now in by_id.items():
        if retire and now.is_active and platform_id not in ids:
            found[platform_id] = Change("deactivate", now.name)
    return found


def _claim(group: Group, by_id: Mapping[str, Group]) -> int:
    """Who gets a name that several want: whoever has it already, then those who are here, then new ones."""
    now = by_id.get(group.platform_id)
    return 2 if now is None else int(now.name != group.name)


def _free_name(group: Group, taken: set[str]) -> str:
    name = group.name or group.platform_id
    if name not in taken:
        return name
    mark = f"（{group.platform_id}）"
    return name[: _LONGEST_NAME - len(mark)] + mark


def member_changes(
    listed: Mapping[str, set[int]], known: Mapping[str, set[int]], seated: set[int]
) -> dict[str, tuple[set[int], set[int]]]:
    """(users to add, users to take out) by the platform's group id.

    Who has no seat (a supervisor whom a person entered) is not the platform's to take out.
    """
    found = {}
    for group_id, members in known.items():
        wanted = listed.get(group_id, set())
        add, out = wanted - members, (members & seated) - wanted
        if add or out:
            found[group_id] = (add, out)
    return found


def line_changes(
    told: Iterable[str], own: set[str], marked: set[str], *, retire: bool
) -> dict[str, Change]:
    """What to do, by number: mark as ours, or take the mark away from those that only the platform made ours.

    `own`: numbers that bear the mark; `marked`: those that an earlier fetching gave it to.
    """
    told = list(told)
    found = {number: Change("create", number) for number in told if number not in own}
    for number in sorted(marked & own - set(told)) if retire else ():
        found[number] = Change("deactivate", number)
    return found
