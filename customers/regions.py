"""Numbering plans: what sort of number some digits are, and where the number is registered.

Mobiles are looked up by their first seven digits in phone.dat (library `phone`, edition of
December 2023, 499,527 prefixes). The same file says which cities an area code serves. A carrier is
a hint only: numbers can be ported, and keep their prefix. The file (4.5 MB) is read at the first
look-up, so a process that never asks never pays for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from phone import Phone  # the library, not customers.phone


class Category(StrEnum):
    """What sort of phone number. SERVICE and SHORT are compared exactly and never by their end."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    TOLL_FREE = "toll-free"
    SERVICE = "service"
    LOCAL = "local"
    SHORT = "short"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"
    NOT_PHONE = "not-phone"


# Area codes without their trunk 0. Three-digit codes are written as their first two digits and
# every third digit in use. Kept here, not read from phone.dat, so that reading a number needs no
# file; a test holds the two together.
_SHORT_AREAS = "10 20 21 22 23 24 25 27 28 29"
_LONG_AREAS = (
    "310123456789 335 349 350123456789 37012345679 391234568 411256789 42179 43123456789"
    " 45123456789 464789 470123456789 4823 510123456789 5237 530123456789 5436 550123456789"
    " 5612346 570123456789 580 59123456789 6312345 660238 6912 701 710123456789 72248 7301456789"
    " 743456 750123456789 76023689 770123456789 790123456789 8123678 82567 830123456789 851456789"
    " 870123456789 883678 8912345678 90123689 9112345679 930123456789 9413 9512345 97012345679"
    " 990123456789"
)
AREA_CODES = frozenset(_SHORT_AREAS.split()) | frozenset(
    group[:2] + third for group in _LONG_AREAS.split() for third in group[2:]
)

# Codes shared by several cities, with the main one first (phone.dat lists them in no order), and
# codes that were merged into others but live on in address books.
_CITY_NAMES = (
    "23 重庆|重庆;24 辽宁|沈阳/抚顺/本溪/铁岭;29 陕西|西安/咸阳;371 河南|郑州/开封;376 河南|信阳;"
    "391 河南|焦作/济源;433 吉林|延边;435 吉林|通化/梅河口;470 内蒙古|呼伦贝尔;474 内蒙古|乌兰察布;"
    "478 内蒙古|巴彦淖尔;479 内蒙古|锡林郭勒;558 安徽|阜阳/亳州;719 湖北|十堰/神农架;"
    "728 湖北|仙桃/天门/潜江;731 湖南|长沙/株洲/湘潭;743 湖南|湘西;772 广西|柳州/来宾;"
    "775 广西|玉林/贵港;834 四川|凉山;851 贵州|贵阳/遵义/安顺;854 贵州|黔南;855 贵州|黔东南;"
    "859 贵州|黔西南;879 云南|普洱;898 海南|;908 新疆|克孜勒苏;914 陕西|商洛;909 新疆|博尔塔拉;"
    "996 新疆|巴音郭楞;937 甘肃|酒泉/嘉峪关;970 青海|海北;974 青海|海南;977 青海|海西;"
    "378 河南|开封;410 辽宁|铁岭;413 辽宁|抚顺;414 辽宁|本溪;565 安徽|巢湖;732 湖南|湘潭;"
    "733 湖南|株洲;852 贵州|遵义;853 贵州|安顺;910 陕西|咸阳"
)

# Country calling codes and what a Chinese reader calls the place; the longest that fits wins, which
# tells Kazakhstan (+76, +77) from Russia (+7).
_COUNTRY_NAMES = (
    " ;1 美国/加拿大;7 俄罗斯;77 哈萨克斯坦;76 哈萨克斯坦;20 埃及;27 南非;30 希腊;31 荷兰;"
    "32 比利时;33 法国;34 西班牙;36 匈牙利;39 意大利;40 罗马尼亚;41 瑞士;43 奥地利;44 英国;45 丹麦;"
    "46 瑞典;47 挪威;48 波兰;49 德国;51 秘鲁;52 墨西哥;54 阿根廷;55 巴西;56 智利;57 哥伦比亚;"
    "60 马来西亚;61 澳大利亚;62 印度尼西亚;63 菲律宾;64 新西兰;65 新加坡;66 泰国;81 日本;82 韩国;"
    "84 越南;90 土耳其;91 印度;92 巴基斯坦;93 阿富汗;94 斯里兰卡;95 缅甸;98 伊朗;213 阿尔及利亚;"
    "234 尼日利亚;244 安哥拉;251 埃塞俄比亚;254 肯尼亚;255 坦桑尼亚;351 葡萄牙;353 爱尔兰;358 芬兰;"
    "375 白俄罗斯;380 乌克兰;381 塞尔维亚;420 捷克;673 文莱;850 朝鲜;852 香港;853 澳门;855 柬埔寨;"
    "856 老挝;880 孟加拉国;886 台湾;960 马尔代夫;964 伊拉克;965 科威特;966 沙特阿拉伯;968 阿曼;"
    "971 阿联酋;972 以色列;974 卡塔尔;976 蒙古;977 尼泊尔;992 塔吉克斯坦;993 土库曼斯坦;"
    "996 吉尔吉斯斯坦;998 乌兹别克斯坦"
)
_COUNTRIES = dict(entry.split(" ") for entry in _COUNTRY_NAMES.split(";"))

