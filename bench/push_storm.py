"""A stand-in of TCCC and its workbenches: thousands of calls of every kind, told in any order, and what they came to.

`python -m bench.push_storm --sessions 2000 [--database postgres] [--order shuffled] [--kill] [--seed 1]`
Fails when the database does not tell what the sheet of calls tells.
"""

import argparse
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.call_pushes import Script, Seen, Sent, script_of
from bench.call_sheet import APP_ID, Sheet, make_sheet
from bench.client import Client
from bench.site import database_of, environment_of
from bench.storm_desk import write_plan
from bench.storm_line import ORDERS, WORKERS, Line, lanes_of
from deploy.certificate import certificate_and_key
from deploy.problem import ROOT, Problem
from deploy.processes import Stopped, end, run_step, stop_on_signals
from deploy.server import Server

PATIENCE = 60


class Sender:
    """Speaks as the platform and as the agents' pages; what is not acknowledged is sent again, as both of them do."""

    def __init__(self, environment: dict[str, str], sheet: Sheet) -> None:
        self.port = int(environment["PORT"])
        self.password = environment["BENCH_PASSWORD"]
        both = f"{environment['TCCC_PUSH_USERNAME']}:{environment['TCCC_PUSH_PASSWORD']}"
        self.basic = "Basic " + b64encode(both.encode()).decode()
        self.pages: dict[int, Client] = {}
        self.numbers = dict.fromkeys(range(sheet.agents), 0)
        self.legs: dict[str, str] = {}
        self.again = 0

    def sign_in(self) -> None:
        """Every agent's page."""
        for agent in self.numbers:
            self.pages[agent] = Client(self.port)
            self.pages[agent].sign_in(f"agent{agent:02}", self.password)

    def send(self, client: Client, what: Sent | Seen) -> None:
        """Until it is acknowledged."""
        deadline = time.monotonic() + PATIENCE
        if isinstance(what, Seen) and what.what != "note":
            self.numbers[what.agent] += 1
        while time.monotonic() < deadline:
            try:
                if self.push(client, what) if isinstance(what, Sent) else self.show(what):
                    return
            except (OSError, http.client.HTTPException):
                (client if isinstance(what, Sent) else self.pages[what.agent]).reconnect()
            self.again += 1
            time.sleep(0.1)
        raise Problem("the server does not come back")

    def push(self, client: Client, sent: Sent) -> bool:
        """One push; False when it has to come again."""
        client.more = {"Authorization": self.basic}
        if sent.uuid:
            client.more["X-TCCC-PUSH-UUID"] = sent.uuid
        version = "" if sent.action == "voicemail" else "&version=1"
        path = f"/tccc/push{'/' if len(sent.body) % 2 else ''}?action={sent.action}{version}"
        answer = client.send("POST", path, sent.body.encode(), "application/json;charset=utf8")
        return answer.status == 200 and json.loads(answer.body) == {"ErrCode": 0, "ErrMsg": ""}

    def show(self, seen: Seen) -> bool:
        """One event or note of a page; False when it has to come again."""
        page = self.pages[seen.agent]
        if seen.what == "note":
            note = {"note": seen.note, "base": 0, "tab": "storm"}
            answer = page.json(f"/pop/legs/{self.legs[seen.event_id]}/note/", note)
            return answer.status == 200
        event = {
            "id": seen.event_id,
            "tab": f"tab-{seen.agent}",
            "trigger": "hashchange",
            "sequence": self.numbers[seen.agent],
            "pairs": seen.pairs,
            "truncated": False,
            "age": int((time.time() - seen.at) * 1000),
        }
        answer = page.json("/pop/events/", {"events": [event], "have": []})
        if answer.status != 200 or seen.event_id not in answer.headers["X-Pop-Ack"]:
            return False
        leg = answer.text.partition('data-leg="')[2].partition('"')[0]
        assert leg, f"no card for a hash: {answer.text[:200]}"
        self.legs[seen.event_id] = leg
        return True

    def work(self, line: Line) -> None:
        """With a connection of its own."""
        line.work(partial(self.send, Client(self.port)))


class Storm:
    """The server, and whoever kills it."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = environment
        self.certificate, self.key = certificate_and_key({}, folder / "tls")
        self.server = self.start()
        self.kills = 0

    def start(self) -> Server:
        """Start it and wait for it."""
        server = Server(self.environment, self.certificate, self.key)
        server.wait_until_up()
        server.silent = True
        return server

    def kill_now_and_then(self, line: Line, dice: random.Random) -> None:
        """SIGKILL to every process of the server at once, some ten times in all."""
        whole = line.left
        for n in range(1, 11):
            while line.left > whole * (1 - n / 11):
                time.sleep(0.01)
            time.sleep(dice.uniform(0, 0.3))
            if not line.left:
                return
            os.killpg(self.server.process.pid, signal.SIGKILL)
            self.server.process.wait()
            self.kills += 1
            self.server = self.start()


def run(options: argparse.Namespace) -> int:
    """Prepare, play, check."""
    with (
        TemporaryDirectory(prefix="screenpop-bench-") as folder,
        database_of(options.database, Path(folder)) as url,
    ):
        environment = environment_of(Path(folder), url) | {"TCCC_SDK_APP_ID": str(APP_ID)}
        manage = [sys.executable, str(ROOT / "manage.py")]
        run_step("Migrating", [*manage, "migrate", "-v0"], environment)
        run_step("Static files", [*manage, "collectstatic", "-v0", "--noinput"], environment)
        plan = Path(folder) / "plan.json"
        sheet = make_sheet(options.seed, options.sessions, time.time() - 2 * 3600)
        script = script_of(sheet, options.seed)
        write_plan(plan, sheet, script)
        desk = [sys.executable, "-m", "bench.storm_desk"]
        run_step("Hiring people", [*desk, "hire", str(plan)], environment)
        storm = Storm(environment, Path(folder))
        try:
            play(storm, sheet, script, options)
        finally:
            end(storm.server.process)
        return subprocess.run([*desk, "check", str(plan)], cwd=ROOT, env=environment).returncode


def play(storm: Storm, sheet: Sheet, script: Script, options: argparse.Namespace) -> None:
    """Everything that was seen and sent, by four at once."""
    dice = random.Random(options.seed)
    line = Line(lanes_of(sheet, script, options.order, dice))
    sender, number = Sender(storm.environment, sheet), line.left
    sender.sign_in()
    began = time.monotonic()
    threads = [
        threading.Thread(target=sender.work, args=[line], daemon=True) for _ in range(WORKERS)
    ]
    for thread in threads:
        thread.start()
    if options.kill:
        storm.kill_now_and_then(line, dice)
    for thread in threads:
        thread.join()
    if line.failed:
        raise Problem("not everything was acknowledged; see above")
    print(
        f"{options.database}, {options.order}: {len(sheet.contacts)} sessions, {number} pushes, hashes and notes in "
        f"{time.monotonic() - began:.0f} s; {storm.kills} kills, {sender.again} sent again"
    )


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="bench.push_storm", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--sessions", type=int, default=500)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--order", choices=ORDERS, default="shuffled")
    parser.add_argument("--kill", action="store_true", help="kill the server some ten times")
    parser.add_argument("--seed", type=int, default=1)
    stop_on_signals()
    try:
        return run(parser.parse_args(arguments))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except Stopped:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
