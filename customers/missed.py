"""Calls that we missed: one thing to do per number, settled by the next talk with it.

Opened and settled by records alone, never by what a page saw: only where the platform tells of calls does a missed one
become known at all, a record comes for every call whether or not a page was open, and a page's answer stays as cheap.
"""

from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet

from customers.identity import own_lines
from customers.models import Endpoint, FollowUp, Interaction

# A call back is due this long after the call.
DUE_AFTER = timedelta(minutes=30)
# Of an older call, told late, nobody waits for an answer any more.
NEWS_FOR = timedelta(days=7)
_COUNTED_FOR = timedelta(days=30)
_CALLABLE = (Endpoint.Kind.PHONE, Endpoint.Kind.MAPPED)


def note_missed(interaction: Interaction, at: datetime) -> FollowUp | None:
    """Open, or bring up to date, what is owed for this call; nothing when it was made up for already."""
    endpoint = interaction.endpoint
    when = _when(interaction)
    if endpoint is None or endpoint.kind not in _CALLABLE or at - when > NEWS_FOR:
        return None
    if endpoint.is_own_line or endpoint.value in own_lines() or _spoken_since(endpoint, when):
        return None
    task = _open_at(endpoint)
    if task is None:
        done = FollowUp.objects.filter(kind=FollowUp.Kind.MISSED, endpoint=endpoint)
        if done.filter(done_at__gte=when).exists():
            # The same record, told again, does not bring back what was done since.
            return None
        task = FollowUp(kind=FollowUp.Kind.MISSED, endpoint=endpoint, interaction=interaction)
        task.customer, task.group = interaction.customer, interaction.skill_group
        task.due_at = when + DUE_AFTER
        task.attempts, task.missed_times = _attempts(endpoint, when), _times(endpoint, when)
        task.save()
        return task
    if task.interaction is None or _when(task.interaction) < when:
        task.interaction = interaction
    task.missed_times = _times(endpoint, _when(task.interaction))
    task.save(update_fields=["interaction", "missed_times"])
    return task


def note_spoken(interaction: Interaction, at: datetime) -> None:
    """A talk with the number, either way, by anyone: what was missed before it is made up for."""
    endpoint, spoke = interaction.endpoint, _spoke_at(interaction)
    task = _open_at(endpoint) if endpoint else None
    if task is None or spoke is None:
        return
    missed = task.interaction
    if missed is None or missed.pk == interaction.pk or _when(missed) <= spoke:
        # When it was settled, not when we were told: what is missed later, and told earlier, is owed anew.
        task.done_at = min(spoke, at)
        task.save(update_fields=["done_at"])


def note_tried(interaction: Interaction) -> None:
    """A call of ours that nobody took: counted from the records, so that one told twice counts once."""
    endpoint = interaction.endpoint
    task = _open_at(endpoint) if endpoint else None
    if task is None or endpoint is None or task.interaction is None:
        return
    attempts = _attempts(endpoint, _when(task.interaction))
    if attempts != task.attempts:
        task.attempts = attempts
        task.save(update_fields=["attempts"])


def _open_at(endpoint: Endpoint) -> FollowUp | None:
    rows = FollowUp.objects.open().filter(kind=FollowUp.Kind.MISSED, endpoint=endpoint)
    return rows.select_related("interaction").select_for_update(of=("self",)).first()


def _told(endpoint_id: int) -> QuerySet[Interaction]:
    rows = Interaction.objects.filter(endpoint=endpoint_id, merged_into=None)
    return rows.exclude(told_at=None)


def _spoken_since(endpoint: Endpoint, when: datetime) -> bool:
    spoke = Q(told_connected_at__gte=when) | Q(legs__told_connected_at__gte=when)
    day_before = when - timedelta(days=1)
    return _told(endpoint.pk).filter(spoke, started_at__gte=day_before).exists()


def _times(endpoint: Endpoint, until: datetime) -> int:
    """How often the number rang in vain up to then, since it was spoken with or called back; counted up to 99."""
    since = until - _COUNTED_FOR
    told = _told(endpoint.pk).filter(started_at__gte=since)
    spoke = told.aggregate(call=Max("told_connected_at"), leg=Max("legs__told_connected_at"))
    done = FollowUp.objects.filter(kind=FollowUp.Kind.MISSED, endpoint=endpoint)
    last = done.aggregate(last=Max("done_at"))["last"]
    since = max(moment for moment in (since, spoke["call"], spoke["leg"], last) if moment)
    rows = told.filter(direction=Interaction.Direction.INBOUND, told_connected_at=None)
    rows = rows.filter(started_at__gt=since, started_at__lte=until)
    return len(rows.values_list("pk", flat=True)[:99])


def _attempts(endpoint: Endpoint, when: datetime) -> int:
    rows = _told(endpoint.pk).filter(
        direction=Interaction.Direction.OUTBOUND, told_connected_at=None, started_at__gte=when
    )
    return rows.count()


def _when(interaction: Interaction) -> datetime:
    return interaction.told_ended_at or interaction.told_started_at or interaction.started_at


def _spoke_at(interaction: Interaction) -> datetime | None:
    told = [leg.told_connected_at for leg in interaction.legs.all() if leg.told_connected_at]
    if interaction.told_connected_at:
        told.append(interaction.told_connected_at)
    return max(told, default=None)
