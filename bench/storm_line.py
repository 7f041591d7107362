"""In which order things are told, and who takes which: pages keep their own order, the rest comes as it likes."""

import random
import threading
from collections.abc import Callable
from heapq import heapify, heappop, heappush

from bench.call_pushes import Script, Seen, Sent
from bench.call_sheet import Sheet

WORKERS = 4
ORDERS = ("live", "shuffled", "pushes first", "pops first")


def lanes_of(
    sheet: Sheet, script: Script, order: str, dice: random.Random
) -> list[list[tuple[float, Sent | Seen]]]:
    """What is done one after the other: each page's own events, and each push alone; with the moment of each."""
    begin, finish = sheet.contacts[0].started, sheet.contacts[-1].ended
    lanes: list[list[tuple[float, Sent | Seen]]] = []
    for sent in script.sent:
        late = dice.expovariate(1 / 20)
        for copy in range(sent.copies):
            moment = {
                "live": sent.ready + late * (1 if sent.together else 1 + copy),
                "shuffled": dice.uniform(begin, finish),
                "pushes first": begin - 1 - dice.random(),
                "pops first": finish + 1 + dice.random(),
            }[order]
            lanes.append([(moment, sent)])
    for agent in range(sheet.agents):
        own = [seen for seen in script.seen if seen.agent == agent]
        moments = [seen.at for seen in own]
        if order == "shuffled":
            moments = sorted(dice.uniform(begin, finish) for _ in own)
        lanes.append(list(zip(moments, own, strict=True)))
    return [lane for lane in lanes if lane]


class Line:
    """Lanes of things to do: whoever is free takes the next one, of a lane that nobody works at."""

    def __init__(self, lanes: list[list[tuple[float, Sent | Seen]]]) -> None:
        self.lanes = [lane[::-1] for lane in lanes]
        self.heads = [(lane[-1][0], n) for n, lane in enumerate(self.lanes)]
        heapify(self.heads)
        self.failed = False
        self.left = sum(map(len, lanes))
        self.changed = threading.Condition()

    def take(self) -> tuple[int, Sent | Seen] | None:
        """The next one and its lane, as soon as there is one; None when nothing is left."""
        with self.changed:
            self.changed.wait_for(lambda: self.heads or not self.left)
            if not self.left:
                return None
            _moment, lane = heappop(self.heads)
            return lane, self.lanes[lane][-1][1]

    def done(self, lane: int) -> None:
        """It was answered: its lane goes on."""
        with self.changed:
            self.lanes[lane].pop()
            self.left = max(0, self.left - 1)
            if self.lanes[lane]:
                heappush(self.heads, (self.lanes[lane][-1][0], lane))
            self.changed.notify_all()

    def work(self, do: Callable[[Sent | Seen], object]) -> None:
        """Do one after the other until nothing is left; when one fails, everybody stops."""
        try:
            while found := self.take():
                do(found[1])
                self.done(found[0])
        except BaseException:
            with self.changed:
                self.left, self.failed = 0, True
                self.changed.notify_all()
            raise
