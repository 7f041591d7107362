"""What a message holds, by its kind, and how the workbench takes it. Pure.

Contents are dicts of JSON values in our own words: {"text"} for a text, {"title", "text", "picture", "link"}
for a card, {"title", "text", "picture", "extension"} for a custom message.
"""

from collections.abc import Collection, Mapping
from typing import Any

from screenpop.message_links import allowed_link, check_text, check_values
from screenpop.message_placeholders import filled, filled_link, missing_in

TEXT, CARD, CUSTOM = "text", "card", "custom"
FIELDS = {
    TEXT: ("text",),
    CARD: ("title", "text", "picture", "link"),
    CUSTOM: ("title", "text", "picture", "extension"),
}
LONGEST_TITLE = 60
LONGEST_TEXT = 1000

Content = dict[str, Any]


def fill(content: Mapping[str, Any], values: Mapping[str, str]) -> Content:
    """A template's content with its placeholders filled; what has no value keeps its mark."""
    done = dict(content)
    for name in ("title", "text"):
        if name in done:
            done[name] = filled(done[name], values)
    if "link" in done:
        done["link"] = filled_link(done["link"], values)
    return done


def gaps(content: Mapping[str, Any]) -> list[str]:
    """The placeholders that nothing filled, each once."""
    texts = " ".join(str(content.get(name, "")) for name in ("title", "text", "link"))
    return missing_in(texts)


def checked(content: Mapping[str, Any], hosts: Collection[str]) -> Content:
    """The content as it may be sent, its links in one form. Raises LinkError for an address that may not go out."""
    done = dict(content)
    for name in ("picture", "link"):
        if done.get(name):
            done[name] = allowed_link(done[name], hosts)
    for name in ("title", "text"):
        check_text(done.get(name, ""), hosts)
    check_values(done.get("extension"), hosts)
    return done


def posted(kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """The message that the workbench's `ccc-sdk` listener takes (Tencent's page on the online channel's pop)."""
    event, message = _EVENTS[kind](content)
    return {"source": "ccc-sdk", "payload": {"event": event, "message": message}}


def _text(content: Mapping[str, Any]) -> tuple[str, Any]:
    return "sendTextMessage", content["text"]


def _card(content: Mapping[str, Any]) -> tuple[str, Any]:
    return "sendCard", {
        "header": content["title"],
        "desc": content["text"],
        "pic": content["picture"],
        "url": content["link"],
    }


def _custom(content: Mapping[str, Any]) -> tuple[str, Any]:
    return "sendCustomMessage", {
        "title": content["title"],
        "description": content["text"],
        "iconUrl": content["picture"],
        # Without this mark the workbench takes the message for one of its own.
        "fromPostMessage": 1,
        "extension": content["extension"],
    }


_EVENTS = {TEXT: _text, CARD: _card, CUSTOM: _custom}