_MOBILE = re.compile(r"0?(1[3-9]\d{9})")
_TOLL_FREE = re.compile(r"0?([48]00\d{7})")
# 110, 10086, 12345, 116114, 95588, 96822; then the ranges 950 (virtual numbers) and 106 (message
# senders), which run longer. Eight digits that begin with 95 or 96 are one of these too, never a
# local number: no city's subscriber numbers begin with 9.
_SERVICE = re.compile(r"1\d{2,4}|9[56]\d{3,6}|11[68]114|950\d{6,13}|106\d{8,17}")
_SHORT = re.compile(r"[1-9]\d{3,5}")
_LANDLINE = re.compile(r"(?:10|2\d)[1-9]\d{6,7}|[3-9]\d\d[1-9]\d{6,7}")
# 0755-12345 is Shenzhen's 12345: a service number, and another one than Beijing's.
_CITY_SERVICE = re.compile(r"0(?:10|2\d|[3-9]\d\d)(?:1[012]\d|100\d\d|12\d{3}|9[56]\d{3,4})")
# A second country code, or a carrier's code dialled before the number (17951, 12593); the number
# after a carrier's code is whole, so that a mobile in 179 and an extension is not taken for one.
_DIALLED_BEFORE = re.compile(
    r"(?:0{0,3}86|(?:179(?:0\d|1[01]|5[01]|9[0156])|12593|10193)"
    r"(?=0?1[3-9]\d{9}$|0[1-9]\d{9,10}$|(?:00)?86\d{10,12}$))(\d{10,})"
)
DIALABLE = frozenset({Category.MOBILE, Category.LANDLINE, Category.TOLL_FREE})
Reading = tuple[Category, str]  # category and canonical value without extension

_MAINLAND = re.compile(r"\+86(?:(1[3-9]\d{9})|(10|2\d|[3-9]\d\d)\d{7,8})$")


@dataclass(frozen=True, slots=True)
class Location:
    """Chinese names, each "" when unknown: 广东, 深圳, 移动. Abroad `province` is the country.

    Beijing, Shanghai, Tianjin and Chongqing are province and city at once, as in phone.dat.
    """

    province: str = ""
    city: str = ""
    carrier: str = ""


NOWHERE = Location()


def is_area_code(code: str) -> bool:
    """Whether these two or three digits, without the trunk 0, are an area code in use today."""
    return code in AREA_CODES


def split_area(national: str) -> tuple[str, str]:
    """Area code and subscriber part of a mainland landline's digits without the trunk 0.

    Codes that begin with 1 or 2 (Beijing, and the 02x cities) have two digits, all others three.
    """
    cut = 2 if national[:1] in ("1", "2") else 3
    return national[:cut], national[cut:]


def mainland_reading(digits: str, area: str, *, abroad: bool) -> Reading:
    """By the Chinese plan; `abroad` when the country code 86 stood before these digits."""
    if found := _MOBILE.fullmatch(digits):
        return Category.MOBILE, "+86" + found[1]
    if found := _TOLL_FREE.fullmatch(digits):
        return Category.TOLL_FREE, found[1]
    if _SERVICE.fullmatch(digits):
        return Category.SERVICE, digits
    if digits[:1] == "0":
        if _LANDLINE.fullmatch(digits[1:]):
            return Category.LANDLINE, "+86" + digits[1:]
        if _CITY_SERVICE.fullmatch(digits):
            return Category.SERVICE, digits
    elif len(digits) in (7, 8):
        return (Category.LANDLINE, f"+86{area}{digits}") if area else (Category.LOCAL, digits)
    elif _LANDLINE.fullmatch(digits) and (abroad or _has_plain_area(digits)):
        return Category.LANDLINE, "+86" + digits
    elif not abroad and _SHORT.fullmatch(digits):
        return Category.SHORT, digits
    if found := _DIALLED_BEFORE.fullmatch(digits):
        inner = mainland_reading(found[1], "", abroad=True)
        if inner[0] in DIALABLE:
            return inner
    return Category.UNKNOWN, ("+86" if abroad else "") + digits


