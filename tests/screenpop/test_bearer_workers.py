"""A bearer that one worker process ends is dead in every other one."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.test import Client

from crm.models import User
from screenpop import bearer
from tests.workers import PATIENCE, empty_file, workers_database

__all__ = ["empty_file", "workers_database"]
FORK = multiprocessing.get_context("fork")


def answer(pipe: Connection) -> None:
    """Serve requests of (token, path) with their status until the other end closes."""
    try:
        while True:
            token, path = pipe.recv()
            browser = Client(headers={"authorization": f"Pop {token}"})
            pipe.send(browser.post(path, {"have": ""}, secure=True).status_code)
    except EOFError:
        connections.close_all()


class Worker:
    """A process of its own, with a connection and a memory of its own."""

    def __init__(self) -> None:
        self.pipe, theirs = FORK.Pipe()
        self.process = FORK.Process(target=answer, args=[theirs], daemon=True)
        self.process.start()
        theirs.close()

    def post(self, token: str, path: str = "/pop/cards/") -> int:
        """The status of the answer."""
        self.pipe.send((token, path))
        assert self.pipe.poll(PATIENCE), "stuck"
        return int(self.pipe.recv())


@contextmanager
def two_workers() -> Iterator[tuple[Worker, Worker]]:
    """Forked while nobody holds a connection, which two processes cannot share."""
    connections.close_all()
    workers = Worker(), Worker()
    yield workers
    for worker in workers:
        worker.process.kill()
        worker.process.join()


@pytest.mark.usefixtures("workers_database")
def test_a_bearer_ended_by_one_process_is_dead_in_the_other() -> None:
    agent = User.objects.create_user("chenmin")
    agent.groups.add(Group.objects.get_or_create(name="agent")[0])
    token = bearer.issue(agent)
    with two_workers() as (one, other):
        assert (one.post(token), other.post(token)) == (204, 204)
        assert one.post(token, "/pop/sign-out/") == 204
        assert (one.post(token), other.post(token)) == (401, 401)
        agent.refresh_from_db()
        fresh = bearer.issue(agent)
        assert (one.post(fresh), other.post(fresh)) == (204, 204)
