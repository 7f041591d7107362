"""How the files under static/ are served in production: by hashed names, compressed, kept by browsers for ever."""

from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)

# An import of our own modules, as we write them. Django's patterns (support_js_module_import_aggregation) would read
# every package's files, and stumble over the examples in their comments.
OUR_IMPORTS = (
    "js/*.js",
    (
        (r"""(?P<matched>from\s*["'](?P<url>\.{1,2}/[^"']+)["'])""", 'from "%(url)s"'),
        (r"""(?P<matched>import\(["'](?P<url>\.{1,2}/[^"']+)["']\))""", 'import("%(url)s")'),
    ),
)


class HashedFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names inside our JavaScript modules too.

    A module that imports "./cards.js" by its plain name would get whatever copy the browser still has: after an
    upgrade a new page would run with an old part.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, OUR_IMPORTS)
