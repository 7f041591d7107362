"""Ranges: read, bounded, and taken of a whole."""

import pytest

from screenpop.audio_type import audio_type
from screenpop.byte_range import Wanted, read_content_range, read_range


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-", Wanted(0)),
        ("bytes=0-1", Wanted(0, 1)),
        ("Bytes = 5 - 9", Wanted(5, 9)),
        ("bytes=-500", Wanted(suffix=500)),
        *((text, None) for text in (
            "", "bytes=", "bytes=-", "bytes=9-5", "bytes=0-1,5-6", "lines=0-1", "bytes=a-b",
            "bytes=0-1\r\nX: 1", "bytes=" + "9" * 19 + "-",
        )),
    ],
)  # fmt: skip
def test_read_range(header, wanted):
    assert read_range(header) == wanted


@pytest.mark.parametrize(
    ("wanted", "total", "span"),
    [
        (Wanted(0), 10, (0, 9)),
        (Wanted(3, 5), 10, (3, 5)),
        (Wanted(3, 99), 10, (3, 9)),
        (Wanted(10), 10, None),
        (Wanted(suffix=4), 10, (6, 9)),
        (Wanted(suffix=40), 10, (0, 9)),
        (Wanted(suffix=0), 10, None),
        (Wanted(0), 0, None),
    ],
)
def test_of_a_whole(wanted, total, span):
    assert wanted.of(total) == span


def test_a_long_wish_is_cut_and_a_suffix_is_not():
    assert Wanted(7).within(100) == Wanted(7, 106)
    assert Wanted(7, 8).within(100) == Wanted(7, 8)
    assert Wanted(7, 900).within(100).header == "bytes=7-106"
    assert Wanted(suffix=900).within(100).header == "bytes=-900"


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("bytes 0-4/10", (0, 4, 10)),
        ("bytes 0-4/*", (0, 4, None)),
        ("bytes */10", None),
        ("bytes 4-0/10", None),
        ("bytes 0-10/10", None),
        ("", None),
    ],
)
def test_content_range(header, told):
    assert read_content_range(header) == told


@pytest.mark.parametrize(
    ("told", "path", "kind"),
    [
        ("audio/mpeg", "/a", "audio/mpeg"),
        ("AUDIO/X-WAV; q=1", "/a", "audio/wav"),
        ("application/octet-stream", "/a/b.mp3?sign=x.html", "audio/mpeg"),
        ("", "/a.wav", "audio/wav"),
        ("", "/a", ""),
        ("text/html", "/a.mp3", ""),
        ("image/svg+xml", "/a.mp3", ""),
        ("application/octet-stream", "/a.html", ""),
    ],
)
def test_kinds_of_sound(told, path, kind):
    assert audio_type(told, path) == kind
