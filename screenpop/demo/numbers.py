"""Invented numbers, in every way that people and systems write them.

Two serials never give the same number: the digits are a permutation of the serial. Mobiles that
begin with 138 and local numbers that begin with 8 belong to the fixed cast.
"""

from random import Random

from screenpop.demo.draw import between, pick

_MOBILE_PREFIXES = [f"13{digit}" for digit in "012345679"]
_MOBILE_PREFIXES += [f"15{digit}" for digit in "012356789"]
_MOBILE_PREFIXES += [f"18{digit}" for digit in "0123456789"]
_MOBILE_PREFIXES += ["147", "166", "173", "175", "176", "177", "178", "191", "195", "198", "199"]
# Area code without its 0, and how many digits a local number has there.
_AREAS = [
    (10, 8), (20, 8), (21, 8), (22, 8), (23, 8), (24, 8), (25, 8), (27, 8), (28, 8), (29, 8),
    (755, 8), (571, 8), (512, 8), (532, 8), (574, 8), (731, 8), (769, 8),
    (592, 7), (756, 7), (752, 7), (773, 7), (853, 7),
]  # fmt: skip
_US_AREAS = (212, 310, 415, 617, 718, 206, 408)
_OPENID = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def _spread(serial: int, places: int) -> str:
    """The serial as digits that look random; a permutation of 0 … 10**places - 1."""
    return f"{(serial * 61_803_399 + 271_828) % 10**places:0{places}d}"


def mobile(rng: Random, serial: int) -> str:
    """A mainland mobile, as somebody wrote it down."""
    return written_mobile(rng, plain_mobile(rng, serial))


def plain_mobile(rng: Random, serial: int) -> str:
    """Its eleven digits."""
    return pick(rng, _MOBILE_PREFIXES) + _spread(serial, 8)


def written_mobile(rng: Random, digits: str) -> str:
    """Eleven digits in one of the forms in use; mostly bare."""
    a, b, c = digits[:3], digits[3:7], digits[7:]
    way = between(rng, 0, 20)
    if way < 8:
        return digits
    return (
        f"0086{digits}", f"0086{digits}", f"+86{digits}", f"+86 {a} {b} {c}", f"{a} {b} {c}",
        f"{a}-{b}-{c}", f"86{digits}", f"0{digits}", f"+86-{digits}", f"(+86){digits}",
        digits.translate(_FULL_WIDTH), f"手机：{digits}",
    )[way - 8]  # fmt: skip


def landline(rng: Random, serial: int) -> tuple[str, str]:
    """Area code (without its 0) and local number."""
    code, places = pick(rng, _AREAS)
    area = str(code)
    if places == 7:
        return area, str(2 + serial // 10**6 % 7) + _spread(serial, 6)
    return area, "6" + _spread(serial, 7)


def written_landline(rng: Random, area: str, local: str) -> str:
    """A landline in one of the forms in use."""
    half = len(local) - 4
    spaced = f"{local[:half]} {local[half:]}"
    return pick(rng, (
        f"0{area}-{local}", f"0{area}{local}", f"0086{area}{local}", f"00860{area}{local}",
        f"+86 {area} {spaced}", f"+86 (0){area} {spaced}", f"(0{area}){local}", f"0{area} {spaced}",
        f"0{area}-{spaced}",
    ))  # fmt: skip


def with_extension(rng: Random, number: str, extension: int) -> str:
    """A number behind a switchboard."""
    return number + pick(rng, ("转", " 转 ", " ext ", " 分机")) + str(extension)


def foreign(rng: Random, serial: int) -> str:
    """A number abroad, or in Hong Kong, Macao or Taiwan."""
    eight, seven = _spread(serial, 8), _spread(serial, 7)
    code, local = pick(rng, (
        ("852", pick(rng, "56") + seven), ("852", pick(rng, "56") + seven), ("853", "6" + seven),
        ("886", "9" + eight), ("1", f"{pick(rng, _US_AREAS)}2" + _spread(serial, 6)),
        ("81", "90" + eight), ("65", "8" + seven), ("82", "10" + eight), ("44", "7" + "4" + eight),
        ("61", "4" + eight),
    ))  # fmt: skip
    return pick(rng, (
        f"+{code}{local}", f"00{code}{local}", f"+{code} {local[:4]} {local[4:]}", f"+{code}-{local}",
    ))  # fmt: skip


def masked(rng: Random, serial: int) -> str:
    """A mobile whose middle the platform hides."""
    digits = pick(rng, _MOBILE_PREFIXES) + _spread(serial, 8)
    stars = pick(rng, ("****", "****", "****", "••••"))
    return digits[:3] + stars + digits[7:]


def openid(rng: Random) -> str:
    """A WeChat openid: 28 characters that begin with o."""
    return "o" + "".join(rng.choices(_OPENID, k=27))
