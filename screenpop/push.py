"""The inbox for what the platform pushes: stored first, in a transaction of its own, then applied in a second one.

What a crash leaves between the two stays `received` and is taken up by a later push or by `replay_pushes`.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from screenpop import reconciliation
from screenpop.cdr import Unreadable
from screenpop.models import Push
from screenpop.push_body import Content, Reading, read_body, storable

log = logging.getLogger(__name__)

# A push that was begun so often and never ended is left to a person.
MOST_ATTEMPTS = 5
# One that arrived a moment ago is being applied by its own worker; waiting for that one would cost both.
_OWN_WORKERS = timedelta(seconds=2)
# A later push takes up so many of those that were left: its own answer must not wait long.
_MOST_WAITING = 5
State = Push.State


@dataclass(frozen=True, slots=True)
class Arrived:
    """One push as the platform sent it. `push_uuid` is blank where the header was missing."""

    action: str
    version: str
    push_uuid: str
    content: Content


def read_arrived(action: str, version: str, push_uuid: str, content: Content) -> Arrived:
    """Bring what the address and the header say into the shape that is stored."""
    name = _plain(push_uuid)
    if len(name) > 80:
        # Cut off, two long ones might look like one.
        name = "sha256:" + hashlib.sha256(name.encode()).hexdigest()
    return Arrived(_plain(action).lower()[:40], _plain(version)[:10], name, content)


def take(arrived: Arrived) -> None:
    """Store a push and apply it. When this returns, it is committed, whatever became of it.

    Raises django.db.Error when it could not be stored; applying raises nothing.
    """
    reading = _reading_of(arrived.content)
    pk = store(arrived, reading)
    try:
        if pk is not None:
            apply_one(pk, reading=reading)
        apply_waiting(_MOST_WAITING)
    except Exception as error:  # noqa: BLE001 - it is stored: the platform need not send it again
        log.error("a stored push waits, as applying ended with %s", type(error).__name__)


def store(arrived: Arrived, reading: Reading) -> int | None:
    """Commit one push; gives its key, None when the same one is there already."""
    try:
        return _insert(arrived, reading, arrived.push_uuid)
    except IntegrityError:
        found = _twin(arrived).values_list("state", "digest").first()
        if found is None:
            raise
    state, digest = found
    if not arrived.push_uuid or state != State.FAILED or digest == arrived.content.digest:
        return None
    # What came first under this id could not be read, perhaps cut off on its way: both are kept.
    try:
        return _insert(arrived, reading, "")
    except IntegrityError:
        return None


def _twin(arrived: Arrived) -> QuerySet[Push]:
    """The row that forbids a second one."""
    if arrived.push_uuid:
        # In the words of the constraint, or SQLite would not use its index.
        return Push.objects.filter(~Q(push_uuid=""), push_uuid=arrived.push_uuid)
    return Push.objects.filter(push_uuid="", action=arrived.action, digest=arrived.content.digest)


def _insert(arrived: Arrived, reading: Reading, push_uuid: str) -> int:
    text, raw = storable(arrived.content.kept)
    state = State.RECEIVED
    if reading.body is None:
        state = State.FAILED
    elif is_foreign(reading):
        state = State.FOREIGN
    with transaction.atomic():
        push = Push.objects.create(
            action=arrived.action,
            version=arrived.version,
            push_uuid=push_uuid,
            digest=arrived.content.digest,
            body=text,
            raw=raw,
            state=state,
            error=reading.problem,
            sdk_app_id=reading.sdk_app_id,
            session_id=reading.session_id,
            attempts=1,
        )
    return push.pk


def is_foreign(reading: Reading) -> bool:
    """Whether the body names an application (tenant) that is not ours; one that names none is ours."""
    ours = settings.TCCC_SDK_APP_ID
    return bool(ours and reading.sdk_app_id and reading.sdk_app_id not in ours)


def apply_one(
    pk: int, *, states: Sequence[str] = (State.RECEIVED,), reading: Reading | None = None
) -> str | None:
    """Apply a stored push whose state is one of `states`; gives its new state.

    None when there is nothing to do: another worker has it or had it, or the database could not be reached, and it
    waits. The row is locked, so that no two workers apply one push.
    """
    try:
        with transaction.atomic():
            rows = Push.objects.select_for_update(skip_locked=True, no_key=True)
            push = next(iter(rows.filter(pk=pk, state__in=states)), None)
            return None if push is None else _apply(push, reading or reading_of(push))
    except (OperationalError, InterfaceError) as error:
        log.warning("a push waits: %s", type(error).__name__)
        return None
    except Unreadable as unreadable:
        problem = str(unreadable)
    except Exception as error:  # noqa: BLE001 - never a lost record; its words may hold a number
        log.error("a push could not be applied: %s", type(error).__name__)
        problem = _("处理出错：%(name)s") % {"name": type(error).__name__}
    failed = Push.objects.filter(pk=pk, state__in=states)
    return State.FAILED if failed.update(state=State.FAILED, error=problem) else None


def _apply(push: Push, reading: Reading) -> str:
    if reading.body is None:
        raise Unreadable(reading.problem)
    if is_foreign(reading):
        state = State.FOREIGN
    elif reconciliation.apply(push.action, reading.body, push.received_at):
        state = State.APPLIED
    else:
        state = State.IGNORED
    Push.objects.filter(pk=push.pk).update(
        state=state,
        error="",
        sdk_app_id=reading.sdk_app_id,
        session_id=reading.session_id,
        applied_at=timezone.now() if state == State.APPLIED else push.applied_at,
    )
    return state


def apply_waiting(limit: int) -> int:
    """Apply up to `limit` pushes that were stored and never applied, the oldest first; gives how many were."""
    return sum(apply_one(pk) is not None for pk in _lease(limit))


def left_to_people() -> Q:
    """What no worker takes up by itself: failed, or begun so often that it must have ended whoever began it."""
    return Q(state=State.FAILED) | Q(state=State.RECEIVED, attempts__gte=MOST_ATTEMPTS)


def _lease(limit: int) -> list[int]:
    """Those to take up, each counted as begun before it is: one that ends the process is not begun for ever."""
    waiting = Push.objects.filter(
        Q(attempts=0) | Q(received_at__lt=timezone.now() - _OWN_WORKERS),
        state=State.RECEIVED,
        attempts__lt=MOST_ATTEMPTS,
    )
    if not waiting.exists():
        return []
    with transaction.atomic():
        free = waiting.select_for_update(skip_locked=True, no_key=True)
        keys = list(free.order_by("received_at", "pk").values_list("pk", flat=True)[:limit])
        Push.objects.filter(pk__in=keys).update(attempts=F("attempts") + 1)
    return keys


def replay(pk: int) -> str | None:
    """Apply a push once more at a person's word, whatever became of it before; gives its new state, or None."""
    Push.objects.filter(pk=pk).update(attempts=F("attempts") + 1)
    return apply_one(pk, states=State.values)


def reading_of(push: Push) -> Reading:
    """What a stored push says."""
    raw = raw_bytes(push)
    if push.digest and hashlib.sha256(raw).hexdigest() != push.digest:
        return Reading(None, push.error or _("只保留了开头的部分，不能处理"))
    return read_body(raw)


def raw_bytes(push: Push) -> bytes:
    """The body as it arrived, or what was kept of it."""
    return push.body.encode() if push.raw is None else bytes(push.raw)


def _reading_of(content: Content) -> Reading:
    if content.is_whole:
        return read_body(content.kept)
    size = {"size": content.size, "limit": settings.TCCC_PUSH_MAX_BYTES}
    text = _("内容有 %(size)d 字节，超过了上限 %(limit)d 字节，只保留了开头") % size
    return Reading(None, text)


def _plain(text: str) -> str:
    return "".join(c for c in text.strip() if c.isprintable())
