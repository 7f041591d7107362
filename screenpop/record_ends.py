"""The two ends of a record: the customer's and our own line."""

from dataclasses import dataclass

from customers import phone
from customers.addresses import Address, read_address
from customers.identity import PERSON, base_of
from customers.models import Endpoint
from customers.phone_display import dial_form
from customers.phone_masks import is_telling
from customers.row_locks import lock_endpoints
from screenpop.cdr import CHAT, INBOUND, OUTBOUND, Record
from screenpop.own_numbers import own_values


@dataclass(frozen=True, slots=True)
class Ends:
    """`direction` as resolved; `address` names the customer's end, `line` ours (either may be blank)."""

    direction: str
    address: Address
    line: Address

    @property
    def dialled(self) -> str:
        """The customer's number as it would have been sent to the workbench, "" when it could not be dialled."""
        return dial_form(self.address.number).text if self.address.number else ""

    def rows(self) -> list[Endpoint]:
        """The rows of the customer's end that are there, its own kind first."""
        address = self.address
        if not address.value:
            return []
        kinds = PERSON if address.kind in PERSON else (address.kind,)
        found = Endpoint.objects.filter(kind__in=kinds, value=address.value).order_by("pk")
        return sorted(found, key=lambda row: row.kind != address.kind)

    def made_rows(self) -> list[Endpoint]:
        """The one row of an end that had none, under a lock; none of an end without a name."""
        made = Endpoint.objects.of(self.address)
        if made is None:
            return []
        # Somebody else may have made it meanwhile.
        lock_endpoints([made.pk])
        return [made]

    def is_same(self, endpoint: Endpoint) -> bool:
        """Whether a pop that named this endpoint may have been about this customer's end."""
        address = self.address
        if endpoint.value == address.value:
            return endpoint.kind == address.kind or {endpoint.kind, address.kind} <= set(PERSON)
        if not address.number or not address.value:
            return False
        if endpoint.kind == Endpoint.Kind.MASKED:
            return _hides(read_address("phone", endpoint.value), address.value)
        if address.kind == Endpoint.Kind.MASKED:
            return _hides(address, endpoint.value)
        # A number goes out, and may come back, without its extension; two extensions are two people.
        bare = base_of(endpoint)
        return bare == address.number.base and bare in (endpoint.value, address.value)


def _hides(masked: Address, value: str) -> bool:
    number = masked.number
    return number is not None and is_telling(number) and phone.matches_mask(number, value)


def ends_of(record: Record) -> Ends:
    """Whose end is whose: on an outbound call the customer is the callee."""
    if record.family == CHAT:
        return Ends(INBOUND, read_address("openid", record.person), read_address("phone", ""))
    caller, callee = _read(record.caller, record), read_address("phone", record.callee)
    direction = record.direction or (OUTBOUND if _is_ours(caller) else INBOUND)
    if direction == OUTBOUND:
        return Ends(direction, callee, read_address("phone", record.caller))
    return Ends(direction, caller, callee)


def _read(raw: str, record: Record) -> Address:
    """A caller from a mini-program is named by an openid, which is no number."""
    address = read_address("phone", raw)
    if record.channel == "om" and raw and address.kind != Endpoint.Kind.PHONE:
        return read_address("openid", raw)
    return address


def _is_ours(address: Address) -> bool:
    if address.kind != Endpoint.Kind.PHONE or not address.value:
        return False
    row = Endpoint.objects.filter(kind=address.kind, value=address.value).first()
    if row is not None and row.is_own_line:
        return True
    return bool(own_values([row or Endpoint(kind=address.kind, value=address.value)]))
