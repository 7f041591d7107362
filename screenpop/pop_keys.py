"""The shortcuts of the pop: what each does, its key, and what a person may put in its place. Pure.

A binding is written as a browser names keys: modifiers in the order Ctrl, Alt, Shift, then `event.code`, joined by "+"
("Ctrl+Enter", "Alt+KeyN", "F2"); "" is no key at all. Ctrl stands for the Command key of a Mac too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a key can do: its name for the scripts, its key unless a person chose another, its words."""

    name: str
    default: str
    words: Any


ACTIONS = (
    Action("meet", "F2", gettext_lazy("看等待中的来电")),
    Action("wrap-up", "Ctrl+Enter", gettext_lazy("打开小结；在小结里：完成")),
    Action("note", "Alt+KeyN", gettext_lazy("光标移到备注末尾")),
    Action("fold", "Alt+KeyZ", gettext_lazy("折叠或展开卡片")),
    Action("next", "Alt+ArrowDown", gettext_lazy("下一张卡片")),
    Action("previous", "Alt+ArrowUp", gettext_lazy("上一张卡片")),
    Action("shelf", "Alt+KeyU", gettext_lazy("去下一张未完成的卡片")),
    Action("edit", "KeyE", gettext_lazy("修改客户资料")),
    Action("none", "KeyN", gettext_lazy("候选客户都不是")),
    # With Alt: whoever types a note while the focus is elsewhere must neither dial nor take a customer away.
    Action("confirm", "Alt+KeyY", gettext_lazy("确认是此人")),
    Action("reject", "Alt+KeyX", gettext_lazy("不是此人（这次）")),
    Action("create", "Alt+KeyC", gettext_lazy("填写新客户的姓名")),
    Action("link", "Alt+KeyL", gettext_lazy("关联已有客户")),
    Action("dial", "Alt+KeyB", gettext_lazy("拨打卡片上的第一个号码")),
    Action("messages", "Alt+KeyM", gettext_lazy("发到会话")),
    Action("find", "Slash", gettext_lazy("没有来电时：查找客户或拨号")),
    Action("help", "Shift+Slash", gettext_lazy("显示快捷键")),
)
_BY_NAME = {action.name: action for action in ACTIONS}
_SHAPE = re.compile(
    r"(?P<ctrl>Ctrl\+)?(?P<alt>Alt\+)?(?P<shift>Shift\+)?(?P<code>[A-Z][A-Za-z0-9]*)"
)
_FUNCTION = re.compile(r"F([1-9]|1[0-2])")
_SIGNS = {
    "Slash": "/",
    "Backslash": "\\",
    "Comma": ",",
    "Period": ".",
    "Semicolon": ";",
    "Quote": "'",
    "BracketLeft": "[",
    "BracketRight": "]",
    "Backquote": "`",
    "Minus": "-",
    "Equal": "=",
}
# Those that move about in controls and text: free only with Ctrl or Alt.
_MOVING = {
    "Enter": "↵",
    "ArrowUp": "↑",
    "ArrowDown": "↓",
    "ArrowLeft": "←",
    "ArrowRight": "→",
    "Home": "Home",
    "End": "End",
    "PageUp": "PgUp",
    "PageDown": "PgDn",
}
_OF_BROWSER = {
    *("Ctrl+KeyN", "Ctrl+KeyT", "Ctrl+KeyW", "Ctrl+KeyR", "Ctrl+KeyL", "Ctrl+KeyQ"),
    *("Ctrl+Shift+KeyN", "Ctrl+Shift+KeyT", "Ctrl+Shift+KeyW", "Ctrl+Shift+KeyR"),
    *("Alt+KeyD", "Alt+F4", "Alt+ArrowLeft", "Alt+ArrowRight", "Alt+Home"),
    *("F5", "F11", "F12"),
}
_OF_EDITING = {
    *("Ctrl+KeyA", "Ctrl+KeyC", "Ctrl+KeyV", "Ctrl+KeyX", "Ctrl+KeyY", "Ctrl+KeyZ"),
    *("Ctrl+Shift+KeyZ", "Ctrl+Shift+KeyV"),
    *(f"Ctrl+{code}" for code in _MOVING if code != "Enter"),
    *(f"Ctrl+Shift+{code}" for code in _MOVING if code != "Enter"),
}


