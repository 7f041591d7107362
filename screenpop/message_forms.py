"""The form of a message template: what may stand in one, refused in words when it may not."""

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NoReturn

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from screenpop.message_content import CARD, FIELDS, LONGEST_TEXT, TEXT, Content
from screenpop.message_links import LinkError, allowed_link, check_text, check_values
from screenpop.message_models import MessageTemplate
from screenpop.message_placeholders import IN_LINKS, PLACEHOLDERS, unknown_in
from screenpop.message_sending import plain_text
from screenpop.message_words import link_problem, unknown_words

if TYPE_CHECKING:
    _Form = forms.ModelForm[MessageTemplate]
else:
    _Form = forms.ModelForm

LONGEST_EXTENSION = 2000


class MessageForm(_Form):
    """A template of the kind that its instance has. `hosts` are those that links may lead to."""

    extension = forms.CharField(
        label=gettext_lazy("扩展数据（JSON）"),
        required=False,
        max_length=LONGEST_EXTENSION,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "class": "mono"}),
    )

    class Meta:
        model = MessageTemplate
        fields = ["name", "title", "text", "picture", "link", "extension"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST_TEXT})}

    def __init__(self, *args: Any, hosts: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hosts = hosts
        kind = self.instance.kind
        for name in set(self.fields) - {"name", *FIELDS[kind]}:
            del self.fields[name]
        self.order_fields(["name", *FIELDS[kind]])
        self.fields["text"].required = kind == TEXT
        if "title" in self.fields:
            self.fields["title"].required = True
        if "link" in self.fields:
            self.fields["link"].required = kind == CARD
        if "extension" in self.fields:
            text = json.dumps(self.instance.extension, ensure_ascii=False, indent=2)
            self.initial["extension"] = text

    def clean_title(self) -> str:
        """One line, with placeholders that exist."""
        return self._text("title").replace("\n", " ")

    def clean_text(self) -> str:
        """As it is sent, with placeholders that exist."""
        return self._text("text")

    def _text(self, field: str) -> str:
        text = plain_text(str(self.cleaned_data[field]))
        self._refuse_unknown(text, PLACEHOLDERS)
        try:
            check_text(text, self.hosts)
        except LinkError as error:
            _refuse(link_problem(error))
        return text

    def clean_picture(self) -> str:
        """On a listed host, in the one form; no placeholders."""
        return self._link("picture", ())

    def clean_link(self) -> str:
        """On a listed host, in the one form; a ticket may stand in it."""
        return self._link("link", IN_LINKS)

    def _link(self, field: str, placeholders: tuple[str, ...]) -> str:
        link = str(self.cleaned_data[field])
        if not link:
            return ""
        if placeholders:
            self._refuse_unknown(link, placeholders)
        elif unknown_in(link, ()):
            _refuse(_("图片地址里不能有占位符。"))
        try:
            return allowed_link(link, self.hosts)
        except LinkError as error:
            _refuse(link_problem(error))

    def _refuse_unknown(self, text: str, known: tuple[str, ...]) -> None:
        if names := unknown_in(text, known):
            _refuse(unknown_words(names, known))

    def clean_extension(self) -> dict[str, Any]:
        """A JSON object that every database can hold."""
        raw = str(self.cleaned_data["extension"]).strip() or "{}"
        try:
            value = json.loads(raw, parse_constant=_no_number)
            # Lone surrogates cannot be encoded; PostgreSQL holds no NUL.
            kept = json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            _refuse(_("扩展数据不是正确的 JSON。"))
        if not isinstance(value, dict) or b"\\u0000" in kept:
            _refuse(_('扩展数据必须是一个 JSON 对象，例如 {"type": 1}。'))
        try:
            check_values(value, self.hosts)
        except LinkError as error:
            _refuse(link_problem(error))
        return value

    def shown(self) -> Content:
        """What a preview can show of what was typed: texts as they are, links only when they may be sent."""
        self.is_valid()
        content: Content = {}
        for name in FIELDS[self.instance.kind]:
            typed = str(self.data.get(name, ""))
            usual = typed[:LONGEST_TEXT] if name in ("title", "text") else ""
            content[name] = self.cleaned_data.get(name, usual)
        return content

    def faults(self) -> list[str]:
        """What is wrong with what was typed, without what is only missing yet."""
        found = self.errors.as_data()
        return [
            str(message)
            for name in FIELDS[self.instance.kind]
            for error in found.get(name, [])
            if error.code != "required"
            for message in error.messages
        ]


def _refuse(words: str) -> NoReturn:
    raise ValidationError(words, code="refused")


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
