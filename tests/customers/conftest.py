"""A stopped clock, and three colleagues: two agents and their supervisor."""

import pytest
import time_machine

from tests.customers.people import NOON, person


@pytest.fixture
def noon(db):
    """It is NOON, and stays so."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def li(noon):
    """An agent."""
    return person("李")


@pytest.fixture
def zhao(noon):
    """Another agent."""
    return person("赵")


@pytest.fixture
def boss(noon):
    """A supervisor."""
    return person("班长", "supervisor")
