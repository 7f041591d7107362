"""Child processes that never outlive the program which started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import FrameType

from deploy.problem import ROOT, Problem

PR_SET_PDEATHSIG = 1
SECONDS_TO_STOP = 8


class Stopped(BaseException):
    """Ctrl-C, a polite kill, a closed terminal; no Exception, so that no handler swallows it."""


def stop_on_signals() -> None:
    """From now on a signal to end raises Stopped: once, so that tidying up is not disturbed."""
    signals = [signal.SIGINT, signal.SIGTERM]
    # Ignored means nohup: the person wants it to outlive the terminal.
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signals.append(signal.SIGHUP)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    for number in signals:
        signal.signal(number, stop)


def end_with_parent() -> None:
    """Has Linux send SIGTERM when the parent is killed without a chance to tidy up."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """In a session of its own: Ctrl-C reaches this program alone, which then ends the child."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        # Safe here: no thread has been started when a child is.
        preexec_fn=end_with_parent,
    )


def end(process: subprocess.Popen[str]) -> None:
    """Politely first; whatever its group still holds after that is killed."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_STOP)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run_step(what: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Runs to the end; its output is shown only when it fails."""
    process = start(command, environment)
    try:
        output, _ = process.communicate()
    finally:
        end(process)
    if process.returncode:
        tail = "\n".join(output.strip().splitlines()[-15:])
        raise Problem(f"{tail}\n\n{what} failed; its last words stand above.")
