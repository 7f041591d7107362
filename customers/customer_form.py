"""The form that edits a customer: its controls, and each one's text read into a value."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from customers.card_setup import CardSetup
from customers.field_values import (
    CHOICE,
    DATE,
    LONGEST,
    NUMBER,
    YES_NO,
    FieldSpec,
    RefusedValueError,
    Value,
    one_line,
    read_value,
    typed_value,
)
from customers.models import Customer

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Control:
    """One control with what stands in it. `spec` tells a business field from a column of Customer."""

    name: str
    label: str
    typed: str
    most: int = LONGEST
    options: tuple[Option, ...] = ()
    spec: FieldSpec | None = None
    is_required: bool = False

    @property
    def input_type(self) -> str:
        """For a control without options. A date that no date control could hold is edited as text, and not lost."""
        if self.spec is None or self.spec.kind != DATE:
            return "text"
        try:
            read_value(self.spec, self.typed)
        except RefusedValueError:
            return "text"
        return "date"

    @property
    def is_number(self) -> bool:
        """Whether a keyboard of digits helps."""
        return self.spec is not None and self.spec.kind == NUMBER

    def read(self, typed: str) -> Value:
        """The value to keep. Raises RefusedValueError."""
        if self.spec is not None:
            return read_value(self.spec, typed)
        text = one_line(typed)
        if self.is_required and not text:
            raise RefusedValueError(_("请填写%(name)s。") % {"name": self.label})
        if self.options and text not in dict(self.options):
            raise RefusedValueError(_("请从选项里选一个。"))
        if len(text) > self.most:
            raise RefusedValueError(_("最多 %(n)d 个字。") % {"n": self.most})
        return text

    def words(self, typed: str) -> str:
        """What is in the control as people read it."""
        return dict(self.options).get(typed, typed) or _("（空）")


def controls_of(setup: CardSetup, customer: Customer, *, shut: bool) -> list[Control]:
    """The controls of this customer. Behind a shut gate there are neither sensitive fields nor the level.

    The level decides whether there is a gate at all: it must not be the way around it.
    """
    plain = [
        _column(customer, "name", is_required=True),
        _column(customer, "company"),
        _column(customer, "title"),
    ]
    if not shut:
        levels = tuple((str(value), str(label)) for value, label in Customer.Level.choices)
        plain.append(Control("level", _("等级"), customer.level, options=levels))
    shown = (spec for spec in setup.fields if not (shut and spec.is_sensitive))
    return [*plain, *(_business(spec, customer) for spec in shown)]


def _column(customer: Customer, name: str, *, is_required: bool = False) -> Control:
    field: Any = Customer._meta.get_field(name)
    most = int(field.max_length or LONGEST)
    label = str(field.verbose_name)
    return Control(name, label, str(getattr(customer, name)), most, is_required=is_required)


def _business(spec: FieldSpec, customer: Customer) -> Control:
    typed = typed_value(spec, customer.attributes.get(spec.key))
    options: tuple[Option, ...] = ()
    if spec.kind == CHOICE:
        options = (("", _("（空）")), *((one, one) for one in spec.choices))
    elif spec.kind == YES_NO:
        options = (("", _("（空）")), ("yes", _("是")), ("no", _("否")))
    if options and typed not in dict(options):
        # An older option, or what an import brought: it must stay what it is until somebody changes it.
        options = (*options, (typed, typed))
    return Control(f"field-{spec.pk}", spec.name, typed, options=options, spec=spec)
