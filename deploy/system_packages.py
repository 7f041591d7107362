"""Packages of a Debian-like system, installed when the tests need them and may do so."""

import os
import shutil
import subprocess


def apt_install(*packages: str) -> str:
    """Installs as root; returns an empty string, or the reason why it could not."""
    if os.geteuid() != 0:
        return "not root"
    apt = shutil.which("apt-get")
    if not apt:
        return "no apt-get"
    environment = {
        **os.environ,
        "DEBIAN_FRONTEND": "noninteractive",
        # Tells Debian's scripts not to start what they install as a service.
        "RUNLEVEL": "1",
    }
    install = [apt, "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (install, [apt, "update", "-qq"], install):
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if command is install and done.returncode == 0:
            return ""
    lines = done.stderr.strip().splitlines() or ["no reason given"]
    return f"apt-get: {lines[-1]}"
