"""Which release of our files a page was made from, so that an old page can tell that a newer one is there."""

from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

HEADER = "X-Pop-Release"


@cache
def current_release() -> str:
    """The RELEASE setting, else a digest of all served files; "" while these are served unhashed, as in tests."""
    return str(settings.RELEASE or getattr(staticfiles_storage, "manifest_hash", "") or "")
