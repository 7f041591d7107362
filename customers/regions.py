"""Numbering plans: what sort of number some digits are, and where the number is registered.

Mobiles are looked up by their first seven digits in phone.dat (library `phone`, edition of
December 2023, 499,527 prefixes). The same file says which cities an area code serves. A carrier is
a hint only: numbers can be ported, and keep their prefix. The file (4.5 MB) is read at the first
look-up, so a process that never asks never pays for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from phone import Phone  # the library, not customers.phone

from customers.numbering import AREA_CODES, country_code, is_area_code, split_area

__all__ = [
    "AREA_CODES",
    "Location",
    "area_locations",
    "country_code",
    "is_area_code",
    "locate",
    "locate_beginning",
    "split_area",
]

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

# A mobile whose first seven digits are there, or an area code, with fewer digits behind it than a whole number has.
_BEGINNING = re.compile(r"0?(1[3-9]\d{5})\d{0,3}|0(10|2\d|[3-9]\d\d)\d{0,7}")
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


def locate_beginning(digits: str) -> Location:
    """Where a number belongs of which so far only these digits were typed: 1380013, 0755. Raises nothing."""
    found = _BEGINNING.fullmatch(digits)
    if found is None:
        return NOWHERE
    return _locate_mobile(found[1]) if found[1] else area_locations().get(found[2], NOWHERE)


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
