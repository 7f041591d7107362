"""Forms of the admin: a number is typed with its kind, never picked from a list of numbers."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.addresses import Address, read_address
from customers.admin_base import NamesField
from customers.models import ContactPoint, Customer, Endpoint

if TYPE_CHECKING:
    _PointForm = forms.ModelForm[ContactPoint]
    _EndpointForm = forms.ModelForm[Endpoint]
    _CustomerForm = forms.ModelForm[Customer]
else:
    _PointForm = _EndpointForm = _CustomerForm = forms.ModelForm

FLAGS = ["is_own_line", "is_shared", "do_not_call", "invalid"]
# A masked number is never chosen: a number that holds stars is read as one.
TYPED_KINDS = [choice for choice in Endpoint.Kind.choices if choice[0] != Endpoint.Kind.MASKED]


def read_or_refuse(form: forms.BaseForm) -> Address | None:
    """The address in the fields `kind` and `raw`; when there is none the error stands on `raw`."""
    kind, raw = form.cleaned_data.get("kind"), form.cleaned_data.get("raw")
    if not kind or not raw:
        return None
    address = read_address(kind, raw)
    if not address.value:
        form.add_error("raw", gettext("这不是号码，也不是账号"))
        return None
    return address


class CustomerForm(_CustomerForm):
    """A customer; tags as plain text."""

    tags = NamesField(label=_("标签"))

    class Meta:
        model = Customer
        fields = ["name", "company", "title", "level", "tags", "attributes", "owner", "own_id"]

    def clean_own_id(self) -> str | None:
        """No number is NULL: two customers without one are no duplicates."""
        return self.cleaned_data["own_id"] or None


class ContactPointForm(_PointForm):
    """A new contact point from what was typed; of one that exists only the label changes."""

    kind = forms.ChoiceField(label=_("类型"), choices=TYPED_KINDS, initial=Endpoint.Kind.PHONE)

    class Meta:
        model = ContactPoint
        fields = ["kind", "raw", "label"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["kind"] = forms.ChoiceField(
                label=_("类型"),
                choices=Endpoint.Kind.choices,
                initial=self.instance.endpoint.kind,
                disabled=True,
            )
            self.fields["raw"].disabled = True

    def clean(self) -> dict[str, Any]:
        """The number must be one, and new to this customer."""
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk:
            return cleaned
        address = read_or_refuse(self)
        if address and self.instance.customer_id:
            held = ContactPoint.objects.filter(
                customer_id=self.instance.customer_id,
                endpoint__kind=address.kind,
                endpoint__value=address.value,
            )
            if held.exists():
                self.add_error("raw", gettext("这位客户已有此联系方式"))
        return cleaned

    def save(self, commit: bool = True) -> ContactPoint:
        """New ones go through the one door that makes contact points."""
        if self.instance.pk:
            return super().save(commit)
        data = self.cleaned_data
        self.instance = self.instance.customer.add_contact_point(
            data["kind"], data["raw"], label=data["label"], source="admin"
        )
        return self.instance


class NewEndpointForm(_EndpointForm):
    """An endpoint as typed, with its flags: the way to note an own line before it first rings."""

    kind = forms.ChoiceField(label=_("类型"), choices=TYPED_KINDS, initial=Endpoint.Kind.PHONE)
    raw = forms.CharField(label=_("号码或账号"), max_length=200)

    class Meta:
        model = Endpoint
        fields = ["kind", "raw", *FLAGS]

    address = Address("", "")

    def clean(self) -> dict[str, Any]:
        """Read it; one that is there already is changed on its own page."""
        cleaned = super().clean() or self.cleaned_data
        self.address = read_or_refuse(self) or self.address
        same = Endpoint.objects.filter(kind=self.address.kind, value=self.address.value)
        if same.exists():
            self.add_error("raw", gettext("已有此号码，请在它自己的页面上修改"))
        return cleaned

    def save(self, commit: bool = True) -> Endpoint:
        """Make it as an event would; the flags are on the instance already."""
        flags = {name: self.cleaned_data[name] for name in FLAGS}
        endpoint = Endpoint.objects.of(self.address) or self.instance
        for name, value in flags.items():
            setattr(endpoint, name, value)
        self.instance = endpoint
        return super().save(commit)
