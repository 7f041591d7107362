"""Placeholders of message templates: {customer} and the like, filled on the server when a message is offered. Pure."""

import re
from collections.abc import Mapping
from urllib.parse import quote

# The whole set. What each stands for is told on the page of templates, and in message_words.py.
PLACEHOLDERS = ("customer", "company", "agent", "ticket")
# Addresses reach logs: a ticket may stand in one, a person never.
IN_LINKS = ("ticket",)
_MARK = re.compile(r"\{([^{}\s]{1,40})\}")


def unknown_in(text: str, allowed: tuple[str, ...] = PLACEHOLDERS) -> list[str]:
    """The marks that are no placeholder of ours, each once, as they stand in the text."""
    return [name for name in dict.fromkeys(_MARK.findall(text)) if name not in allowed]


def missing_in(text: str) -> list[str]:
    """The placeholders that stand in the text still: those without a value, each once."""
    return [name for name in dict.fromkeys(_MARK.findall(text)) if name in PLACEHOLDERS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled; one without a value stays, so that nobody sends a gap unseen.

    In one pass: a value that looks like a placeholder is not filled again.
    """
    return _MARK.sub(lambda mark: values.get(mark[1], "") or mark[0], text)


def filled_link(link: str, values: Mapping[str, str]) -> str:
    """The same for an address, its values encoded whole: none can end a path or begin a host."""
    kept = {name: quote(values.get(name, ""), safe="") for name in IN_LINKS}
    return filled(link, kept)
