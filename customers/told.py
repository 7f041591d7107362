"""Whether the platform tells this centre of its contacts at all, and what its silence then means."""

from datetime import datetime, timedelta

from customers.models import Interaction, Leg, Recording

# A call that was made has its record within this time.
RECORD_WITHIN = timedelta(minutes=15)


def records_come(family: str = Interaction.Family.PHONE) -> bool:
    """Whether a record of this kind of contact ever came; an indexed look-up."""
    return Interaction.objects.filter(channel_family=family, told_at__isnull=False).exists()


def first_record_at(family: str = Interaction.Family.PHONE) -> datetime | None:
    """When the first record of this kind came; None while none has."""
    rows = Interaction.objects.filter(channel_family=family, told_at__isnull=False)
    return rows.order_by("told_at").values_list("told_at", flat=True).first()


def recordings_come() -> bool:
    """Whether a recording ever came."""
    return Recording.objects.exists()


def was_never_dialled(leg: Leg, now: datetime) -> bool:
    """未拨出: asked for with a click, and no record of a call came, where records come."""
    if leg.state != Leg.State.DIALLED or now - leg.started_at <= RECORD_WITHIN:
        return False
    known: bool | None = getattr(leg, "_never_dialled", None)
    if known is None:
        known = leg.told_sequence is None and records_come()
        leg._never_dialled = known  # type: ignore[attr-defined]
    return known
