"""Invented customers: the same index always gives the same one, whatever was asked for before."""

from dataclasses import dataclass, field
from random import Random

from screenpop.demo import names, numbers
from screenpop.demo.draw import between, pick

# Customers come in groups of twelve: one group in six is a firm with a switchboard.
GROUP = 12
_FIRMS = 6
# Serials of numbers: a customer has four, a firm's switchboard lies beyond them all.
_SERIALS = 4
_SWITCHBOARDS = 6_000_000


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach somebody, as written down."""

    kind: str
    raw: str
    label: str = ""
    is_shared: bool = False
    do_not_call: bool = False
    invalid: bool = False


@dataclass(slots=True)
class Person:
    """A customer."""

    own_id: str
    name: str
    company: str = ""
    title: str = ""
    level: str = ""
    tags: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)


OWN_ID_PREFIX = "DEMO-"


def own_id(index: int) -> str:
    """The customer number of a demo customer; equally long, so that the highest sorts last."""
    return f"{OWN_ID_PREFIX}{index:08d}"


def person(index: int) -> Person:
    """The customer of an index, from 1."""
    rng = Random(index * 7919)  # noqa: S311
    name = names.person_name(rng)
    found = Person(own_id(index), name, level=_level(rng), tags=_tags(rng))
    if rng.random() < 0.3:
        found.attributes["会员号"] = f"V{between(rng, 10**5, 10**6)}"
    if rng.random() < 0.15:
        found.attributes["合同到期"] = f"2026-{between(rng, 1, 13):02d}-{between(rng, 1, 29):02d}"
    group, place = divmod(index, GROUP)
    if group % _FIRMS == 0:
        _add_firm(found, rng, group, index)
    elif rng.random() < 0.35:
        found.company, found.title = names.firm_name(rng), pick(rng, names.TITLES)
    if group % 4 == 1 and place < 2:
        found.contacts.append(_family_line(group))
    if len(found.contacts) < 1 or rng.random() < 0.5:
        found.contacts.insert(0, _main_contact(rng, index * _SERIALS))
    _add_more(found, rng, index * _SERIALS + 1)
    return found


def _level(rng: Random) -> str:
    chance = rng.random()
    return "svip" if chance < 0.01 else "vip" if chance < 0.07 else ""


def _tags(rng: Random) -> list[str]:
    return rng.sample(names.TAGS, pick(rng, (1, 1, 2))) if rng.random() < 0.35 else []


def _add_firm(found: Person, rng: Random, group: int, index: int) -> None:
    """Everybody of a firm has its switchboard's number, some with an extension of their own."""
    of_firm = Random(group * 104_729)  # noqa: S311
    found.company, found.title = names.firm_name(of_firm), pick(rng, names.TITLES)
    area, local = numbers.landline(of_firm, _SWITCHBOARDS + group)
    written = numbers.written_landline(rng, area, local)
    if rng.random() < 0.4:
        extension = 801 + index % 100
        raw = numbers.with_extension(rng, written, extension)
        found.contacts.append(Contact("phone", raw, "分机"))
    else:
        found.contacts.append(Contact("phone", written, "总机", is_shared=True))


def _family_line(group: int) -> Contact:
    """The telephone at home: nobody has marked it as shared, both simply gave it."""
    of_home = Random(group * 15_485_863)  # noqa: S311
    area, local = numbers.landline(of_home, _SWITCHBOARDS + 2_000_000 + group)
    return Contact("phone", numbers.written_landline(of_home, area, local), "家")


def _main_contact(rng: Random, serial: int) -> Contact:
    chance = rng.random()
    if chance < 0.03:
        return Contact("phone", numbers.foreign(rng, serial), "境外")
    if chance < 0.05:
        return Contact("phone", numbers.masked(rng, serial), "掩码")
    if chance < 0.12:
        return Contact(
            "phone", numbers.written_landline(rng, *numbers.landline(rng, serial)), "座机"
        )
    never, dead = rng.random() < 0.015, rng.random() < 0.006
    return Contact("phone", numbers.mobile(rng, serial), "手机", do_not_call=never, invalid=dead)


def _add_more(found: Person, rng: Random, serial: int) -> None:
    if rng.random() < 0.10:
        found.contacts.append(Contact("phone", numbers.mobile(rng, serial), "备用"))
    if rng.random() < 0.02:
        line = numbers.written_landline(rng, *numbers.landline(rng, serial + 1))
        raw = numbers.with_extension(rng, line, 8001 + between(rng, 0, 99))
        found.contacts.append(Contact("phone", raw, "办公室"))
    if rng.random() < 0.08:
        found.contacts.append(Contact("openid", numbers.openid(rng), "微信"))
    if rng.random() < 0.03:
        found.contacts.append(Contact("email", f"user{serial}@mail.example", "邮箱"))
