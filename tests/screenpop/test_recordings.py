"""Listening: who may, where the sound comes from, ranges, the access log, and what goes wrong in words."""

import html
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

from customers.listening import ONE_LISTEN
from customers.models import AccessLog, Customer, Interaction, Leg, Recording
from screenpop import bearer, recording_store
from screenpop.listening_link import LINK_AGE
from screenpop.views import recordings as view
from tests.customers.people import person
from tests.screenpop.audio_server import SOUND

pytestmark = pytest.mark.django_db
SESSION = "e97be0ab-1ef6-4ad2-a8c4-2b2bbfb18e55"


@pytest.fixture
def copies(settings, tmp_path):
    """The store of copies is a folder of the test."""
    folder = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "copies", "base_url": None},
    }
    settings.STORAGES = {**settings.STORAGES, "recordings": folder}
    return tmp_path / "copies"


@pytest.fixture
def agent():
    return person("小军")


@pytest.fixture
def call(agent):
    customer = Customer.objects.create(name="林悦")
    interaction = Interaction.objects.create(session_id=SESSION, customer=customer)
    Leg.objects.create(
        interaction=interaction, sequence=1, user=agent, agent_email="jun@c.cn", state="closed"
    )
    return interaction


def recorded(call, **fields):
    now = timezone.now()
    values = {
        "session_id": SESSION,
        "interaction": call,
        "party": "agent",
        "party_raw": "jun@c.cn",
        "record_id": "r1",
        "url_at": now,
        "recorded_at": now - timedelta(minutes=5),
        "expires_at": now + timedelta(days=90),
        **fields,
    }
    return Recording.objects.create(**values)


@pytest.fixture
def boss(client):
    user = person("班长", "supervisor")
    client.force_login(user)
    return user


def listen(client, recording, **headers):
    """Ask, and read to the end, as that is when an answer lets go of its source."""
    answer = client.get(f"/recordings/{recording.pk}/audio/", headers=headers)
    answer.heard = b"".join(answer.streaming_content) if answer.streaming else None
    return answer


def body(answer):
    return answer.heard


def test_a_supervisor_hears_the_whole(client, boss, call, store):
    recording = recorded(call, url=store.link("/a.mp3"))
    answer = listen(client, recording)
    assert (answer.status_code, body(answer)) == (200, SOUND)
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["Content-Length"] == str(len(SOUND))
    assert answer["Accept-Ranges"] == "bytes"
    assert "no-store" in answer["Cache-Control"]
    told = str(answer.headers)
    assert "x-cos" not in told
    assert store.host not in told
    assert store.etag.strip('"') not in told


def test_a_part_is_a_part(client, boss, call, store):
    recording = recorded(call, url=store.link("/a.mp3"))
    answer = listen(client, recording, range="bytes=100-199")
    assert (answer.status_code, body(answer)) == (206, SOUND[100:200])
    assert answer["Content-Range"] == f"bytes 100-199/{len(SOUND)}"
    assert answer["Content-Length"] == "100"
    last = listen(client, recording, range="bytes=-10")
    assert (last.status_code, body(last)) == (206, SOUND[-10:])
    assert store.asked[0] == ("/a.mp3", "bytes=100-199")


def test_an_answer_to_a_player_that_wants_all_is_bounded(client, boss, call, store, monkeypatch):
    monkeypatch.setattr(view, "PART", 1000)
    recording = recorded(call, url=store.link("/a.mp3"))
    heard = b""
    while len(heard) < len(SOUND):
        answer = listen(client, recording, range=f"bytes={len(heard)}-")
        assert answer.status_code == 206
        part = body(answer)
        assert 0 < len(part) <= 1000
        heard += part
    assert heard == SOUND


def test_beyond_the_end(client, boss, call, store):
    recording = recorded(call, url=store.link("/a.mp3"))
    answer = listen(client, recording, range="bytes=99999999-")
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(SOUND)}"


def test_several_ranges_or_nonsense_are_the_whole(client, boss, call, store):
    recording = recorded(call, url=store.link("/a.mp3"))
    for header in ("bytes=0-1,5-6", "bytes=9-1", "nonsense"):
        assert listen(client, recording, range=header).status_code == 200


