"""Every JavaScript file the site can serve, vendored ones included, must parse as ES2020.

Chromium 80 is the oldest browser that agents may have, and a file it cannot parse is a pop that
never opens. The parser is acorn, which every Node carries inside itself; it is asked for the
edition, as Node's own parser cannot be.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.node import find_node
from deploy.problem import ROOT

EDITION = 2020
# htmx 4, which django-htmx bundles beside the version we use; no page of ours loads it.
NEVER_LOADED = re.compile(r"django_htmx/.*-4(\.min)?\.js$")
PARSER = """
const acorn = require('internal/deps/acorn/acorn/dist/acorn');
const { readFileSync } = require('fs');
const faults = {};
for (const [name, path] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  const source = readFileSync(path, 'utf8');
  const parse = (sourceType) => {
    try { acorn.parse(source, { ecmaVersion: EDITION, sourceType, allowHashBang: true }); }
    catch (error) { return error.message; }
    return null;
  };
  const fault = parse('script');
  if (fault && parse('module')) faults[name] = fault;
}
console.log(JSON.stringify(faults));
""".replace("EDITION", str(EDITION))


def served_files() -> dict[str, str]:
    """All JavaScript that the static file finders find: name → path."""
    import django
    from django.contrib.staticfiles.finders import get_finders

    django.setup()
    found: dict[str, str] = {}
    for finder in get_finders():
        for name, storage in finder.list([]):
            if name.endswith((".js", ".mjs")) and not NEVER_LOADED.match(name):
                # As a browser gets it: the first finder wins.
                found.setdefault(name, storage.path(name))
    return found


def faults_in(files: Mapping[str, str], node: Path) -> dict[str, str]:
    """The files that do not parse, each with the parser's words."""
    done = subprocess.run(
        [node, "--expose-internals", "--no-warnings", "-e", PARSER],
        input=json.dumps(dict(files)),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def main() -> int:
    """Prints what is wrong; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    node = find_node()
    if not node:
        print("There is no Node to parse with; playwright's wheel brings one where it exists.")
        return 1
    # A parser that finds nothing wrong with a later edition would find nothing wrong at all.
    probe = ROOT / "var" / "es2021-probe.js"
    probe.parent.mkdir(mode=0o700, exist_ok=True)
    probe.write_text("a ||= b;")
    try:
        if not faults_in({"probe": str(probe)}, node):
            print(f"The parser of {node} does not keep to ES{EDITION}.")
            return 1
    finally:
        probe.unlink()
    files = served_files()
    faults = faults_in(files, node)
    for name, fault in sorted(faults.items()):
        print(f"{files[name]}: not ES{EDITION}: {fault}")
    print(f"{len(files)} files, {len(faults)} with later syntax")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
