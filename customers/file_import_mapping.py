"""Which column of a file means what: guessed from the headers, settled by a person."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import phone
from customers.addresses import read_number
from customers.field_values import FieldSpec
from customers.file_import_reading import RawRow, RefusedFileError, Source

IGNORE = ""
ATTRIBUTE = "attribute"
# Before the key of a business field that administrators chose.
FIELD = "field:"
TARGETS = {
    IGNORE: gettext_lazy("不导入"),
    "name": gettext_lazy("姓名"),
    "company": gettext_lazy("公司"),
    "title": gettext_lazy("职务"),
    "level": gettext_lazy("等级"),
    "tags": gettext_lazy("标签"),
    "phone": gettext_lazy("号码"),
    "openid": gettext_lazy("微信 OpenID"),
    "email": gettext_lazy("邮箱"),
    "own_id": gettext_lazy("客户编号"),
    "owner": gettext_lazy("负责人"),
    ATTRIBUTE: gettext_lazy("业务字段"),
}
# Several columns may hold these; anything else has one place.
_MANY = {IGNORE, "tags", "phone", "openid", "email", ATTRIBUTE}
_IDENTITY = {"phone", "openid", "email", "own_id"}
# The header stands in one of the first rows; titles and remarks may stand above it.
HEADER_ROWS = 10

_HEADERS = {
    "name": (
        "姓名 名字 名称 客户姓名 客户名称 客户名 客户 联系人 联系人姓名 "
        "name fullname customername customer contact contactname"
    ),
    "company": (
        "公司 公司名称 公司名 单位 单位名称 工作单位 企业 企业名称 "
        "company companyname organization organisation employer"
    ),
    "title": "职务 职位 岗位 title jobtitle position",
    "level": "等级 级别 客户等级 客户级别 会员等级 level customerlevel tier",
    "tags": "标签 客户标签 tag tags label labels",
    "openid": "微信 微信openid openid wechat wechatopenid wxopenid",
    "email": "邮箱 电子邮箱 邮箱地址 邮件 电子邮件 email emailaddress mail",
    "own_id": (
        "客户编号 编号 客户号 客户id 客户代码 会员号 会员编号 "
        "id ownid customerid customerno customernumber customercode"
    ),
    "owner": "负责人 归属人 归属坐席 跟进人 客户经理 所属坐席 owner ownerusername accountmanager",
    IGNORE: "行号 序号 列 原因 row column reason no",
}
_KNOWN = {header: target for target, words in _HEADERS.items() for header in words.split()}
_PHONE = re.compile(
    r"手机|电话|座机|固话|联系方式|(?:^|联系|来电|主叫|备用)号码|telephone|phone|mobile|cellphone"
    r"|(?:^|\b)(?:tel|cell)\b|^contactnumber"
)
_NOT_PHONE = re.compile(
    r"地址|时间|日期|备注|状态|类型|归属|运营商|型号|品牌|验证|次数|时长|address|time|date|note|status|type|model"
)
_REMARK = re.compile(r"[(（\[【].*?[)）\]】]|[*:：?？\s_\-./]+")


@dataclass(frozen=True, slots=True)
class Header:
    """The row that names the columns. `known` tells whether any name was recognised."""

    row: int
    names: list[str]
    known: bool


def all_targets(fields: Sequence[FieldSpec]) -> dict[str, str]:
    """The targets with their words, one for each business field among them."""
    chosen = {FIELD + spec.key: f"{TARGETS[ATTRIBUTE]} · {spec.name}" for spec in fields}
    rest = {ATTRIBUTE: _("其他业务字段") if chosen else str(TARGETS[ATTRIBUTE])}
    return {**{code: str(words) for code, words in TARGETS.items()}, **chosen, **rest}


def guess(header: str, fields: Sequence[FieldSpec] = ()) -> str | None:
    """The target that a header names; None when it names none of ours."""
    # What administrators named themselves they mean, also where it is one of the words below (会员号).
    for spec in fields:
        if " ".join(header.split()) in (spec.key, spec.name):
            return FIELD + spec.key
    text = unicodedata.normalize("NFKC", header).lower()
    word = re.sub(r"\d+$", "", _REMARK.sub("", text)) or _REMARK.sub("", text)
    if word in _KNOWN:
        return _KNOWN[word]
    spaced = re.sub(r"[\d_]+", " ", text).strip()
    if (_PHONE.search(word) or _PHONE.search(spaced)) and not _NOT_PHONE.search(text):
        return "phone"
    return None


def guess_all(
    headers: Sequence[str], *, others: str = ATTRIBUTE, fields: Sequence[FieldSpec] = ()
) -> list[str]:
    """A target for each column. `others` is what becomes of columns that are none of ours.

    Of two columns for one place the first gets it, and the other one is left out.
    """
    mapping: list[str] = []
    for at, header in enumerate(headers):
        target = guess(header, fields)
        if target is None:
            known_twice = header in headers[:at]
            target = others if header and not known_twice else IGNORE
        elif target not in _MANY and target in mapping:
            target = IGNORE
        mapping.append(target)
    return mapping


def find_header(first_rows: Sequence[RawRow], source: Source) -> Header:
    """The row with the most names that we know, else the first one. Refuses a file that begins with data."""
    if not first_rows:
        raise RefusedFileError(_("表格里没有内容。"))
    named = [_named(row, source) for row in first_rows]
    known = [len({target for name in names if (target := guess(name))}) for names in named]
    best = max(range(len(known)), key=known.__getitem__) if any(known) else 0
    if not known[best] and any(_is_number(cell) for cell in named[best]):
        raise RefusedFileError(_("没有找到表头。请在第一行写上列名，例如：姓名、公司、手机。"))
    names = named[best]
    while names and not names[-1]:
        names.pop()
    return Header(first_rows[best].number, [name[:80] for name in names], bool(known[best]))


def _named(row: RawRow, source: Source) -> list[str]:
    """The row's cells as headers: one that reaches over several columns names them all."""
    names = [" ".join(cell.split()) for cell in row.cells]
    for number, first, last in source.spans:
        if number == row.number and first < len(names):
            names += [""] * (last + 1 - len(names))
            names[first : last + 1] = [names[first]] * (last + 1 - first)
    return names