class KeyRefusedError(ValueError):
    """This key cannot be had for this action; the text says why."""


@dataclass(frozen=True, slots=True)
class Keys:
    """One person's shortcuts: whether they are turned off, and the bindings that differ from the defaults."""

    off: bool
    chosen: Mapping[str, str]

    @property
    def bindings(self) -> dict[str, str]:
        """The binding of every action. A default that was chosen for something else is nobody's any more."""
        taken = set(self.chosen.values())
        free = {a.name: "" if a.default in taken else a.default for a in ACTIONS}
        return free | dict(self.chosen)

    def stored(self) -> dict[str, Any]:
        """As it is kept with the user; {} when nothing differs."""
        kept: dict[str, Any] = {"keys": dict(self.chosen)} if self.chosen else {}
        return kept | {"off": True} if self.off else kept


def read_stored(stored: Any) -> Keys:
    """What is kept with a user. What this version does not know, or would not allow, counts as not chosen."""
    if not isinstance(stored, dict):
        return Keys(False, {})
    keys = stored.get("keys")
    chosen: dict[str, str] = {}
    for name, binding in (keys if isinstance(keys, dict) else {}).items():
        known = name in _BY_NAME and isinstance(binding, str) and not problem_of(binding)
        if known and (not binding or binding not in chosen.values()):
            chosen[name] = binding
    return Keys(stored.get("off") is True, chosen)


def with_key(keys: Keys, name: str, binding: str) -> Keys:
    """The shortcuts with another key for one action. Raises KeyRefusedError, naming what has that key already."""
    action = _BY_NAME.get(name)
    if action is None:
        raise KeyRefusedError(_("没有这个操作。"))
    if problem := problem_of(binding):
        raise KeyRefusedError(problem)
    for other, used in keys.bindings.items():
        if binding and used == binding and other != name:
            words = {"key": label_of(binding), "action": str(_BY_NAME[other].words)}
            raise KeyRefusedError(_("%(key)s 已经用于“%(action)s”。") % words)
    chosen = {other: used for other, used in keys.chosen.items() if other != name}
    if binding != action.default:
        chosen[name] = binding
    return Keys(keys.off, chosen)


def problem_of(binding: str) -> str:
    """Why no action can have this key, in words; "" when one can."""
    if not binding:
        return ""
    read = _SHAPE.fullmatch(binding)
    if read is None or not _is_known(read["code"]):
        return _("这个键不能用作快捷键，请换一个。")
    code, strong = read["code"], read["ctrl"] or read["alt"]
    if code.startswith("Digit") and not strong:
        return _("数字键用来选候选客户和小结项，请加上 Ctrl 或 Alt。")
    if code in _MOVING and not strong:
        return _("这个键在页面里另有用处，请加上 Ctrl 或 Alt。")
    if binding in _OF_BROWSER:
        return _("这个键由浏览器占用，请换一个。")
    if binding in _OF_EDITING:
        return _("这个键用来编辑文字，请换一个。")
    return ""


def _is_known(code: str) -> bool:
    plain = re.fullmatch(r"Key[A-Z]|Digit\d", code)
    return bool(plain or _FUNCTION.fullmatch(code)) or code in _SIGNS or code in _MOVING


def label_of(binding: str) -> str:
    """As people read it: "Ctrl ↵", "Alt N", "F2", "?"."""
    if not binding:
        return pgettext("快捷键", "无")
    if binding == "Shift+Slash":
        return "?"
    *modifiers, code = binding.split("+")
    sign = _SIGNS.get(code) or _MOVING.get(code) or re.sub("^(Key|Digit)", "", code)
    return " ".join([*modifiers, sign])


def shown(keys: Keys) -> dict[str, Any]:
    """For the scripts: {"off": bool, "keys": {action: {"key": binding, "label": as people read it}}}."""
    bindings = keys.bindings.items()
    return {
        "off": keys.off,
        "keys": {name: {"key": key, "label": label_of(key)} for name, key in bindings},
    }