def test_a_part_of_another_file_is_answered_with_the_whole(client, boss, call, store):
    recording = recorded(call, url=store.link("/a.mp3"))
    etag = listen(client, recording, range="bytes=0-9")["ETag"]
    same = listen(client, recording, range="bytes=10-19", if_range=etag)
    assert (same.status_code, body(same)) == (206, SOUND[10:20])
    store.etag = '"second"'
    other = listen(client, recording, range="bytes=10-19", if_range=etag)
    assert (other.status_code, body(other)) == (200, SOUND)
    dated = listen(client, recording, range="bytes=10-19", if_range="Sat, 21 Nov 2026 00:00:00 GMT")
    assert dated.status_code == 200


def test_head_tells_and_is_no_listen(client, boss, call, store):
    recording = recorded(call, url=store.link("/a.mp3"))
    answer = client.head(f"/recordings/{recording.pk}/audio/")
    assert (answer.status_code, answer["Content-Length"]) == (200, str(len(SOUND)))
    assert answer.content == b""
    assert not AccessLog.objects.exists()


def test_compression_leaves_sound_alone(client, boss, call, store):
    recording = recorded(call, url=store.link("/a.mp3", b"\0" * 5000))
    answer = listen(client, recording, range="bytes=0-", accept_encoding="gzip")
    assert "Content-Encoding" not in answer
    assert body(answer) == b"\0" * 5000


# --- who ----------------------------------------------------------------------------------------------------------


def test_who_may_listen(client, agent, call, store):
    recording = recorded(call, url=store.link("/a.mp3"))
    address = f"/recordings/{recording.pk}/audio/"
    assert client.get(address).status_code == 401
    for user, status in (
        (agent, 200),
        (person("别人"), 404),
        (person("管理", "administrator"), 200),
        (person("没有角色", ""), 403),
    ):
        client.force_login(user)
        assert listen(client, recording).status_code == status
        assert client.head(address).status_code == status
    assert store.asked
    assert client.post(address).status_code == 405
    heard = AccessLog.objects.filter(action="listen").values_list("user__username", flat=True)
    assert sorted(heard) == sorted(["小军", "管理"])


def test_a_refusal_asks_no_store(client, call, store):
    recording = recorded(call, url=store.link("/a.mp3"))
    client.force_login(person("别人"))
    assert listen(client, recording).json()["message"] == "没有这段录音，或者您没有权限听。"
    assert store.asked == []


def test_one_row_for_a_listen_however_often_the_player_asks(client, boss, call, store, settings):
    recording = recorded(call, url=store.link("/a.mp3"))
    # Whoever leaves out the first byte leaves a trace all the same.
    for header in ("bytes=1-", "bytes=0-", "bytes=5000-", "bytes=0-1"):
        listen(client, recording, range=header)
    row = AccessLog.objects.get()
    assert (row.user, row.action, row.recording) == (boss, "listen", recording)
    assert (row.customer, row.endpoint) == (call.customer, call.endpoint)
    AccessLog.objects.update(at=timezone.now() - ONE_LISTEN - timedelta(seconds=1))
    listen(client, recording)
    assert AccessLog.objects.count() == 2
    other = recorded(call, url=store.link("/a.mp3"), record_id="r2")
    listen(client, other)
    assert AccessLog.objects.count() == 3


# --- where from ---------------------------------------------------------------------------------------------------


def test_the_centres_own_store_comes_first_and_is_no_condition(client, boss, call, store):
    recording = recorded(call, url=store.link("/a.mp3"), own_url=store.link("/own.mp3", b"own"))
    assert body(listen(client, recording)) == b"own"
    store.faults["/own.mp3"] = "403"
    assert body(listen(client, recording)) == SOUND
    recording.own_url = "https://elsewhere.example/own.mp3"
    recording.save(update_fields=["own_url"])
    assert body(listen(client, recording)) == SOUND


def test_a_link_that_ran_out_is_asked_for_anew(client, boss, call, store, api):
    store.faults["/old.mp3"] = "403"
    recording = recorded(call, url=store.link("/old.mp3"))
    fresh = store.link("/fresh.mp3?sign=1")
    store.files["/fresh.mp3"] = SOUND
    api.sessions[SESSION] = {
        "RecordURL": store.link("/customer.mp3"),
        "ServeParticipants": [
            {"Mail": "jun@c.cn", "RecordId": "other", "RecordURL": store.link("/x.mp3")},
            {"Mail": "jun@c.cn", "RecordId": "r1", "RecordURL": fresh},
        ],
    }
    assert body(listen(client, recording)) == SOUND
    recording.refresh_from_db()
    assert recording.url == fresh
    assert timezone.now() - recording.url_at < timedelta(minutes=1)
    # The next part needs no question.
    listen(client, recording, range="bytes=5-")
    assert len(api.actions("DescribeSessionDetail")) == 1


