"""What settles a line of the board. Each keeps who did it, and when."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.identity import lock_ends
from customers.joining import absorb, close_ranks, move_legs, renumber
from customers.linking import pick
from customers.linking import reject as reject_customer
from customers.models import Interaction, Leg
from customers.row_locks import lock_endpoints, lock_interactions, lock_legs
from screenpop import push as push_inbox
from screenpop.board import rows_of
from screenpop.models import Discrepancy, Push
from screenpop.reconciliation import READERS, settle
from screenpop.record_audio import place_all
from screenpop.session_lock import lock_session

Kind, Settlement = Discrepancy.Kind, Discrepancy.Settlement
_TOLD = (
    *("told_rang_at", "told_connected_at", "told_ended_at", "told_sequence"),
    *("told_kind", "told_status", "told_record_id"),
)


class BoardError(ValueError):
    """It cannot be settled so; the text says why."""


@transaction.atomic
def join_waiting(row: Discrepancy, sequence: int, leg_id: int, by: Any) -> None:
    """The record is about this card."""
    row = _waiting(row)
    if leg_id not in row.candidates.get(str(sequence), []):
        raise BoardError(_("这张卡片已经不在可选之列，请刷新页面。"))
    _apply_waiting(row, by, Settlement.JOINED, chosen={sequence: leg_id})
    leg = Leg.objects.get(pk=leg_id)
    if leg.interaction.session_id != row.session_id:
        raise BoardError(_("这张卡片刚刚对上了别的话单，请刷新页面。"))


@transaction.atomic
def keep_alone(row: Discrepancy, by: Any) -> None:
    """The record is about none of these cards."""
    _apply_waiting(_waiting(row), by, Settlement.ALONE, alone=True)


def _apply_waiting(row: Discrepancy, by: Any, how: str, **said: Any) -> None:
    body = row.body or {}
    home = settle(READERS[row.action](body), row.action, body, timezone.now(), **said)
    still = Discrepancy.objects.open().filter(pk=row.pk).exists()
    if still and how == Settlement.JOINED:
        # Another part of the record waits on.
        return
    _close(row, by, how, interaction=home)


def _waiting(row: Discrepancy) -> Discrepancy:
    """The record that waits, under its session's lock, which whoever applies it takes first too."""
    if row.action not in READERS:
        raise BoardError(_("已经有人处理过了。"))
    record = READERS[row.action](row.body or {})
    lock_session(record.family, record.session_id, (part.email for part in record.parts))
    return _open(row, Kind.AMBIGUOUS)


def _open(row: Discrepancy, kind: str) -> Discrepancy:
    found = Discrepancy.objects.open().filter(pk=row.pk, kind=kind)
    locked = found.select_for_update(of=("self",)).first()
    if locked is None:
        raise BoardError(_("已经有人处理过了。"))
    return locked


def _close(row: Discrepancy, by: Any, how: str, **more: Any) -> None:
    values = {"settled_at": timezone.now(), "settled_by": by, "settlement": how, **more}
    Discrepancy.objects.filter(pk=row.pk).update(**values)


@transaction.atomic
def keep_customer(row: Discrepancy, which: str, by: Any) -> None:
    """Whose contact it is: what the one ("interaction") or the other ("other") said."""
    if row.interaction is not None:
        home = Interaction.objects.get(pk=_resolved(row.interaction))
        lock_ends(home)
        lock_interactions([home.pk])
    row = _open(row, Kind.CUSTOMERS)
    said = {"interaction": row.interaction, "other": row.other}.get(which)
    if said is None or row.interaction is None:
        raise BoardError(_("请选择一位客户。"))
    home = Interaction.objects.get(pk=_resolved(row.interaction))
    if said.customer is not None:
        pick(home, said.customer, by)
    else:
        reject_customer(home, by)
    _close(row, by, Settlement.CUSTOMER)


def _resolved(interaction: Interaction) -> int:
    """The one that it is part of by now."""
    return interaction.merged_into_id or interaction.pk


@transaction.atomic
def join_pop(told_id: int, seen_id: int, by: Any) -> None:
    """A record's part that no pop showed, and a card that no record claimed, are one."""
    keys = {told_id, seen_id}
    _lock_both(keys)
    legs = Leg.objects.select_related("interaction").in_bulk(keys)
    told, seen = legs.get(told_id), legs.get(seen_id)
    if told is None or seen is None or told.told_sequence is None or told.last_signal:
        raise BoardError(_("这条话单已经对上了，请刷新页面。"))
    if seen.told_sequence is not None:
        raise BoardError(_("这张卡片刚刚对上了别的话单，请刷新页面。"))
    home, left = told.interaction, seen.interaction
    _hand_facts(told, seen)
    if home.pk != left.pk:
        if left.session_id is None and left.merged_into_id is None:
            if absorb(home, left):
                Discrepancy.objects.get_or_create(kind=Kind.CUSTOMERS, interaction=home, other=left)
        else:
            move_legs([seen], home)
            close_ranks(left)
    renumber(home)
    place_all(home)
    values = {"settled_at": timezone.now(), "settled_by": by, "settlement": Settlement.JOINED}
    Discrepancy.objects.update_or_create(
        kind=Kind.NO_POP, leg=seen, defaults={**values, "interaction": home}
    )


