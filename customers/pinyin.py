"""Names as they are typed: full pinyin and initials."""

from functools import lru_cache
from typing import Any

from django.db import models

# Surnames that are read otherwise than the character alone.
_SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "朴": "piao", "区": "ou", "查": "zha", "盖": "ge",
    "任": "ren", "覃": "qin", "翟": "zhai", "尉": "wei", "乐": "yue", "华": "hua", "缪": "miao", "召": "shao",
}  # fmt: skip


@lru_cache(maxsize=8192)
def syllables(name: str) -> tuple[str, ...]:
    """The name's syllables in lower case; words in other scripts stay whole: 单小明 → ("shan", "xiao", "ming")."""
    name = name.strip()
    if not name:
        return ()
    # Loading its dictionary takes half a second, which every start of every process would pay.
    from pypinyin import Style, lazy_pinyin

    first = _SURNAMES.get(name[0])
    rest = lazy_pinyin(name[1:] if first else name, style=Style.NORMAL, v_to_u=False)
    parts = ([first] if first else []) + [word for part in rest for word in part.lower().split()]
    return tuple(part for part in parts if part)


def pinyin(name: str) -> str:
    """All syllables, joined: "shanxiaoming"."""
    return "".join(syllables(name))


def initials(name: str) -> str:
    """The first letters: "sxm"."""
    return "".join(part[0] for part in syllables(name))


class PinyinField(models.CharField):  # type: ignore[type-arg]
    """A column derived from another one whenever the row is written."""

    def __init__(self, source: str = "name", *, initials: bool = False, **kwargs: Any) -> None:
        self.source = source
        self.initials = initials
        kwargs["editable"] = False
        kwargs["blank"] = True
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"], kwargs["blank"]
        return name, path, args, {**kwargs, "source": self.source, "initials": self.initials}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        text = getattr(model_instance, self.source)
        value = (initials if self.initials else pinyin)(text)[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value
