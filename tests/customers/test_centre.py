"""The centre's name and logo: what may be one, and what pages are given of it."""

import time

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from customers import centre, logo
from customers.models import Centre

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40
WEBP = b"RIFF\x20\0\0\0WEBPVP8 " + b"\0" * 20
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "media_type"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")]
)
def test_three_kinds_of_image(data, media_type):
    assert logo.check(data) == media_type


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空"),
        (SVG, "SVG"),
        (b"\n" + PNG, "PNG"),
        (b"GIF89a" + b"\0" * 20, "PNG"),
        (b"RIFF\x20\0\0\0WAVEfmt ", "PNG"),
        (b"\x89PNG\r\n", "PNG"),
        (b"<html>", "PNG"),
        (PNG + b"\0" * logo.MOST_BYTES, "128 KB"),
    ],
)
def test_what_is_no_logo_is_refused_in_words(data, words):
    with pytest.raises(logo.RefusedLogoError, match=words):
        logo.check(data)


def test_the_largest_logo():
    assert logo.check(PNG.ljust(logo.MOST_BYTES, b"\0")) == "image/png"


@pytest.mark.parametrize(
    ("names", "chinese", "english"),
    [
        (("云帆", "Yunfan"), "云帆", "Yunfan"),
        (("云帆", ""), "云帆", "云帆"),
        (("", "Yunfan"), "Yunfan", "Yunfan"),
    ],
)
def test_the_name_follows_the_reader(names, chinese, english):
    look = centre.CentreLook(*names)
    assert look.name == chinese
    with translation.override("en"):
        assert look.name == english
        assert centre.CentreLook().name


@pytest.mark.django_db
def test_without_a_row_the_product_stands_there():
    assert centre.current() == centre.CentreLook()
    assert centre.current().name == "来电弹屏 CRM"
    assert centre.current().logo_url == ""


@pytest.mark.django_db
def test_there_is_one_centre():
    centre.rename("云帆", "")
    centre.rename("云帆二", "Yunfan")
    assert Centre.objects.count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Centre.objects.create(pk=2)


@pytest.mark.django_db
def test_a_change_is_seen_at_once_here_and_soon_elsewhere(
    django_assert_num_queries, monkeypatch, settings
):
    settings.SETUP_KEPT_SECONDS = 10
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    centre.rename("云帆", "")
    assert centre.current().name_zh == "云帆"
    with django_assert_num_queries(0):
        assert centre.current().name_zh == "云帆"
    # As another process would.
    Centre.objects.update(name_zh="远航")
    now += 9.9
    assert centre.current().name_zh == "云帆"
    now += 0.1
    assert centre.current().name_zh == "远航"


@pytest.mark.django_db
def test_what_tells_of_a_fault_asks_nobody(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert centre.known() == centre.CentreLook()


@pytest.mark.django_db
def test_a_new_logo_has_a_new_address_and_the_old_one_is_gone():
    centre.put_logo(PNG)
    first = centre.current()
    centre.put_logo(JPEG)
    second = centre.current()
    assert first.logo_url != second.logo_url
    assert centre.logo_of(first.digest) is None
    assert centre.logo_of(second.digest) == (JPEG, "image/jpeg")
    centre.take_logo_away()
    assert centre.current().digest == ""
    assert centre.logo_of("") is None
    assert centre.logo_of(second.digest) is None


@pytest.mark.django_db
def test_looking_reads_no_image(django_assert_num_queries):
    centre.put_logo(PNG)
    connection.queries_log.clear()
    with django_assert_num_queries(1) as caught:
        centre.current()
    assert '"logo"' not in caught[0]["sql"]
