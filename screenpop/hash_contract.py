"""What the workbench writes into the hash, and what it means to us: pure, no request, settings or clock.

Source: Tencent's page on the screen pop ("与业务系统集成（来电弹屏）"). Nothing here is trusted: a value is a key to
look things up by, never an identity, and `agentRoleId` grants nothing. Unknown parameters are kept with the event.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from screenpop.leg_state import Signal

# Parameter → longest value that is taken, in characters. A longer one is cut.
PARAMETERS = {
    "mobile": 128,
    "userId": 190,
    "nickName": 120,
    "avatar": 500,
    "status": 20,
    "type": 20,
    "agentEmail": 190,
    "agentMobile": 64,
    "agentNickName": 120,
    "agentRoleId": 40,
    "sdkAppId": 20,
}
# Of these half would be somebody else's, or broken: a longer one is not taken at all.
WHOLE = {"mobile", "userId", "avatar"}
# What speaks of a contact; the others tell only who sits at the workbench.
CONTACT = {"mobile", "userId", "nickName", "avatar", "status", "type"}
_KNOWN = {name.lower(): name for name in PARAMETERS}
SIGNALS = {"100": Signal.RING, "200": Signal.CONNECT, "400": Signal.END}
CHATS = {"im", "om", "oim"}
# A hash with more counts as cut: of those behind, only what we know is kept.
MAX_PAIRS = 100
_MOST_READ = 500
MAX_VALUE = 1000


@dataclass(frozen=True, slots=True)
class Facts:
    """One hash, read. Every text is clean (no control characters) and "" when it was not there."""

    mobile: str
    user_id: str
    nickname: str
    avatar: str
    signal: Signal
    status: str
    channel: str
    agent_email: str
    agent_mobile: str
    agent_nickname: str
    agent_role: str
    sdk_app_id: str
    damaged: bool
    is_readable: bool

    @property
    def is_chat(self) -> bool:
        """Whether the customer writes or speaks through a web page or mini-program."""
        return self.channel in CHATS


def clean_pairs(raw: object) -> list[list[str]]:
    """The pairs as they may be stored, values at most 1,000 characters. Bad shapes are dropped.

    Of more than 100 the first 101 are kept, the last of which tells that more came, and the known ones behind them.
    """
    items = raw if isinstance(raw, list | tuple) else ()
    pairs = (item for item in items if isinstance(item, list | tuple) and len(item) == 2)
    texts = ([_text(k)[:64], _text(v)[:MAX_VALUE]] for k, v in islice(pairs, _MOST_READ))
    return [pair for n, pair in enumerate(texts) if n <= MAX_PAIRS or _name(pair[0])]


def _name(key: str) -> str:
    """The documented parameter that a key names, "" for any other."""
    return _KNOWN.get(clean(key).lower(), "")


def _text(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        # The bound keeps out integers that Python refuses to print.
        value = str(value) if abs(value) < 10**MAX_VALUE else ""
    # NUL cannot be stored in PostgreSQL, and a lone surrogate cannot be encoded.
    text = value.replace("\0", "") if isinstance(value, str) else ""
    return text.encode("utf-8", "replace").decode()


def read_facts(pairs: Iterable[Sequence[str]]) -> Facts:
    """Give the pairs their meaning.

    Names are compared without case. Of a name given twice the first value that is not blank counts: a value
    that holds an unencoded `&mobile=…` (an avatar's address, a nickname) comes after the workbench's own.
    """
    found: dict[str, str] = {}
    may_be_cut = False
    for key, value in pairs:
        name = _name(key)
        if may_be_cut and (not name or found.get(name)):
            # This pair may as well be the rest of an address that nobody encoded: rather no face than a cut address.
            found["avatar"] = ""
        may_be_cut = False
        if name and not found.get(name):
            found[name] = clean(value)
            # One that holds an & was encoded.
            may_be_cut = name == "avatar" and "?" in value and "&" not in value
    is_readable = any(found.get(name) for name in CONTACT)
    damaged = any("\ufffd" in value for value in found.values())
    for name, limit in PARAMETERS.items():
        value = found.get(name, "")
        found[name] = "" if name in WHOLE and len(value) > limit else value[:limit]
    return Facts(
        # A byte that is no UTF-8 is no digit either.
        mobile=found["mobile"].replace("\ufffd", ""),
        user_id=found["userId"],
        nickname=found["nickName"],
        avatar=found["avatar"] if found["avatar"].lower().startswith("https://") else "",
        signal=SIGNALS.get(found["status"], Signal.RING),
        status=found["status"],
        channel=_lower(found["type"]) or "phone",
        agent_email=_lower(found["agentEmail"]),
        agent_mobile=found["agentMobile"],
        agent_nickname=found["agentNickName"],
        agent_role=found["agentRoleId"],
        sdk_app_id=found["sdkAppId"],
        damaged=damaged,
        is_readable=is_readable,
    )


def _lower(value: str) -> str:
    # Of a few letters the small one is longer.
    return value.lower()[: len(value)]


def clean(value: str) -> str:
    """Without control characters, bidi marks and surrounding blanks; the word "undefined" is JavaScript's blank."""
    text = "".join(c for c in value if c.isprintable() or c == "\u3000").strip()
    return "" if text in {"undefined", "null"} else text
