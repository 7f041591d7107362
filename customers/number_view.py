"""The one door for showing a number: what a person may see of it, and what may be dialled."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Endpoint
from customers.phone_display import dial_form, show
from customers.regions import Location, locate
from customers.roles import is_supervisor

PROBLEMS = {
    "masked": _("掩码号码，无法拨打"),
    "withheld": _("没有号码可拨"),
    "not-a-number": _("这不是电话号码，无法拨打"),
}


@dataclass(frozen=True, slots=True)
class NumberView:
    """An endpoint as this user sees it. `copyable` is "" when the user may see a mask only."""

    endpoint: Endpoint
    text: str
    copyable: str
    place: str
    label: str
    dial_problem: str
    extension: str

    @property
    def is_number(self) -> bool:
        """Whether this is a telephone number at all, so that a dial button makes sense."""
        return self.endpoint.kind in ("phone", "masked", "mapped")

    @property
    def dialable(self) -> bool:
        """Whether the dial button works."""
        return not self.dial_problem


# Whether numbers are hidden from agents elsewhere already; told by whoever carries them.
_hidden_elsewhere: list[Callable[[], bool]] = []


def hide_when(hidden: Callable[[], bool]) -> None:
    """Where MASK_NUMBERS says neither on nor off, agents see masks as long as this answers True."""
    _hidden_elsewhere.append(hidden)


def sees_full_numbers(user: Any) -> bool:
    """Whether nothing is hidden from this user: supervisors and administrators see all."""
    if settings.MASK_NUMBERS is False or is_supervisor(user):
        return True
    return not (settings.MASK_NUMBERS or any(hidden() for hidden in _hidden_elsewhere))


def number_text(endpoint: Endpoint, user: Any) -> str:
    """The number as this user may read it."""
    return _shown(endpoint, masked=not sees_full_numbers(user))


def _shown(endpoint: Endpoint, *, masked: bool = False) -> str:
    return show(endpoint.value, endpoint.kind, masked=masked, extension_word=gettext("转"))


def view_number(endpoint: Endpoint, user: Any, *, label: str = "") -> NumberView:
    """An endpoint ready for the page."""
    full = sees_full_numbers(user)
    problem, extension = "not-a-number", ""
    if endpoint.kind in ("phone", "masked", "mapped"):
        form = dial_form(endpoint.value)
        problem, extension = form.problem, form.extension
    return NumberView(
        endpoint=endpoint,
        text=_shown(endpoint, masked=not full),
        copyable=_dialled_or_value(endpoint) if full else "",
        place=place_of(endpoint),
        label=label,
        dial_problem=str(PROBLEMS.get(problem, "")),
        extension=extension if full else "",
    )


def _dialled_or_value(endpoint: Endpoint) -> str:
    """What is worth copying: a telephone number as it is dialled, anything else as it is."""
    if endpoint.kind != Endpoint.Kind.PHONE:
        return endpoint.value
    return dial_form(endpoint.value).text or endpoint.value


def place_of(endpoint: Endpoint) -> str:
    """归属地 and carrier: "广东 深圳 · 移动"; says unknown when it is."""
    if endpoint.kind != Endpoint.Kind.PHONE:
        return ""
    return place_words(locate(endpoint.value)) or str(_("归属地未知"))


def place_words(place: Location) -> str:
    """广东 深圳 · 移动, or "" where nothing is known."""
    names = [place.province, place.city] if place.province != place.city else [place.city]
    text = " ".join(name for name in names if name)
    return " · ".join(part for part in (text, place.carrier) if part)