def test_an_old_link_is_not_even_tried(client, boss, call, store, api):
    recording = recorded(
        call, url=store.link("/old.mp3"), url_at=timezone.now() - timedelta(hours=24)
    )
    part = {"Mail": "JUN@c.cn", "RecordURL": store.link("/new.mp3", b"new")}
    api.sessions[SESSION] = {"ServeParticipants": [part]}
    assert body(listen(client, recording)) == b"new"
    assert [path for path, _ in store.asked] == ["/new.mp3"]


@pytest.mark.parametrize("kind", ["customer", "voicemail"])
def test_the_customers_side_and_voicemail_are_asked_for(client, boss, call, store, api, kind):
    fields = {"party": "customer", "party_raw": "13900000000", "url": "", "url_at": None}
    recorded(
        call,
        **fields,
        kind="voicemail",
        record_id="1",
        recorded_at=timezone.now() - timedelta(hours=1),
    )
    recording = recorded(
        call, **fields, kind="voicemail" if kind == "voicemail" else "call", record_id="2"
    )
    api.sessions[SESSION] = {
        "RecordURL": store.link("/customer.mp3", b"customer"),
        "VoicemailRecordURL": [
            store.link("/v1.mp3", b"first"),
            store.link("/v2.mp3", b"voicemail"),
        ],
        "ServeParticipants": None,
    }
    assert body(listen(client, recording)) == kind.encode()


def test_an_old_link_without_a_signature_lives_on(client, boss, call, store):
    """Nothing is configured: the old link is tried all the same."""
    old = timezone.now() - timedelta(days=40)
    recording = recorded(call, url=store.link("/a.mp3"), url_at=old)
    assert body(listen(client, recording)) == SOUND


def put(name, content=SOUND):
    return recording_store.save(name, BytesIO(content))


def test_our_copy_comes_before_all(client, boss, call, store, copies):
    name = put("2026/11/1-ab.wav", b"copy of a sound")
    recording = recorded(
        call, url=store.link("/a.mp3"), copy_name=name, copy_size=15, copy_digest="ab" * 32
    )
    answer = listen(client, recording, range="bytes=5-6")
    assert (answer.status_code, body(answer)) == (206, b"of")
    assert answer["Content-Type"] == "audio/wav"
    assert answer["Content-Range"] == "bytes 5-6/15"
    assert body(listen(client, recording)) == b"copy of a sound"
    assert listen(client, recording, range="bytes=15-").status_code == 416
    assert client.head(f"/recordings/{recording.pk}/audio/")["Content-Length"] == "15"
    assert store.asked == []
    # Somebody took it away: the cloud still has it.
    storages["recordings"].delete(name)
    assert body(listen(client, recording)) == SOUND


def test_a_store_in_the_cloud_is_asked_for_the_range(client, boss, call, copies, monkeypatch):
    asked = []

    class Bucket:
        def Object(self, key):  # noqa: N802 - boto3's name
            self.key = key
            return self

        def get(self, Range):  # noqa: N803 - boto3's name
            asked.append((self.key, Range))
            first, last = Range.removeprefix("bytes=").split("-")
            return {"Body": BytesIO(SOUND[int(first) : int(last) + 1])}

    class Store:
        location, bucket = "crm", Bucket()

    monkeypatch.setattr(recording_store, "storages", {"recordings": Store()})
    recording = recorded(call, copy_name="2026/11/1-ab.mp3", copy_size=len(SOUND))
    assert body(listen(client, recording, range="bytes=20-29")) == SOUND[20:30]
    assert asked == [("crm/2026/11/1-ab.mp3", "bytes=20-29")]


# --- what goes wrong ----------------------------------------------------------------------------------------------


def refusal(client, recording):
    answer = listen(client, recording)
    assert answer["Content-Type"] == "application/json"
    return answer.status_code, answer.json()["error"], answer.json()["message"]


