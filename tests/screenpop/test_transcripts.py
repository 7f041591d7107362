"""Transcripts: fetched by a click or by the clock, read leniently, shown to those who may, found by words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from customers import said
from customers.interaction_list import Filters
from customers.models import (
    AccessLog,
    Customer,
    Interaction,
    Leg,
    Recording,
    Transcript,
    TranscriptLine,
)
from screenpop import transcripts
from screenpop.transcripts import fetch, fetch_new, read_sentences
from screenpop.worker import Stop
from tests.customers.people import person

SESSION = "6bb56a09-2787-40bc-80c5-dc6dab783eff"
STATES = Transcript.State


@pytest.fixture
def agent():
    return person("小军")


@pytest.fixture
def call(agent):
    now = timezone.now()
    interaction = Interaction.objects.create(
        session_id=SESSION, started_at=now, customer=Customer.objects.create(name="林悦")
    )
    Leg.objects.create(
        interaction=interaction, sequence=1, user=agent, agent_email="Jun@c.cn", state="closed"
    )
    return interaction


@pytest.fixture
def boss(client):
    user = person("班长", "supervisor")
    client.force_login(user)
    return user


def row(user, text, at, seconds=2):
    start = int(at.timestamp() * 1000)
    return {"User": user, "Message": text, "Start": start, "End": start + seconds * 1000}


def dialogue(call):
    at = call.started_at
    return [
        row("008613900000000", "我的发票还没有到", at + timedelta(seconds=9)),
        row("jun@c.cn", "您好，这里是云帆", at + timedelta(seconds=3)),
    ]


# --- pure ---------------------------------------------------------------------------------------------------------


def test_the_documented_answer():
    told = {
        "User": "foo@tencent.com",
        "Message": "测试会话",
        "Start": 1729697242236,
        "End": 1729697245426,
    }
    [one] = read_sentences({"AsrDataList": [told]})
    assert (one.email, one.text, one.milliseconds) == ("foo@tencent.com", "测试会话", 3190)
    assert one.said_at == datetime(2024, 10, 23, 15, 27, 22, 236000, tzinfo=UTC)


@pytest.mark.parametrize(
    "answer",
    [
        {}, {"AsrDataList": None}, {"AsrDataList": "x"}, {"AsrDataList": [None, 3, "x"]},
        {"AsrDataList": [{"User": "a@b.cn", "Start": 1729697242236}]},
        {"AsrDataList": [{"User": "a@b.cn", "Message": "没有时间"}]},
        {"AsrDataList": [{"User": "a@b.cn", "Message": "哪一年", "Start": 10**17}]},
    ],
)  # fmt: skip
def test_answers_without_a_sentence(answer):
    assert read_sentences(answer) == []


def test_seconds_are_taken_for_seconds_and_an_end_before_the_beginning_for_none():
    told = {"Message": "好", "Timestamp": 1729697242, "End": 5}
    [one] = read_sentences({"AsrDataList": [told]})
    assert (one.said_at.year, one.milliseconds, one.email) == (2024, 0, "")


# --- fetching -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_click_fetches_it(client, boss, call, api):
    api.asr[SESSION] = dialogue(call)
    address = f"/interactions/{call.pk}/transcript/"
    page = client.get(f"/interactions/{call.pk}/").content.decode()
    assert "还没有取过这通电话的转写。" in page
    answer = client.post(address, headers={"HX-Request": "true"}).content.decode()
    assert answer.index("您好，这里是云帆") < answer.index("我的发票还没有到")
    assert "00:09" in answer
    assert "小军" in answer
    leg = call.legs.get()
    told = list(TranscriptLine.objects.order_by("said_at").values_list("party", "leg"))
    assert told == [("agent", leg.pk), ("customer", None)]
    # The number of whoever spoke is kept nowhere.
    assert "13900000000" not in answer
    # Twice is not twice as much.
    assert client.post(address).status_code == 302
    assert TranscriptLine.objects.count() == 2


@pytest.mark.django_db
def test_nothing_there_and_what_went_wrong_in_words(client, boss, call, api):
    address = f"/interactions/{call.pk}/transcript/"
    empty = client.post(address, headers={"HX-Request": "true"}).content.decode()
    assert "平台没有这通电话的转写" in empty
    assert Transcript.objects.get().state == STATES.EMPTY
    api.faults["DescribeTelRecordAsr"] = ["UnauthorizedOperation"]
    refused = client.post(address, headers={"HX-Request": "true"}).content.decode()
    assert "密钥没有这个操作的权限" in refused
    assert Transcript.objects.get().error == "UnauthorizedOperation"


@pytest.mark.django_db
def test_without_a_key_it_says_what_is_missing(client, boss, call):
    answer = client.post(f"/interactions/{call.pk}/transcript/", headers={"HX-Request": "true"})
    assert "没有配置云 API" in answer.content.decode()


@pytest.mark.django_db
def test_who_may_ask_and_read(client, call, agent, api):
    address = f"/interactions/{call.pk}/transcript/"
    assert client.post(address).status_code == 302
    client.force_login(agent)
    assert client.post(address).status_code == 403
    assert api.asked == []
    fetch(call)
    assert Transcript.objects.visible_to(agent).count() == 1
    assert not Transcript.objects.visible_to(person("别人")).exists()
    assert not Transcript.objects.visible_to(person("没有角色", "")).exists()
    client.force_login(person("班长", "supervisor"))
    assert client.get(address).status_code == 405
    assert client.post("/interactions/999999/transcript/").status_code == 404


@pytest.mark.django_db
def test_a_chat_has_none(client, boss, call):
    Interaction.objects.update(channel_family="chat", channel="im")
    assert "取转写" not in client.get(f"/interactions/{call.pk}/").content.decode()


def recorded(call, **fields):
    return Recording.objects.create(session_id=SESSION, interaction=call, **fields)


@pytest.mark.django_db
def test_the_worker_fetches_those_of_new_calls(call, api, settings):
    recorded(call)
    api.asr[SESSION] = dialogue(call)
    fetch_new(Stop())
    assert not Transcript.objects.exists()
    settings.TRANSCRIPTS = True
    fetch_new(Stop())
    found = Transcript.objects.get()
    assert (found.state, found.retry_at, found.lines.count()) == (STATES.READY, None, 2)
    fetch_new(Stop())
    assert len(api.actions("DescribeTelRecordAsr")) == 1


@pytest.mark.django_db
def test_recognition_takes_its_time(call, api, settings):
    settings.TRANSCRIPTS = True
    recorded(call)
    fetch_new(Stop())
    found = Transcript.objects.get()
    assert (found.state, found.attempts) == (STATES.EMPTY, 1)
    assert found.retry_at is not None
    assert found.retry_at > timezone.now()
    fetch_new(Stop())
    assert len(api.actions("DescribeTelRecordAsr")) == 1
    api.asr[SESSION] = dialogue(call)
    Transcript.objects.update(retry_at=timezone.now())
    fetch_new(Stop())
    found.refresh_from_db()
    assert (found.state, found.attempts, found.lines.count()) == (STATES.READY, 0, 2)


@pytest.mark.django_db
def test_it_is_not_asked_for_for_ever(call, api, settings):
    settings.TRANSCRIPTS = True
    recorded(call)
    for _ in range(12):
        fetch_new(Stop())
        Transcript.objects.filter(retry_at__isnull=False).update(retry_at=timezone.now())
    assert len(api.actions("DescribeTelRecordAsr")) == transcripts._ATTEMPTS


@pytest.mark.django_db
def test_old_calls_and_calls_without_a_recording_wait_for_a_click(call, api, settings):
    settings.TRANSCRIPTS = True
    fetch_new(Stop())
    recorded(call, recorded_at=timezone.now() - timedelta(days=9))
    fetch_new(Stop())
    assert not Transcript.objects.exists()


@pytest.mark.django_db
def test_of_two_workers_one_asks(call, api):
    row = Transcript.objects.create(interaction=call, retry_at=timezone.now())
    assert transcripts._claim(row)
    assert not transcripts._claim(row)


# --- searching ----------------------------------------------------------------------------------------------------


def spoken(call, text, at, party="customer"):
    transcript, _ = Transcript.objects.get_or_create(interaction=call, defaults={"state": "ready"})
    return TranscriptLine.objects.create(transcript=transcript, party=party, said_at=at, text=text)


def days(first, last):
    today = timezone.localdate()
    return Filters(since=today - timedelta(days=first), until=today - timedelta(days=last))


def ago(**span):
    return timezone.now() - timedelta(**span)


@pytest.mark.django_db
def test_words_are_found_in_the_days_asked_for(call):
    boss = person("班长", "supervisor")
    new = spoken(call, "我的发票还没有到", ago(hours=1))
    old = spoken(call, "发票丢了", ago(days=5))
    spoken(call, "没有别的事", ago(hours=2))
    spoken(call, "发票", ago(days=40))
    found = said.search(boss, " 发票 ", days(6, 0)).hits
    assert [hit.line for hit in found] == [new, old]
    assert (found[0].before, found[0].words, found[0].after) == ("我的", "发票", "还没有到")
    assert [hit.line for hit in said.search(boss, "发票", days(6, 2)).hits] == [old]
    assert said.search(boss, "发", days(6, 0)).hits == []
    assert said.search(person("坐席"), "发票", days(6, 0)).hits == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "text"), [("100%", "打了100%的折"), ("a_b", "说A_B的那位"), ("ok吧", "那就OK吧")]
)
def test_signs_mean_themselves(call, words, text):
    boss = person("班长", "supervisor")
    spoken(call, text, ago(hours=1))
    spoken(call, "打了1000的折，axb", ago(hours=1))
    [hit] = said.search(boss, words, days(1, 0)).hits
    assert hit.before + hit.words + hit.after == text


@pytest.mark.django_db
def test_pages_by_key(call, monkeypatch):
    monkeypatch.setattr(said, "PAGE", 3)
    boss = person("班长", "supervisor")
    at = ago(hours=1)
    # Several at the same moment, and several days.
    lines = [spoken(call, "发票", at - timedelta(hours=20 * (n // 2))) for n in range(8)]
    found, key, pages = [], "", 0
    while True:
        page = said.search(boss, "发票", days(9, 0), key)
        found += [hit.line.pk for hit in page.hits]
        pages += 1
        if not page.more:
            break
        key = page.more
    assert pages == 3
    expected = sorted(lines, key=lambda line: (line.said_at, line.pk), reverse=True)
    assert found == [line.pk for line in expected]
    assert said.search(boss, "发票", days(9, 0), "nonsense").hits


@pytest.mark.django_db
def test_when_time_is_over_it_says_how_far_it_came(call):
    boss = person("班长", "supervisor")
    old = spoken(call, "发票", ago(days=3))
    ticks = iter(range(0, 1000, 10))
    filters, key, asked = days(6, 0), "", 0
    while True:
        page = said.search(boss, "发票", filters, key, now=lambda: next(ticks))
        asked += 1
        if page.hits:
            break
        assert page.read_to is not None
        key = page.more
    assert [hit.line for hit in page.hits] == [old]
    assert asked == 4
    assert page.read_to == timezone.localdate() - timedelta(days=4)


@pytest.mark.django_db
def test_the_page_of_the_search(client, boss, call):
    line = spoken(call, "<b>我的发票</b>还没有到", ago(minutes=5))
    assert "只找已取到转写的通话" in client.get("/interactions/said/").content.decode()
    assert 'action="/interactions/said/"' in client.get("/interactions/").content.decode()
    page = client.post("/interactions/said/", {"words": "发票"}).content.decode()
    assert "&lt;b&gt;我的<mark>发票</mark>&lt;/b&gt;" in page
    assert f'href="/interactions/{call.pk}/#said-{line.pk}"' in page
    assert AccessLog.objects.filter(action="transcript-search", user=boss).count() == 1
    assert "至少输入 2 个字" in client.post("/interactions/said/", {"words": "发"}).content.decode()
    none = client.post("/interactions/said/", {"words": "火星"}).content.decode()
    assert "这段时间的转写里没有这样的话。" in none


@pytest.mark.django_db
def test_words_never_stand_in_an_address(client, boss, call):
    """In an address they are not even read."""
    spoken(call, "打13900000000", ago(minutes=5))
    page = client.get("/interactions/said/?words=13900000000").content.decode()
    assert "13900000000" not in page
    post = client.post("/interactions/said/", {"words": "1390000"}).content.decode()
    assert 'method="post"' in post


@pytest.mark.django_db
def test_agents_search_nothing(client, agent):
    assert client.get("/interactions/said/").status_code == 302
    client.force_login(agent)
    assert client.post("/interactions/said/", {"words": "发票"}).status_code == 403


@pytest.mark.django_db
def test_interactions_that_become_one_keep_the_transcript(call):
    from customers.joining import absorb

    other = Interaction.objects.create(session_id="other")
    spoken(other, "发票", ago(hours=1))
    absorb(call, other)
    assert Transcript.objects.get().interaction == call
