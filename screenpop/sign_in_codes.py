"""One-time codes between the pop-up window and the frame that opened it.

The frame keeps a random verifier and shows its SHA-256 to the window; the code that the window gets
works once, within 60 seconds, for whoever holds the verifier. Codes live in the database, so any worker
can redeem them.
"""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from screenpop.models import SignInCode

LIFETIME = timedelta(seconds=60)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def challenge_of(verifier: str) -> str:
    """SHA-256 in URL-safe base64 without padding, as the script computes it."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def make(user: Any, challenge: str) -> str | None:
    """A code for this challenge; None when the challenge is not one."""
    if not _CHALLENGE.fullmatch(challenge):
        return None
    now = timezone.now()
    SignInCode.objects.filter(expires_at__lt=now).delete()
    code = secrets.token_urlsafe(32)
    SignInCode.objects.create(
        code_hash=_hash(code), challenge=challenge, user=user, expires_at=now + LIFETIME
    )
    return code


@transaction.atomic
def redeem(code: str, verifier: str) -> Any | None:
    """The user of the code, once. A code shown with the wrong verifier stays good for the right one."""
    found = (
        SignInCode.objects.select_related("user")
        .filter(
            code_hash=_hash(code),
            challenge=challenge_of(verifier),
            expires_at__gte=timezone.now(),
            user__is_active=True,
        )
        .first()
    )
    if found is None:
        return None
    # The row count decides: of two workers with one code only one deletes it.
    deleted, _rows = SignInCode.objects.filter(pk=found.pk).delete()
    return found.user if deleted else None


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
