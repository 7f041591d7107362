"""Settings that can be read and still cannot be right: `check --deploy` names them, and so does every other command.

Warnings, as a slip in one setting must not keep the nightly backup from running.
"""

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core import checks

_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?", re.IGNORECASE)
_RATE = re.compile(r"\d+/(s|sec|second|m|min|minute|h|hour|d|day)")
_TOGETHER = (
    ("TCCC_PUSH_USERNAME", "TCCC_PUSH_PASSWORD"),
    ("TCCC_PUSH_CLIENT_ID", "TCCC_PUSH_CLIENT_SECRET"),
    ("TCCC_SECRET_ID", "TCCC_SECRET_KEY"),
)


def check_settings(app_configs: Any, **_options: Any) -> list[checks.CheckMessage]:
    """One warning for each setting at fault; what it holds is told only where it is no secret."""
    return [
        checks.Warning(f"{name}: {words}", hint='README.md, "Settings"', id="crm.W001")
        for name, words in faults(settings)
    ]


def faults(given: Any) -> Iterator[tuple[str, str]]:
    """(setting, what is wrong with it)."""
    for name in ("TCCC_FRAME_ANCESTORS", "SIMULATOR_ORIGINS"):
        for origin in getattr(given, name):
            if not _ORIGIN.fullmatch(origin):
                yield name, f"{origin!r} is no origin such as https://tccc.qcloud.com, without path"
    for network in _no_networks(given.TRUSTED_PROXIES):
        yield "TRUSTED_PROXIES", f"{network!r} is no address or network such as 127.0.0.1"
    for both in _TOGETHER:
        held = [name for name in both if getattr(given, name)]
        if len(held) == 1:
            yield held[0], f"goes together with {next(name for name in both if name not in held)}"
    yield from _forms(given)


def _forms(given: Any) -> Iterator[tuple[str, str]]:
    area = given.HOME_AREA_CODE
    if area and not re.fullmatch(r"0\d{2,3}", area):
        yield "HOME_AREA_CODE", f"{area!r} is no area code such as 0755"
    if not re.fullmatch(r"[A-Z]{2}", given.DEFAULT_REGION):
        yield "DEFAULT_REGION", f"{given.DEFAULT_REGION!r} is no country such as CN"
    rate = given.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["api"]
    if not _RATE.fullmatch(rate):
        yield "API_RATE", f"{rate!r} is no rate such as 600/min"
    ticket = given.TICKET_URL
    if ticket and not (ticket.startswith("https://") and "{ticket}" in ticket):
        yield "TICKET_URL", "is no https:// address that holds {ticket}"


def _no_networks(networks: Iterable[str]) -> Iterator[str]:
    for network in networks:
        try:
            ip_network(network, strict=False)
        except ValueError:
            yield network