def _is_number(cell: str) -> bool:
    number = read_number(cell)
    return number.kind is phone.Kind.PHONE and number.category in (
        phone.Category.MOBILE,
        phone.Category.LANDLINE,
    )


def mapping_problems(
    headers: Sequence[str], mapping: Sequence[str], fields: Sequence[FieldSpec] = ()
) -> list[str]:
    """Why this mapping cannot be used, in words; nothing when it can."""
    targets = all_targets(fields)
    if len(mapping) != len(headers) or not set(mapping) <= set(targets):
        return [_("列的对应关系不完整，请重新选择。")]
    problems = [
        _("“%(target)s”只能对应一列。") % {"target": targets[target]}
        for target in _twice(target for target in mapping if target not in _MANY)
    ]
    attributes = [h for h, target in zip(headers, mapping, strict=True) if target == ATTRIBUTE]
    problems += [
        _("有两列都叫“%(header)s”，业务字段不能同名。") % {"header": header}
        for header in _twice(attributes)
    ]
    fixed = [target.removeprefix(FIELD) for target in mapping if target.startswith(FIELD)]
    problems += [
        _("有两列都要存为“%(header)s”，请只留一列。") % {"header": header}
        for header in sorted(set(fixed) & set(attributes))
    ]
    if "" in attributes:
        problems.append(_("没有列名的列不能作为业务字段。"))
    if not _IDENTITY & set(mapping):
        problems.append(_("至少要有一列是客户编号、号码、微信 OpenID 或邮箱，否则分不清谁是谁。"))
    return problems


def _twice(values: Iterable[str]) -> list[str]:
    """Those that come more than once, in order."""
    seen: dict[str, int] = {}
    for value in values:
        seen[value] = seen.get(value, 0) + 1
    return [value for value, count in seen.items() if count > 1]