def _has_plain_area(digits: str) -> bool:
    """Whether ten or eleven digits are an area code without its 0 and a subscriber number."""
    area, subscriber = split_area(digits)
    return is_area_code(area) and (len(subscriber) == 8 if len(area) == 2 else subscriber[0] > "1")


def foreign_reading(digits: str) -> Reading:
    """By the plan of the country whose code comes first; its trunk 0 is dropped, Italy's kept."""
    import phonenumbers  # here: most numbers are Chinese and need none of it

    try:
        parsed = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return Category.UNKNOWN, "+" + digits
    if not phonenumbers.is_possible_number(parsed):
        return Category.UNKNOWN, "+" + digits
    value = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    # The parser also drops trunk codes that nobody writes after a plus (+7 8, +1 1): no equality
    # is claimed there, only where it dropped a 0.
    code = str(parsed.country_code)
    without_trunk = f"+{code}{digits.removeprefix(code).removeprefix('0')}"
    return Category.FOREIGN, value if value == without_trunk else "+" + digits


def home_reading(digits: str, region: str) -> Reading | None:
    """By the plan of a home region other than the mainland, where that gives a valid number."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if parsed.country_code == 86 or not phonenumbers.is_valid_number(parsed):
        return None
    return Category.FOREIGN, phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_valid(value: str) -> bool:
    """Whether this E.164 value is a number that its country's plan knows."""
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value))
    except phonenumbers.NumberParseException:
        return False


def country_code(digits: str) -> str:
    """The country calling code that begins these digits of an E.164 number, "" if there is none."""
    if digits.startswith("86"):
        return "86"
    import phonenumbers

    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return next((digits[:n] for n in (1, 2, 3) if digits[:n] and int(digits[:n]) in codes), "")


def locate(value: str) -> Location:
    """Where the canonical number `value` ("+8613800138000", "+8675586013388;ext=801") belongs.

    Numbers without a place (short and service numbers, 400, local numbers without an area code,
    anything that is no phone number) give an empty Location. Raises nothing.
    """
    base = value.partition(";")[0]
    if not base.startswith("+"):
        return NOWHERE
    found = _MAINLAND.match(base)
    if found and found[1]:
        return _locate_mobile(found[1][:7])
    if found:
        return area_locations().get(found[2], NOWHERE)
    digits = base[1:]
    for length in (3, 2, 1):
        if name := _COUNTRIES.get(digits[:length]):
            return Location(province=name)
    return NOWHERE


def _locate_mobile(prefix: str) -> Location:
    row = _phone_data().find(prefix)
    if not row:
        return NOWHERE
    return Location(row["province"], row["city"], row["phone_type"] or "")


@cache
def _phone_data() -> Phone:
    return Phone()


@cache
def area_locations() -> dict[str, Location]:
    """Area code without its 0 -> place. A code shared by cities lists them: 长沙/株洲/湘潭."""
    data = _phone_data()
    places: dict[str, list[tuple[str, str]]] = {}
    # Header: four bytes edition, four bytes offset of the index; then rows "省|市|邮编|区号\0".
    for row in data.buf[8 : data.first_phone_record_offset].decode().split("\0"):
        if row:
            province, city, _postcode, area = row.split("|")
            # One row of the file writes its code with two zeros (00479).
            places.setdefault(area.lstrip("0"), []).append((province, city))
    found: dict[str, Location] = {}
    for area, rows in places.items():
        provinces = {province for province, _city in rows}
        cities = "/".join(city for _province, city in rows)
        found[area] = Location(rows[0][0] if len(provinces) == 1 else "", cities)
    for entry in _CITY_NAMES.split(";"):
        area, _space, place = entry.partition(" ")
        province, _bar, city = place.partition("|")
        found[area] = Location(province, city)
    return found
