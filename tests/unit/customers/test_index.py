"""Customers are found in a bucket of the index whatever their ids, and nobody else's entry is."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from kindred.customers.pages import find_entries, to_json

ODD = ("ann", 'x"ann', '","ann', '{"ann', "\\", '\\"ann', 'ann":{', "segment_id", "")
#: Ids, some of which look like what stands around them.
IDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(ODD),
)


@given(
    st.dictionaries(IDS, st.text(max_size=12), max_size=8), st.lists(IDS, max_size=5), st.booleans()
)
def test_whoever_is_there_is_found_as_a_parser_finds_them(
    moods: dict[str, str], asked: list[str], compact: bool
) -> None:
    entries = {id_: {"segment_id": "r1-s01", "mood": mood, "r": 3} for id_, mood in moods.items()}
    parts = [
        f"{json.dumps(id_, ensure_ascii=False)}:{to_json(one)}" for id_, one in entries.items()
    ]
    text = "{" + ",".join(parts) + "}" if compact else json.dumps(entries)
    wanted = [*asked, *list(moods)[:3]]
    for some in (wanted, wanted[:2], wanted[-1:]):
        expected = {id_: entries[id_] for id_ in some if id_ in entries}
        assert find_entries(text, some) == expected


def test_one_of_many_is_read_without_the_others() -> None:
    text = '{"a":{"r":1},"b":' + "{" * 10 + ',"c":{"r":3}}'  # no parser takes it whole
    assert find_entries(text, ["c"]) == {"c": {"r": 3}}
    assert find_entries(text, ["a", "c"]) == {"a": {"r": 1}, "c": {"r": 3}}
