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
        task.missed_times, task.attempts = _counted(endpoint, when)
        task.save()
        return task
    if task.interaction is None or _when(task.interaction) < when:
        task.interaction = interaction
        task.save(update_fields=["interaction"])
    _count(task, endpoint)
    return task


def note_spoken(interaction: Interaction, at: datetime) -> None:
    """A talk with the number, either way, by anyone: what was missed before it is made up for."""
    endpoint, spoke = interaction.endpoint, _spoke_at(interaction)
    task = _open_at(endpoint) if endpoint else None
    if endpoint is None or task is None or spoke is None:
        return
    missed = task.interaction
    if missed is None or missed.pk == interaction.pk or _when(missed) <= spoke:
        # When it was settled, not when we were told: what is missed later, and told earlier, is owed anew.
        task.done_at = min(spoke, at)
        task.save(update_fields=["done_at"])
    else:
        _count(task, endpoint)


def note_tried(interaction: Interaction) -> None:
    """A call of ours that nobody took: counted from the records, so that one told twice counts once."""
    endpoint = interaction.endpoint
    task = _open_at(endpoint) if endpoint else None
    if task is not None and endpoint is not None:
        _count(task, endpoint)


def _count(task: FollowUp, endpoint: Endpoint) -> None:
    """Bring both counts up to date: whichever record comes first, they end up the same."""
    if task.interaction is None:
        return
    found = _counted(endpoint, _when(task.interaction))
    if found != (task.missed_times, task.attempts):
        task.missed_times, task.attempts = found
        task.save(update_fields=["missed_times", "attempts"])


def _open_at(endpoint: Endpoint) -> FollowUp | None:
    rows = FollowUp.objects.open().filter(kind=FollowUp.Kind.MISSED, endpoint=endpoint)
    return rows.select_related("interaction").select_for_update(of=("self",), no_key=True).first()


def _told(endpoint_id: int) -> QuerySet[Interaction]:
    rows = Interaction.objects.filter(endpoint=endpoint_id, merged_into=None)
    return rows.exclude(told_at=None)


def _spoken_since(endpoint: Endpoint, when: datetime) -> bool:
    spoke = Q(told_connected_at__gte=when) | Q(legs__told_connected_at__gte=when)
    day_before = when - timedelta(days=1)
    return _told(endpoint.pk).filter(spoke, started_at__gte=day_before).exists()


def _counted(endpoint: Endpoint, until: datetime) -> tuple[int, int]:
    """Since the number was spoken with or called back: how often it rang in vain up to then, and how often we tried.

    A try counts from the first of these missed calls on; both up to 99.
    """
    since = until - _COUNTED_FOR
    told = _told(endpoint.pk).filter(started_at__gte=since)
    spoke = told.aggregate(call=Max("told_connected_at"), leg=Max("legs__told_connected_at"))
    done = FollowUp.objects.filter(kind=FollowUp.Kind.MISSED, endpoint=endpoint)
    last = done.aggregate(last=Max("done_at"))["last"]
    since = max(moment for moment in (since, spoke["call"], spoke["leg"], last) if moment)
    vain = told.filter(told_connected_at=None, started_at__gt=since)
    rang = vain.filter(direction=Interaction.Direction.INBOUND, started_at__lte=until)
    starts = list(rang.order_by("started_at").values_list("started_at", flat=True)[:99])
    tried = vain.filter(
        direction=Interaction.Direction.OUTBOUND, started_at__gte=min(starts, default=until)
    )
    return len(starts), len(tried.values_list("pk", flat=True)[:99])


def _when(interaction: Interaction) -> datetime:
    return interaction.told_ended_at or interaction.told_started_at or interaction.started_at


def _spoke_at(interaction: Interaction) -> datetime | None:
    told = [leg.told_connected_at for leg in interaction.legs.all() if leg.told_connected_at]
    if interaction.told_connected_at:
        told.append(interaction.told_connected_at)
    return max(told, default=None)