def _lock_both(keys: set[int]) -> None:
    """All that joining these legs writes: their sessions, endpoints, interactions, and the legs themselves."""
    found = list(Leg.objects.filter(pk__in=keys).select_related("interaction").order_by("pk"))
    homes = [leg.interaction for leg in found]
    sessions = {(home.channel_family, home.session_id) for home in homes if home.session_id}
    for family, session in sorted(sessions):
        lock_session(family, session)
    ends = [leg.endpoint_id for leg in found]
    ends += [key for home in homes for key in (home.endpoint_id, home.second_endpoint_id)]
    lock_endpoints(ends)
    lock_interactions(home.pk for home in homes)
    lock_legs(keys)


def _hand_facts(told: Leg, seen: Leg) -> None:
    for name in _TOLD:
        setattr(seen, name, getattr(told, name))
    # By seat and place the same record, told again, finds it.
    seen.agent_email = told.agent_email or seen.agent_email
    live = (Leg.State.DIALLED, Leg.State.RINGING, Leg.State.CONNECTED, Leg.State.MISSED)
    if seen.state in live and seen.told_connected_at and seen.told_ended_at:
        seen.state, seen.ending = Leg.State.WRAP_UP, Leg.Ending.NONE
    touched = told.note or told.disposition_id or told.wrapped_up_at or told.ticket
    if touched:
        # What its agent wrote there stays readable.
        Leg.objects.filter(pk=told.pk).update(**dict.fromkeys(_TOLD[:4]), told_record_id="")
    else:
        told.delete()
    seen.save(update_fields=[*_TOLD, "agent_email", "state", "ending", "changed_at"])


def accept(kind: str, pk: int, by: Any) -> None:
    """已核实: looked at, and left as it is. Raises BoardError when it is not there any more."""
    model: Any = Leg if kind in (Kind.NO_POP, Kind.NO_WRAP_UP) else Interaction
    row = model.objects.filter(pk=pk).first()
    if row is None:
        raise BoardError(_("这条记录已经不在了。"))
    of = {"leg" if model is Leg else "interaction": row}
    values = {"settled_at": timezone.now(), "settled_by": by, "settlement": Settlement.SEEN}
    _line, made = Discrepancy.objects.get_or_create(kind=kind, **of, defaults=values)
    if not made:
        # One that is open carries a reminder; who settled one first stays.
        Discrepancy.objects.open().filter(kind=kind, **of).update(**values)


@transaction.atomic
def remind(pk: int, by: Any) -> str:
    """Ask the agent of a talk for its wrap-up; gives the agent's name. Raises BoardError when there is nobody to ask,
    or nothing to ask for any more."""
    found = Leg.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    leg = found.filter(pk=pk).first()
    if leg is not None and leg.wrapped_up_at is not None:
        raise BoardError(_("坐席已经小结了。"))
    now = timezone.now()
    stands, _order = rows_of(Kind.NO_WRAP_UP, by, now)
    if leg is None or not stands.filter(pk=pk).exists():
        raise BoardError(_("这条记录已经不在了。"))
    if leg.user is None or not leg.user.is_active:
        raise BoardError(_("这通没有在用的坐席账号，没有人可以提醒。"))
    row, _made = Discrepancy.objects.get_or_create(kind=Kind.NO_WRAP_UP, leg=leg)
    if row.reminded_at and row.reminder_told_at is None:
        raise BoardError(_("已经提醒过，坐席打开弹屏时就会看到。"))
    values = {"reminded_at": now, "reminded_by": by, "reminder_told_at": None}
    Discrepancy.objects.filter(pk=row.pk).update(**values)
    # Her open card is painted anew.
    Leg.objects.filter(pk=pk).update(changed_at=now)
    return str(leg.user.shown_name)


def replay(push: Push) -> str:
    """Read a failed push again; gives the words that tell what came of it. Raises BoardError when it failed again."""
    state = push_inbox.replay(push.pk)
    if state is None:
        raise BoardError(_("这个推送正在处理。"))
    push.refresh_from_db()
    if state == Push.State.FAILED:
        raise BoardError(_("还是读不了：%(error)s") % {"error": push.error})
    return str(push.get_state_display())
