"""What a browser loads before the first pop, as it travels."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from bench.client import Client

_STYLES = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
_SCRIPTS = re.compile(r'<script[^>]* src="([^"]+)"')
_MODULES = re.compile(r'^import [^;]*?from "([^"]+)"|^import "([^"]+)"', re.MULTILINE)
_IMPORTED_STYLES = re.compile(r'@import (?:url\()?"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes by kind of file, bodies only."""

    html: int
    css: int
    js: int
    files: int
    # Of the files beside the page.
    paths: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """All of it."""
        return self.html + self.css + self.js


def first_load(client: Client) -> Weight:
    """The page, its styles and its scripts, with all that these import."""
    page = client.get("/pop/")
    assert page.status == 200, page.status
    css = _with_imports(client, _STYLES.findall(page.text), _IMPORTED_STYLES)
    js = _with_imports(client, _SCRIPTS.findall(page.text), _MODULES)
    assert css, "the page names no styles"
    assert js, "the page names no scripts"
    paths = (*css, *js)
    return Weight(page.size, sum(css.values()), sum(js.values()), 1 + len(paths), paths)


def _with_imports(client: Client, paths: list[str], pattern: re.Pattern[str]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        if path in sizes:
            continue
        answer = client.get(path)
        assert answer.status == 200, (path, answer.status)
        sizes[path] = answer.size
        found = pattern.finditer(answer.text)
        waiting += [urljoin(path, next(filter(None, match.groups()))) for match in found]
    return sizes
