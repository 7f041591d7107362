"""The keys of the pop's shortcuts, where they stand beside what they do."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from screenpop.pop_keys import label_of, read_stored

register = template.Library()


@register.simple_tag(takes_context=True)
def key_of(context: Context, name: str) -> SafeString:
    """The key of an action as whoever asked for the page has it, for the eye alone. Scripts keep it fresh."""
    request: Any = context.get("request")
    user = getattr(request, "user", None)
    binding = read_stored(getattr(user, "pop_keys", None)).bindings[name]
    shape = (
        '<kbd data-key-of="{}" aria-hidden="true">{}</kbd>'
        if binding
        else '<kbd data-key-of="{}" aria-hidden="true" hidden>{}</kbd>'
    )
    return format_html(shape, name, label_of(binding))