def test_words_for_what_goes_wrong(client, boss, call, store, api, settings):
    recording = recorded(call, url=store.link("/gone.mp3", None))
    api.sessions[SESSION] = {}
    assert refusal(client, recording)[:2] == (410, "gone")
    api.faults["DescribeSessionDetail"] = ["UnauthorizedOperation"]
    status, code, words = refusal(client, recording)
    assert (status, code) == (502, "cloud")
    assert "稍后再试" in words
    settings.TCCC_SECRET_KEY = ""
    assert refusal(client, recording)[:2] == (503, "not-configured")
    Recording.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert refusal(client, recording)[:2] == (410, "expired")
    # Nobody listened.
    assert not AccessLog.objects.exists()


def test_no_link_yet(client, boss, call, api):
    recording = recorded(call, url="", url_at=None)
    api.sessions[SESSION] = {"ServeParticipants": []}
    assert refusal(client, recording)[:2] == (404, "not-yet")


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("500", 502, "upstream"), ("html", 502, "not-audio"), ("403", 503, "not-configured")],
)
def test_faults_of_the_store(client, boss, call, store, fault, status, code):
    store.faults["/a.mp3"] = fault
    answer = refusal(client, recorded(call, url=store.link("/a.mp3")))
    assert answer[:2] == (status, code)
    assert "secret" not in answer[2]


def test_a_link_to_somewhere_else_is_refused(client, boss, call):
    for url, code in (
        ("http://127.0.0.1:9/a.mp3", "host-refused"),
        ("https://evil.example/a.mp3", "host-refused"),
    ):
        recording = recorded(call, url=url, record_id=url[-20:])
        assert refusal(client, recording)[:2] == (502, code)


def test_a_recording_that_breaks_off_ends_early(client, boss, call, store):
    store.faults["/a.mp3"] = "cut"
    answer = listen(client, recorded(call, url=store.link("/a.mp3")))
    assert len(body(answer)) < len(SOUND)


# --- in the pop ---------------------------------------------------------------------------------------------------


def test_the_pop_has_an_address_of_its_own(client, call, agent, store):
    recording = recorded(call, url=store.link("/a.mp3"))
    client.force_login(agent)
    # An ordinary session opens nothing there.
    assert client.get(f"/pop/recordings/{recording.pk}/audio/").status_code == 401


def pop_of(user):
    """A browser in which this person is signed in inside the frame."""
    user.set_password("a-long-password")
    user.save(update_fields=["password"])
    client = Client()
    client.post(
        "/pop/sign-in/",
        {"username": user.username, "password": "a-long-password"},
        secure=True,
        headers={"Origin": "https://testserver"},
    )
    return client


def test_players_in_the_timeline_are_for_whoever_took_part(call, agent, store):
    recording = recorded(call, url=store.link("/a.mp3"))
    address = f"/pop/interactions/{call.pk}/recordings/"
    own, other = pop_of(agent), pop_of(person("别人"))
    page = own.get(address).content.decode()
    assert f'src="/pop/recordings/{recording.pk}/audio/"' in page
    assert "长期保留" not in page
    answer = own.get(f"/pop/recordings/{recording.pk}/audio/")
    assert b"".join(answer.streaming_content) == SOUND
    assert "您没有参与这次联络" in other.get(address).content.decode()
    assert other.get(f"/pop/recordings/{recording.pk}/audio/").status_code == 404
    assert own.get("/pop/interactions/999999/recordings/").status_code == 404
    assert Client().get(address).status_code == 401


# --- pinning ------------------------------------------------------------------------------------------------------


def test_pinning(client, boss, call):
    recording = recorded(call, copy_attempts=9999)
    address = f"/recordings/{recording.pk}/pin/"
    answer = client.post(address, {"pinned": "yes"}, headers={"HX-Request": "true"})
    assert "取消长期保留" in answer.content.decode()
    recording.refresh_from_db()
    assert (recording.pinned, recording.copy_attempts) == (True, 0)
    client.post(address, {"pinned": "yes"})
    client.post(address, {"pinned": "no"})
    recording.refresh_from_db()
    assert not recording.pinned
    told = list(AccessLog.objects.order_by("pk").values_list("action", "recording"))
    assert told == [("recording-pinned", recording.pk), ("recording-unpinned", recording.pk)]
    assert client.get(address).status_code == 405


def test_agents_pin_nothing(client, agent, call):
    recording = recorded(call)
    client.force_login(agent)
    assert client.post(f"/recordings/{recording.pk}/pin/", {"pinned": "yes"}).status_code == 403
    recording.refresh_from_db()
    assert not recording.pinned


