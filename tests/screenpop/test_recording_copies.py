"""Copies: which, when, how they are checked, and what happens when they cannot be had."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from customers.models import Recording
from screenpop import recording_copies
from screenpop.recording_copies import GIVEN_UP, copy_due, due
from screenpop.retry_pace import PAUSES, next_try
from screenpop.worker import TASKS, Stop
from tests.screenpop.audio_server import SOUND

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """The store of copies is a folder of the test, and the worker copies what goes soon."""
    settings.STORAGES = {
        **settings.STORAGES,
        "recordings": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "copies", "base_url": None},
        },
    }
    settings.RECORDING_COPY = "expiring"
    return tmp_path / "copies"


def recorded(store, name="a", days=3, **fields):
    now = timezone.now()
    values = {
        "session_id": name,
        "record_id": name,
        "url": store.link(f"/{name}.mp3"),
        "url_at": now,
        "recorded_at": now,
        "expires_at": now + timedelta(days=days),
        **fields,
    }
    return Recording.objects.create(**values)


def files(folder: Path):
    return [path for path in folder.rglob("*") if path.is_file()]


def again(recording):
    recording.refresh_from_db()
    return recording


def test_a_copy_with_its_size_and_digest(store, folder):
    recording = recorded(store)
    assert copy_due(Stop()) == 1
    again(recording)
    [path] = files(folder)
    assert path.read_bytes() == SOUND
    assert recording.copy_name == str(path.relative_to(folder))
    assert recording.copy_name.endswith(".mp3")
    assert (recording.copy_size, recording.copy_digest) == (
        len(SOUND),
        hashlib.sha256(SOUND).hexdigest(),
    )
    assert recording.copied_at
    assert (recording.copy_attempts, recording.copy_after, recording.copy_error) == (0, None, "")
    assert copy_due(Stop()) == 0


@pytest.mark.parametrize(
    ("mode", "copied"),
    [("off", ""), ("expiring", "pinned soon"), ("all", "later pinned soon")],
)
def test_which_ones(store, settings, mode, copied):
    settings.RECORDING_COPY = mode
    recorded(store, "soon", days=13)
    recorded(store, "later", days=60)
    recorded(store, "pinned", days=60, pinned=True)
    # Gone at the platform: nothing to copy.
    recorded(store, "gone", days=-1)
    copy_due(Stop())
    found = Recording.objects.exclude(copy_name="").order_by("record_id")
    assert " ".join(found.values_list("record_id", flat=True)) == copied


def test_pinned_ones_first_then_the_soonest(store, settings):
    for name, days, pinned in (("b", 9, False), ("c", 80, True), ("a", 2, False)):
        recorded(store, name, days=days, pinned=pinned)
    assert [one.record_id for one in due(timezone.now())] == ["c", "a", "b"]


def test_what_cannot_be_had_is_tried_again(store, folder):
    recording = recorded(store)
    store.faults["/a.mp3"] = "500"
    assert copy_due(Stop()) == 0
    again(recording)
    assert (recording.copy_error, recording.copy_attempts) == ("upstream", 1)
    assert recording.copy_after > timezone.now()
    assert due(timezone.now()) == []
    store.faults.clear()
    Recording.objects.update(copy_after=timezone.now())
    assert copy_due(Stop()) == 1
    assert (again(recording).copy_error, len(files(folder))) == ("", 1)


def test_half_a_recording_is_none(store, folder):
    recording = recorded(store)
    store.faults["/a.mp3"] = "cut"
    assert copy_due(Stop()) == 0
    assert again(recording).copy_error == "upstream"
    assert files(folder) == []
    recorded(store, "empty")
    store.files["/empty.mp3"] = b""
    assert copy_due(Stop()) == 0


def test_what_is_gone_for_good_is_given_up(store):
    recording = recorded(store, days=-1, pinned=True)
    store.files.clear()
    copy_due(Stop())
    assert (again(recording).copy_error, recording.copy_attempts) == ("expired", GIVEN_UP)
    Recording.objects.update(copy_after=None)
    assert due(timezone.now()) == []


def test_a_store_that_takes_nothing(store, folder):
    recording = recorded(store)
    folder.write_text("a file where the folder should be")
    assert copy_due(Stop()) == 0
    assert again(recording).copy_error == "store"


def test_of_two_workers_one_copies(store, folder, monkeypatch):
    recording = recorded(store)
    mine = due(timezone.now())
    assert copy_due(Stop()) == 1
    # The second one saw the row before the first one took it.
    assert not recording_copies._claim(mine[0])
    # And one whose lease was over when the other was done leaves no file behind.
    name = again(recording).copy_name
    assert recording_copies.copy(mine[0]) is False
    assert [str(path.relative_to(folder)) for path in files(folder)] == [name]


def test_it_ends_when_asked(store):
    recorded(store)
    stop = Stop()
    stop.ask()
    assert copy_due(stop) == 0
    assert "recordings" in [task.name for task in TASKS]


def test_pauses_grow_and_then_stay():
    now = timezone.now()
    assert [next_try(n, now) - now for n in (1, 2, 5, 50)] == [PAUSES[n] for n in (0, 1, -1, -1)]


def test_the_folder_is_ours_alone(settings):
    """As the settings come: nobody else reads it, and no address leads there."""
    from crm import recordings

    options = recordings.storage()["OPTIONS"]
    assert (options["file_permissions_mode"], options["base_url"]) == (0o600, None)
    assert "recordings" in storages.backends


@pytest.mark.parametrize("mode", ["", "sometimes"])
def test_a_mode_that_is_none_is_refused_at_start(monkeypatch, mode):
    from django.core.exceptions import ImproperlyConfigured

    from crm import recordings

    monkeypatch.setenv("RECORDING_COPY", mode)
    with pytest.raises(ImproperlyConfigured):
        recordings.copy_mode()


def test_a_bucket_instead_of_a_folder(monkeypatch):
    from crm import recordings

    monkeypatch.setenv("RECORDING_S3_BUCKET", "calls-1250000000")
    monkeypatch.setenv("RECORDING_S3_ENDPOINT", "https://cos.ap-guangzhou.myqcloud.com")
    found = recordings.storage()
    assert found["BACKEND"] == "storages.backends.s3.S3Storage"
    assert found["OPTIONS"]["bucket_name"] == "calls-1250000000"
