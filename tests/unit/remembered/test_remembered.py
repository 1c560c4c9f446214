"""What an instance remembers is never older than promised, and never more than it may hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from kindred.remembered import Remembered, of_the_same

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
MINUTE = timedelta(seconds=60)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_value_is_known_for_its_time_and_not_a_moment_longer() -> None:
    memory: Remembered[str, int] = Remembered(10, MINUTE)
    memory.put("a", 1, NOW)
    assert memory.get("a", after(59.999)) == 1
    assert memory.get("a", after(60)) is None
    assert memory.last("a") == 1


def test_a_clock_that_goes_back_keeps_nothing_for_longer() -> None:
    memory: Remembered[str, int] = Remembered(10, MINUTE)
    memory.put("a", 1, NOW)
    assert memory.get("a", after(-1)) is None


def test_what_was_not_asked_for_longest_makes_room() -> None:
    memory: Remembered[str, int] = Remembered(2, MINUTE)
    memory.put("a", 1, NOW)
    memory.put("b", 2, NOW)
    assert memory.get("a", NOW) == 1
    memory.put("c", 3, NOW)
    assert [memory.get(key, NOW) for key in "abc"] == [1, None, 3]


def test_what_is_dropped_or_forgotten_is_asked_for_again() -> None:
    memory: Remembered[str, int] = Remembered(2, MINUTE)
    assert memory.fetch("a", NOW, lambda: 1) == 1
    assert memory.fetch("a", NOW, lambda: 2) == 1
    memory.drop("a")
    assert memory.fetch("a", NOW, lambda: 2) == 2
    memory.forget()
    assert memory.last("a") is None


def test_who_asks_may_want_it_younger_than_usual() -> None:
    memory: Remembered[str, int] = Remembered(2, MINUTE)
    memory.put("a", 1, NOW)
    assert memory.get("a", after(10), at_most=timedelta(seconds=11)) == 1
    assert memory.get("a", after(10), at_most=timedelta(seconds=10)) is None


def test_a_value_that_is_changed_is_as_old_as_it_was() -> None:
    memory: Remembered[str, int] = Remembered(2, MINUTE)
    memory.put("a", 1, NOW)
    memory.change("a", 2)
    memory.change("b", 3)
    assert memory.get("a", after(59)) == 2
    assert memory.get("a", after(60)) is None
    assert memory.last("b") is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 300)), max_size=60), st.integers(1, 5))
def test_whatever_happens_it_holds_few_and_tells_nothing_old(
    asked: list[tuple[int, int]], most: int
) -> None:
    memory: Remembered[int, int] = Remembered(most, MINUTE)
    for key, second in asked:
        found = memory.fetch(key, after(second), lambda second=second: second)  # type: ignore[misc]
        assert 0 <= second - found < 60
        assert sum(memory.last(one) is not None for one in range(10)) <= most


def test_what_follows_from_the_very_same_objects_is_worked_out_once() -> None:
    asked: list[list[int]] = []

    @of_the_same(2)
    def total(numbers: list[int], more: list[int]) -> int:
        asked.append(numbers)
        return sum(numbers) + sum(more)

    one, other = [1, 2], [1, 2]
    assert [total(one, other), total(one, other), total(other, one)] == [6, 6, 6]
    assert len(asked) == 2
    assert total([5], one) == 8  # a third one makes room
    assert total(one, other) == 6
    assert len(asked) == 4
    assert total(one, more=other) == 6


def test_an_object_that_is_gone_is_not_taken_for_another_in_its_place() -> None:
    first = of_the_same(1_000)(lambda numbers: numbers[0])
    assert [first([number]) for number in range(500)] == list(range(500))