# --- on the pages -------------------------------------------------------------------------------------------------


def test_players_with_both_parties_named(client, boss, call):
    now = timezone.now()
    recorded(call, party="customer", party_raw="13900000000", record_id="r0")
    leg = call.legs.get()
    own = recorded(call, leg=leg, expires_at=now + timedelta(days=12, hours=1))
    recorded(call, kind="voicemail", record_id="v", party="customer")
    page = client.get(f"/interactions/{call.pk}/").content.decode()
    for words in ("客户 林悦", "坐席 小军", "语音信箱", "云端副本 12 天后过期", "设为长期保留"):
        assert words in page
    assert f'src="/recordings/{own.pk}/audio/"' in page
    assert page.count("<audio") == 3
    assert "13900000000" not in page
    history = client.get(f"/customers/{call.customer_id}/").content.decode()
    assert history.count("<audio") == 3
    assert "media-src 'self'" in client.get(f"/interactions/{call.pk}/")["Content-Security-Policy"]


def test_a_call_without_recordings_says_so(client, boss, call):
    assert (
        "没有录音，或者平台还没有推送。" in client.get(f"/interactions/{call.pk}/").content.decode()
    )


@pytest.mark.parametrize(
    ("mode", "fields", "words"),
    [
        ("off", {"pinned": True}, "没有开启留存"),
        ("all", {}, "等待留存副本"),
        ("expiring", {"pinned": True}, "等待留存副本"),
        ("expiring", {"copy_error": "gone"}, "留存副本没有成功（gone）"),
        ("off", {"copy_name": "a.mp3", "copy_size": 2048}, "本系统已留存副本"),
        ("off", {"expires_at": timezone.now() - timedelta(days=1)}, "云端副本已过期"),
    ],
)
def test_what_the_page_says_of_copies(client, boss, call, settings, mode, fields, words):
    settings.RECORDING_COPY = mode
    recorded(call, **fields)
    assert words in client.get(f"/interactions/{call.pk}/").content.decode()


# --- a link for players in a frame that keeps no cookie ---


def link_of(bearer_client, recording):
    """The address of a recording's player, as the pop paints it."""
    page = bearer_client.get(f"/pop/interactions/{recording.interaction_id}/recordings/")
    [first, *_others] = re.findall(r'src="([^"]+)"', page.content.decode())
    return html.unescape(first)


@pytest.fixture
def framed(agent):
    """The agent's pop without cookies."""
    return Client(headers={"authorization": f"Pop {bearer.issue(agent)}"})


def test_a_link_is_for_one_recording_and_person_and_is_logged(store, call, agent, framed):
    recording = recorded(call, url=store.link("/a.wav"))
    other = recorded(call, url=store.link("/b.wav"), record_id="r2")
    link = link_of(framed, recording)
    answer: Any = Client().get(link)
    assert b"".join(answer.streaming_content) == SOUND
    assert [row.user for row in AccessLog.objects.filter(action="listen")] == [agent]
    swapped = link.replace(f"/{recording.pk}/", f"/{other.pk}/")
    assert Client().get(swapped).status_code == 410
    # Nowhere else than in the pop.
    assert Client().get(link.removeprefix("/pop")).status_code == 401


@pytest.mark.parametrize("end", ["sign-out", "password", "inactive", "age"])
def test_a_link_ends_with_the_persons_sign_in(store, call, agent, framed, end):
    link = link_of(framed, recorded(call, url=store.link("/a.wav")))
    if end == "sign-out":
        agent.end_bearers()
    elif end == "password":
        agent.set_password("another-long-password")
    elif end == "inactive":
        agent.is_active = False
    agent.save()
    later = timezone.now() + timedelta(seconds=LINK_AGE + 1 if end == "age" else 0)
    with time_machine.travel(later):
        answer = Client().get(link)
    assert answer.status_code == 410
    assert "再试一次" in answer.json()["message"]
    assert not AccessLog.objects.exists()


def test_a_link_needs_the_role_and_the_part_in_the_call_as_well(store, call, agent, framed):
    link = link_of(framed, recorded(call, url=store.link("/a.wav")))
    Leg.objects.all().delete()
    assert Client().get(link).status_code == 404
    agent.groups.clear()
    assert Client().get(link).status_code == 403
