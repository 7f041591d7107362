"""What the tests of /setup/ stand on: people, quick hashes, and names that lead where they say."""

import socket

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from screenpop.self_test import resolves_private


@pytest.fixture(autouse=True)
def surroundings(monkeypatch, settings):
    """Quick hashes, and names that lead where they say."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    places = {"crm.example": "8.8.4.4", "inside.example": "10.0.0.7", "testserver": "10.0.0.1"}

    def getaddrinfo(name, port, **options):
        if name not in places:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (places[name], 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    resolves_private.cache_clear()
    yield
    resolves_private.cache_clear()


def make_user(name, role="", **fields):
    """Somebody with that role and the password "a-long-password"."""
    user = get_user_model().objects.create_user(name, password="a-long-password", **fields)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user
