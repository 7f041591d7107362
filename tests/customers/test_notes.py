"""Notes: each save answered with its version, both texts kept on a conflict, numbers in them remembered."""

from collections import Counter
from functools import partial

import pytest

from customers.models import Endpoint, Interaction, Leg, NoteConflict, NumberMention
from customers.notes import LONGEST, Saved, Settled, numbers_in, save_note
from tests.workers import empty_file, together, workers_database  # noqa: F401  fixtures


def new_leg(raw: str = "13911112222") -> Leg:
    endpoint = Endpoint.objects.at("phone", raw)
    return Leg.objects.create(
        interaction=Interaction.objects.create(endpoint=endpoint), endpoint=endpoint
    )


@pytest.fixture
def leg(db) -> Leg:
    return new_leg()


def held(leg: Leg) -> tuple[str, int, str]:
    row = Leg.objects.get(pk=leg.pk)
    return row.note, row.note_version, row.note_tab


def conflicts(leg: Leg) -> dict[str, str]:
    return dict(NoteConflict.objects.filter(leg=leg).values_list("tab", "text"))


def test_each_save_is_a_version(leg):
    assert save_note(leg, text="要", base=0, tab="a") == Saved(1)
    assert save_note(leg, text="要发票", base=1, tab="a") == Saved(2)
    assert held(leg) == ("要发票", 2, "a")
    assert (leg.note, leg.note_version) == ("要发票", 2)
    assert leg.note_saved_at is not None
    # Emptied is a text as well.
    assert save_note(leg, text="", base=2, tab="a") == Saved(3)
    assert held(leg) == ("", 3, "a")


def test_another_tab_goes_on_from_what_it_saw(leg):
    save_note(leg, text="一", base=0, tab="a")
    assert save_note(leg, text="一二", base=1, tab="b") == Saved(2)
    assert save_note(leg, text="一二三", base=2, tab="a") == Saved(3)
    assert conflicts(leg) == {}


def test_a_second_tab_on_an_old_version_is_a_conflict_and_both_texts_stay(leg):
    save_note(leg, text="从甲", base=0, tab="a")
    answer = save_note(leg, text="从乙", base=0, tab="b")
    assert answer == Saved(1, conflict=True, text="从甲")
    assert held(leg) == ("从甲", 1, "a")
    assert conflicts(leg) == {"b": "从乙"}
    # What the second tab types on is kept, and the first goes on undisturbed.
    assert save_note(leg, text="从乙，续", base=0, tab="b").conflict
    assert save_note(leg, text="从甲，续", base=1, tab="a") == Saved(2)
    assert save_note(leg, text="丙", base=1, tab="c").conflict
    assert conflicts(leg) == {"b": "从乙，续", "c": "丙"}
    assert held(leg) == ("从甲，续", 2, "a")


def test_its_own_tab_is_no_conflict_though_our_answer_was_lost(leg):
    save_note(leg, text="一", base=0, tab="a")
    assert save_note(leg, text="一二", base=0, tab="a") == Saved(2)
    # The same text sent again, too.
    assert save_note(leg, text="一二", base=0, tab="a") == Saved(2)
    assert conflicts(leg) == {}


def test_a_tab_without_a_name_is_nobodys_own(leg):
    save_note(leg, text="一", base=0, tab="")
    assert save_note(leg, text="二", base=0, tab="").conflict
    assert held(leg) == ("一", 1, "")


def test_the_same_text_from_another_tab_makes_nothing_outdated(leg):
    save_note(leg, text="一样", base=0, tab="a")
    assert save_note(leg, text="一样", base=0, tab="b") == Saved(1)
    assert held(leg) == ("一样", 1, "a")
    assert save_note(leg, text="一样的", base=1, tab="b") == Saved(2)
    assert save_note(leg, text="一样吗", base=1, tab="a").conflict


@pytest.mark.parametrize("chosen", ["从甲", "从乙", "从甲\n从乙"])
def test_settling_ends_the_conflict(leg, chosen):
    save_note(leg, text="从甲", base=0, tab="a")
    answer = save_note(leg, text="从乙", base=0, tab="b")
    assert not save_note(leg, text=chosen, base=answer.version, tab="b").conflict
    assert held(leg)[0] == chosen
    assert conflicts(leg) == {}


def test_settling_against_a_newer_text_opens_the_conflict_again(leg):
    save_note(leg, text="从甲", base=0, tab="a")
    answer = save_note(leg, text="从乙", base=0, tab="b")
    save_note(leg, text="从甲，又改", base=1, tab="a")
    again = save_note(leg, text="从乙", base=answer.version, tab="b")
    assert again == Saved(2, conflict=True, text="从甲，又改")
    assert conflicts(leg) == {"b": "从乙"}


def shown(leg, tab):
    """How the page names the text of another tab."""
    row = NoteConflict.objects.get(leg=leg, tab=tab)
    return Settled(row.pk, row.saved_at.isoformat())


def test_settling_one_text_keeps_the_third(leg):
    save_note(leg, text="从甲", base=0, tab="a")
    save_note(leg, text="从乙", base=0, tab="b")
    save_note(leg, text="从丙", base=0, tab="c")
    save_note(leg, text="从甲\n从乙", base=1, tab="a", settles=shown(leg, "b"))
    assert conflicts(leg) == {"c": "从丙"}


