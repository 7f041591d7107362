"""Who may speak to us as the platform: Basic, a token that we issued, or, where a setting allows it, anybody."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare

TOKEN_SECONDS = 3600
# Whoever counts the hour on a clock of their own may be a little late.
_GRACE_SECONDS = 60
_SALT = "screenpop.push_token"


def has_basic() -> bool:
    """Whether a user name and a password are set."""
    return bool(settings.TCCC_PUSH_USERNAME and settings.TCCC_PUSH_PASSWORD)


def has_client() -> bool:
    """Whether an OAuth client is set."""
    return bool(settings.TCCC_PUSH_CLIENT_ID and settings.TCCC_PUSH_CLIENT_SECRET)


def may_push(authorization: str) -> bool:
    """Whether a request with this Authorization header ("" for none) may leave data here."""
    if is_platform(authorization):
        return True
    # Where something is set, a wrong word is refused even while the door is open.
    knows_none = not (has_basic() or has_client())
    return bool(settings.TCCC_PUSH_OPEN) and (not authorization.strip() or knows_none)


def is_platform(authorization: str) -> bool:
    """Whether this Authorization header proves the platform; never true without one."""
    scheme, _space, rest = authorization.strip().partition(" ")
    if scheme.lower() == "basic":
        return has_basic() and _is_basic(rest.strip())
    if scheme.lower() == "bearer":
        return has_client() and _is_token(rest.strip())
    return False


def _is_basic(encoded: str) -> bool:
    given = decode_basic(encoded)
    return given is not None and _both(
        given, (settings.TCCC_PUSH_USERNAME, settings.TCCC_PUSH_PASSWORD)
    )


def decode_basic(encoded: str) -> tuple[str, str] | None:
    """User name and password of Basic credentials; None when they are none."""
    try:
        raw = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    # Not every client writes UTF-8; what is no UTF-8 is read as the older RFC had it.
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    name, colon, secret = text.partition(":")
    return (name, secret) if colon else None


def _both(given: tuple[str, str], wanted: tuple[str, str]) -> bool:
    """Compared in constant time, and the second half even where the first is wrong."""
    first = constant_time_compare(_digest(given[0]), _digest(wanted[0]))
    second = constant_time_compare(_digest(given[1]), _digest(wanted[1]))
    return first & second


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# --- tokens (RFC 6749, section 4.4) -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grant:
    """An answer to a request for a token: the status, and the JSON of RFC 6749."""

    status: int
    body: dict[str, Any]


def grant(authorization: str, raw: bytes) -> Grant:
    """Answer a request for a token: parameters as a form or as JSON, the client in them or as Basic."""
    fields = _parameters(raw)
    if fields is None:
        return _refused(400, "invalid_request", "the body is neither a form nor a JSON object")
    scheme, _space, rest = authorization.strip().partition(" ")
    client: tuple[str, str] | None = (
        fields.get("client_id", ""),
        fields.get("client_secret", ""),
    )
    if scheme.lower() == "basic":
        client = decode_basic(rest.strip())
    if client is None or not _is_client(client):
        return _refused(401, "invalid_client", "unknown client, or wrong secret")
    kind = fields.get("grant_type", "")
    if not kind:
        return _refused(400, "invalid_request", "grant_type is missing")
    if kind != "client_credentials":
        return _refused(400, "unsupported_grant_type", "only client_credentials")
    body = {"access_token": _new_token(), "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
    return Grant(200, body)


def _refused(status: int, error: str, description: str) -> Grant:
    return Grant(status, {"error": error, "error_description": description})


def _parameters(raw: bytes) -> dict[str, str] | None:
    """By what the body is, not by what its type says: nobody documents what the platform sends."""
    try:
        text = raw.decode()
        if text.lstrip().startswith("{"):
            fields = json.loads(text)
            return {key: value for key, value in fields.items() if isinstance(value, str)}
        values = parse_qs(text, keep_blank_values=True, max_num_fields=50)
    except (ValueError, RecursionError):
        return None
    # RFC 6749: no parameter twice.
    if any(len(found) > 1 for found in values.values()):
        return None
    return {key: found[0] for key, found in values.items()}


def _is_client(given: tuple[str, str]) -> bool:
    wanted = (settings.TCCC_PUSH_CLIENT_ID, settings.TCCC_PUSH_CLIENT_SECRET)
    # RFC 6749 has both form-encoded inside Basic; many clients leave them as they are.
    encoded = (unquote_plus(given[0]), unquote_plus(given[1]))
    return has_client() and (_both(given, wanted) | _both(encoded, wanted))


def _signer() -> signing.TimestampSigner:
    # The usual colon may not stand in a bearer token (RFC 6750).
    return signing.TimestampSigner(salt=_SALT, sep=".")


def _new_token() -> str:
    return _signer().sign_object({"client": _client_mark()})


def _is_token(token: str) -> bool:
    try:
        claim = _signer().unsign_object(token, max_age=TOKEN_SECONDS + _GRACE_SECONDS)
    except (signing.BadSignature, ValueError):
        return False
    mark = claim.get("client") if isinstance(claim, dict) else None
    return isinstance(mark, str) and constant_time_compare(mark, _client_mark())


def _client_mark() -> str:
    """Binds a token to the client and its secret: with either changed, earlier tokens are void."""
    both = json.dumps([settings.TCCC_PUSH_CLIENT_ID, settings.TCCC_PUSH_CLIENT_SECRET])
    return signing.Signer(salt=_SALT + ".client").signature(both)
