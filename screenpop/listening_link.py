"""A link to one recording for one person: a player sends no header, so a bearer's would not be recognised."""

from typing import Any

from django.core import signing

from screenpop.bearer import claim_of, user_of_claim

# A long call is heard with pauses; what is over is asked for anew from where the players stand.
LINK_AGE = 3600
_SALT = "screenpop.listening-link"


def issue(user: Any, recording_id: int) -> str:
    """The key of a link; it ends with the person's bearers, and with their role as anything else does."""
    return signing.dumps({**claim_of(user), "recording": recording_id}, salt=_SALT)


def user_of(key: str, recording_id: int) -> Any | None:
    """Whose link this is, or None when it is over or another recording's."""
    try:
        claim = signing.loads(key, salt=_SALT, max_age=LINK_AGE)
    except signing.BadSignature:
        return None
    return user_of_claim(claim) if claim.get("recording") == recording_id else None