def test_a_text_that_grew_after_it_was_shown_is_not_settled(leg):
    save_note(leg, text="从甲", base=0, tab="a")
    save_note(leg, text="从乙", base=0, tab="b")
    seen = shown(leg, "b")
    save_note(leg, text="从乙，再写", base=0, tab="b")
    save_note(leg, text="从甲，留我的", base=1, tab="a", settles=seen)
    assert conflicts(leg) == {"b": "从乙，再写"}


def test_a_text_that_begins_with_the_saved_one_loses_nothing(leg):
    save_note(leg, text="客户催", base=0, tab="a")
    assert not save_note(leg, text="客户催发票", base=0, tab="b").conflict
    assert held(leg)[0] == "客户催发票"


@pytest.mark.parametrize("text", ["", "x", "1", "@", "x@y", "9" * 30 + "@t"])
def test_what_names_no_text_settles_none(leg, text):
    assert Settled.read(text) is None or text == "1"


def test_nul_is_dropped(leg):
    assert save_note(leg, text="a\0b\0", base=0, tab="a") == Saved(1)
    assert held(leg)[0] == "ab"
    assert save_note(leg, text="c\0", base=0, tab="b").conflict
    assert conflicts(leg) == {"b": "c"}


def test_too_long_is_refused_and_changes_nothing(leg):
    longest = "长" * LONGEST
    assert save_note(leg, text=longest, base=0, tab="a") == Saved(1)
    with pytest.raises(ValueError, match=str(LONGEST)):
        save_note(leg, text=longest + "长", base=1, tab="a")
    assert held(leg) == (longest, 1, "a")


def test_other_legs_are_untouched(leg):
    other = new_leg("13922223333")
    save_note(leg, text="改拨 13800138000", base=0, tab="a")
    assert held(other) == ("", 0, "")
    save_note(other, text="改拨 13800138000", base=0, tab="a")
    save_note(leg, text="", base=1, tab="a")
    assert mentioned(other) == {"+8613800138000"}


# --- numbers in notes ---------------------------------------------------------------------------


def mentioned(leg: Leg) -> set[str]:
    return set(NumberMention.objects.filter(leg=leg).values_list("endpoint__value", flat=True))


def test_mentions_follow_the_text(leg):
    save_note(leg, text="改拨13800138000，找王先生", base=0, tab="a")
    assert mentioned(leg) == {"+8613800138000"}
    save_note(leg, text="改拨13800138000或0755-86013388", base=1, tab="a")
    first = NumberMention.objects.get(endpoint__value="+8613800138000")
    save_note(leg, text="或0755-86013388、138 0013 8000", base=2, tab="a")
    assert mentioned(leg) == {"+8613800138000", "+8675586013388"}
    assert NumberMention.objects.get(endpoint__value="+8613800138000") == first
    save_note(leg, text="不用了", base=3, tab="a")
    assert mentioned(leg) == set()


def test_a_conflicting_text_mentions_nothing(leg):
    save_note(leg, text="改拨13800138000", base=0, tab="a")
    save_note(leg, text="改拨13900139000", base=0, tab="b")
    assert mentioned(leg) == {"+8613800138000"}


def test_the_number_of_the_call_itself_is_no_mention(leg):
    save_note(leg, text="来电13911112222，改拨13800138000", base=0, tab="a")
    assert mentioned(leg) == {"+8613800138000"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("手机１３９００１３９０００。", {"+8613900139000"}),
        ("13800138000 13900139000", {"+8613800138000", "+8613900139000"}),
        ("13800138000\n13900139000", {"+8613800138000", "+8613900139000"}),
        ("请打(0755) 8601-3388转801", {"+8675586013388"}),
        ("香港+852 2812 3456。", {"+85228123456"}),
        ("+86 (0)755-86013388", {"+8675586013388"}),
        ("2024-06-07 15:30 回电", set()),
        ("2024-06-07 13800138000", {"+8613800138000"}),
        ("订单20240607123456，价12345678元，快递SF13800138000", set()),
        ("拨10086或95588或8001", set()),
        ("13800138000@qq.com", set()),
        ("1380013800013900139000", set()),
    ],
)
def test_what_is_a_number_in_a_text(leg, text, values):
    save_note(leg, text=text, base=0, tab="a")
    assert mentioned(leg) == values


def test_a_list_of_numbers_is_cut():
    assert len(numbers_in("；".join(f"138001380{n:02}" for n in range(30)))) == 10


# --- at once ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("workers_database")
def test_of_two_tabs_at_once_exactly_one_wins():
    for _round in range(5):
        leg = new_leg()
        answers: dict[str, Saved] = {}

        def save(pk: int, tab: str, answers: dict[str, Saved]) -> None:
            own = Leg.objects.get(pk=pk)
            answers[tab] = save_note(own, text=f"{tab}：改拨13800138000", base=0, tab=tab)

        together([partial(save, leg.pk, tab, answers) for tab in ("a", "b")])
        assert Counter(a.conflict for a in answers.values()) == {True: 1, False: 1}
        (winner,) = [tab for tab, answer in answers.items() if not answer.conflict]
        loser = "b" if winner == "a" else "a"
        assert held(leg) == (f"{winner}：改拨13800138000", 1, winner)
        assert conflicts(leg) == {loser: f"{loser}：改拨13800138000"}
        assert answers[loser].text == f"{winner}：改拨13800138000"


@pytest.mark.usefixtures("workers_database")
def test_notes_at_once_that_name_the_same_new_number():
    legs = [new_leg() for _ in range(6)]
    together([partial(save_note, leg, text="改拨13800138000", base=0, tab="a") for leg in legs])
    assert Endpoint.objects.filter(value="+8613800138000").count() == 1
    assert NumberMention.objects.count() == len(legs)
