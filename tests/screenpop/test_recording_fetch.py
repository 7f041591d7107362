"""Recordings are fetched from allowed hosts at public addresses, whatever links and redirects say."""

import ipaddress
import logging
import time

import pytest

from screenpop import recording_fetch
from screenpop.byte_range import Wanted
from screenpop.recording_fetch import FetchError, open_audio
from screenpop.recording_hosts import RefusedError, is_allowed, is_public, read_target
from tests.screenpop.audio_server import SOUND

HOSTS = ["*.myqcloud.com", "store.example"]


def refused(url, wanted=None, **options):
    with pytest.raises(FetchError) as caught:
        b"".join(open_audio(url, wanted, **options).chunks())
    return caught.value.code


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("a.cos.ap-shanghai.myqcloud.com", True),
        ("store.example", True),
        ("myqcloud.com", False),
        ("evilmyqcloud.com", False),
        ("a.myqcloud.com.evil.example", False),
        ("a.store.example", False),
        ("", False),
    ],
)
def test_hosts(host, allowed):
    assert is_allowed(host, HOSTS) is allowed


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://evil.example/a.mp3", "host-refused"),
        ("https://store.example:8443/a.mp3", "host-refused"),
        ("http://127.0.0.1:9/a.mp3", "host-refused"),
        ("https://store.example@evil.example/a.mp3", "bad-address"),
        ("https://user:pw@store.example/a.mp3", "bad-address"),
        ("https://store.example\\@evil.example/", "bad-address"),
        ("file:///etc/passwd", "bad-address"),
        ("ftp://store.example/a", "bad-address"),
        ("https://store.example:99999/a", "bad-address"),
        ("https://store.example/a b", "bad-address"),
        ("https://store.example/\r\nX:1", "bad-address"),
        ("//store.example/a", "bad-address"),
        ("", "bad-address"),
    ],
)
def test_links_that_are_refused(url, code):
    with pytest.raises(RefusedError) as caught:
        read_target(url, HOSTS, [])
    assert caught.value.code == code


def test_a_target_in_parts():
    target = read_target("https://A.myqcloud.com./x/y.mp3?sign=1%2F2#part", HOSTS, [])
    assert (target.host, target.port, target.path) == ("a.myqcloud.com", 443, "/x/y.mp3?sign=1%2F2")
    assert target.host_header == "a.myqcloud.com"


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1",
        "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.0.47",
        "64:ff9b::a00:1", "2002:0a00:0001::1", "2001:0:53aa:64c:0:0:f5ff:fffe",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_that_are_public(address):
    assert is_public(ipaddress.ip_address(address))


def test_the_whole_and_a_part(store):
    link = store.link("/a.mp3")
    whole = open_audio(link, None)
    assert (whole.kind, whole.total, whole.partial) == ("audio/mpeg", len(SOUND), False)
    assert b"".join(whole.chunks()) == SOUND
    assert whole.closed
    part = open_audio(link, Wanted(10, 19))
    assert (part.start, part.end, part.total) == (10, 19, len(SOUND))
    assert b"".join(part.chunks()) == SOUND[10:20]


def test_a_store_that_knows_no_ranges(store):
    store.faults["/a.mp3"] = "deaf"
    part = open_audio(store.link("/a.mp3"), Wanted(300, 309))
    assert (part.start, part.end, part.total) == (300, 309, len(SOUND))
    assert b"".join(part.chunks()) == SOUND[300:310]
    assert refused(store.link("/a.mp3"), Wanted(len(SOUND))) == "no-such-range"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("403", "gone"), ("404", "gone"), ("410", "gone"), ("500", "upstream"), ("204", "upstream"),
        ("html", "not-audio"), ("cut", "upstream"),
    ],
)  # fmt: skip
def test_what_goes_wrong_has_a_name(store, fault, code):
    store.faults["/a.mp3"] = fault
    assert refused(store.link("/a.mp3")) == code


def test_a_store_that_says_nothing_in_time(store, monkeypatch):
    monkeypatch.setattr(recording_fetch, "READ_SECONDS", 0.05)
    store.faults["/a.mp3"] = "hang"
    assert refused(store.link("/a.mp3")) == "timeout"
    assert refused(store.link("/b.mp3"), seconds=0.0) == "timeout"


def test_a_store_that_drips_is_given_up_in_time(store):
    store.faults["/a.mp3"] = "drip"
    began = time.monotonic()
    assert refused(store.link("/a.mp3"), seconds=0.5) == "timeout"
    assert time.monotonic() - began < 10


def test_nobody_listens_there(store):
    link = store.link("/a.mp3")
    store.close()
    assert refused(link) == "upstream"


def test_a_file_that_is_too_large(store, settings):
    settings.RECORDING_MAX_MB = 0
    assert refused(store.link("/a.mp3")) == "too-large"


def test_redirects_are_followed_and_counted(store):
    store.link("/a.mp3")
    for n in range(1, 5):
        store.redirects[f"/{n}"] = f"/{n - 1}"
    store.redirects["/0"] = "/a.mp3"
    assert b"".join(open_audio(store.link("/2", None), None).chunks()) == SOUND
    assert refused(store.link("/3", None)) == "redirects"


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("http://127.0.0.1:1/a.mp3", "host-refused"),
        ("http://169.254.169.254/latest/meta-data", "host-refused"),
        ("https://evil.example/a.mp3", "host-refused"),
        ("file:///etc/passwd", "bad-address"),
        ("http://inside.myqcloud.com/a.mp3", "private-address"),
        ("http://half.myqcloud.com/a.mp3", "private-address"),
        ("http://nowhere.myqcloud.com/a.mp3", "upstream"),
    ],
)
def test_every_hop_is_checked(store, monkeypatch, place, code):
    real = recording_fetch.resolve
    names = {
        "inside.myqcloud.com": ["10.1.2.3"],
        # One public address beside one of ours: which one a client takes is chance.
        "half.myqcloud.com": ["1.1.1.1", "127.0.0.1"],
    }

    def resolve(host, port):
        if host.endswith("myqcloud.com"):
            if host not in names:
                raise OSError
            return names[host]
        return real(host, port)

    monkeypatch.setattr(recording_fetch, "resolve", resolve)
    store.redirects["/hop"] = place
    assert refused(store.link("/hop", None)) == code
    assert refused(place) == code


def test_a_name_that_changes_its_address_is_asked_once(store, monkeypatch, settings):
    """The connection goes to the address that was checked, with the name in the Host header."""
    port = int(store.host.rpartition(":")[2])
    settings.RECORDING_ALLOW_PRIVATE = [f"store.example:{port}"]
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    monkeypatch.setattr(recording_fetch, "resolve", lambda host, port: next(answers))
    store.link("/a.mp3")
    assert b"".join(open_audio(f"http://store.example:{port}/a.mp3", None).chunks()) == SOUND


def test_only_the_named_port_is_an_exception(store, settings):
    settings.RECORDING_ALLOW_PRIVATE = ["127.0.0.1:1"]
    assert refused(store.link("/a.mp3")) == "host-refused"


def test_no_link_in_the_log(store, caplog, monkeypatch):
    monkeypatch.setattr(recording_fetch, "resolve", lambda host, port: ["10.0.0.1"])
    with caplog.at_level(logging.DEBUG):
        refused("https://a.myqcloud.com/008613800138000.mp3?sign=abc")
    assert caplog.messages
    assert "0086" not in caplog.text
    assert "sign" not in caplog.text
