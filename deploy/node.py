"""Where a Node is: the one inside playwright's wheel (its version is pinned), else the system's."""

import importlib.util
import shutil
from pathlib import Path


def find_node() -> Path | None:
    """None when this platform has no playwright wheel and the system no Node either."""
    package = importlib.util.find_spec("playwright")
    if package and package.origin:
        bundled = Path(package.origin).parent / "driver" / "node"
        if bundled.exists():
            return bundled
    system = shutil.which("node")
    return Path(system) if system else None
