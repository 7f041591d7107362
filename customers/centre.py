"""The centre's name and logo as pages show them, and how they are changed.

Each process keeps what it read for some seconds, so that a page costs no query for it; a change is seen by the other
processes when these have passed.
"""

import hashlib
import time
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from customers import logo
from customers.models import Centre


@dataclass(frozen=True, slots=True)
class CentreLook:
    """What a page needs; `digest` is "" where there is no logo."""

    name_zh: str = ""
    name_en: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """In the reader's language, else in the other one, else the product's."""
        names = [self.name_zh, self.name_en]
        if (get_language() or "").startswith("en"):
            names.reverse()
        return names[0] or names[1] or _("来电弹屏 CRM")

    @property
    def logo_url(self) -> str:
        """Where the logo lies; "" without one."""
        return reverse("centre-logo", args=[self.digest]) if self.digest else ""


class _Kept:
    """What this process read, and until when (time.monotonic) it is good."""

    look: CentreLook | None = None
    until = 0.0


def current() -> CentreLook:
    """The centre as it stands, at most SETUP_KEPT_SECONDS old."""
    if _Kept.look is None or time.monotonic() >= _Kept.until:
        found = Centre.objects.values_list("name_zh", "name_en", "logo_digest").first()
        _Kept.look = CentreLook(*found) if found else CentreLook()
        _Kept.until = time.monotonic() + settings.SETUP_KEPT_SECONDS
    return _Kept.look


def known() -> CentreLook:
    """What was read last, without asking the database: for pages that tell of a fault."""
    return _Kept.look or CentreLook()


def forget() -> None:
    """Read anew at the next look."""
    _Kept.look = None


def rename(name_zh: str, name_en: str) -> None:
    """Keep the names."""
    _change(name_zh=name_zh, name_en=name_en)


def put_logo(data: bytes) -> None:
    """Keep a logo; raises logo.RefusedLogoError."""
    media_type = logo.check(data)
    _change(logo=data, logo_type=media_type, logo_digest=hashlib.sha256(data).hexdigest())


def take_logo_away() -> None:
    """Without a logo the name stands alone."""
    _change(logo=b"", logo_type="", logo_digest="")


def logo_of(digest: str) -> tuple[bytes, str] | None:
    """Bytes and media type of the logo with this digest, if it still is the logo."""
    found = Centre.objects.filter(logo_digest=digest).exclude(logo_digest="").first()
    return (bytes(found.logo), found.logo_type) if found else None


def _change(**fields: object) -> None:
    Centre.objects.update_or_create(pk=1, defaults=fields)
    forget()
