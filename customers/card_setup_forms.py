"""The forms of an administrator for the card: a business field, a verification item."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.field_values import CHOICE, one_line, read_choices
from customers.models import CardField, Customer, VerificationItem

if TYPE_CHECKING:
    _FieldForm = forms.ModelForm[CardField]
    _ItemForm = forms.ModelForm[VerificationItem]
else:
    _FieldForm = _ItemForm = forms.ModelForm

MOST_CHOICES = 30
LONGEST_CHOICE = 40
_KEYS_SOUGHT = 300


class CardFieldForm(_FieldForm):
    """A business field. The key is chosen once: the values of all customers lie under it."""

    key = forms.CharField(
        label=_("存储名"),
        max_length=80,
        required=False,
        help_text=_(
            "值保存在客户资料的这个名字下，以后不能改；不填就用中文名。要显示导入时带来的列，填它的列名。"
        ),
    )

    class Meta:
        model = CardField
        fields = ["name_zh", "name_en", "key", "kind", "choices", "is_sensitive"]
        help_texts = {
            "name_en": _("英文界面里的名字；不填就用中文名。"),
            "choices": _("只用于单选，每行一个。"),
        }
        widgets = {"choices": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["key"]

    def clean_name_zh(self) -> str:
        """On one line."""
        return one_line(self.cleaned_data["name_zh"])

    def clean_name_en(self) -> str:
        """On one line."""
        return one_line(self.cleaned_data["name_en"])

    def clean_choices(self) -> str:
        """One to a line, each once."""
        found = read_choices(self.cleaned_data["choices"])
        if len(found) > MOST_CHOICES:
            raise forms.ValidationError(gettext("最多 %(n)d 个选项。") % {"n": MOST_CHOICES})
        if any(len(one) > LONGEST_CHOICE for one in found):
            raise forms.ValidationError(
                gettext("每个选项最多 %(n)d 个字。") % {"n": LONGEST_CHOICE}
            )
        return "\n".join(found)

    def clean(self) -> dict[str, Any]:
        """A choice needs something to choose from, and a key is one field's alone."""
        cleaned = super().clean() or self.cleaned_data
        choices = read_choices(cleaned.get("choices", ""))
        if cleaned.get("kind") == CHOICE and "choices" not in self.errors and len(choices) < 2:
            self.add_error("choices", gettext("单选至少要有两个选项，每行一个。"))
        if not self.instance.pk and "key" not in self.errors:
            key = one_line(cleaned.get("key") or "") or cleaned.get("name_zh", "")
            cleaned["key"] = key
            if key and CardField.objects.filter(key=key).exists():
                words = gettext("已有业务字段用这个存储名。停用的字段可以重新启用。")
                self.add_error("key", words)
        return cleaned


class VerificationItemForm(_ItemForm):
    """One thing to ask."""

    class Meta:
        model = VerificationItem
        fields = ["text_zh", "text_en"]
        help_texts = {
            "text_zh": _("例如：证件后四位、预留生日。"),
            "text_en": _("英文界面里的文字；不填就用中文。"),
        }

    def clean_text_zh(self) -> str:
        """On one line."""
        return one_line(self.cleaned_data["text_zh"])

    def clean_text_en(self) -> str:
        """On one line."""
        return one_line(self.cleaned_data["text_en"])


def keys_in_use() -> list[str]:
    """Names under which the latest customers hold values and no field stands yet: what an import brought."""
    taken = set(CardField.objects.values_list("key", flat=True))
    latest = Customer.objects.order_by("-pk").values_list("attributes", flat=True)[:_KEYS_SOUGHT]
    rows: Iterable[dict[str, Any]] = latest
    return sorted({key for row in rows for key in row if len(key) <= 80} - taken)
