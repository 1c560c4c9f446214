"""The customers of a discount, a few at a time, and what was made for them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Literal

from kindred.sources.shops.discounts import Done, unnamed

#: Customers of a part: what is asked of a shop between two notes of how far it has come.
PART: Final = 25
PartState = Literal["waiting", "begun", "done", "undone"]


@dataclass(frozen=True)
class Part:
    """Some of a discount's customers. ``begun``: the shop was asked, and nobody noted what came.

    ``made``: theirs, as `Done` has it; ``refused``: those whom the shop wouldn't take. ``marks``:
    what finds theirs while it is ``begun``; ``strays``: the marks of who was forgotten then.
    """

    number: int
    customer_ids: tuple[str, ...]
    emails: Mapping[str, str] = field(default_factory=dict, repr=False)
    state: PartState = "waiting"
    made: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict, repr=False)
    refused: tuple[str, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict, repr=False)
    strays: tuple[str, ...] = ()

    @property
    def given(self) -> int:
        """How many of them have it."""
        return len(self.customer_ids) - len(self.refused) if self.state == "done" else 0


def divide(customer_ids: Sequence[str], emails: Mapping[str, str]) -> list[Part]:
    """Customers in parts, in their order."""
    chunks = [customer_ids[at : at + PART] for at in range(0, len(customer_ids), PART)]
    return [
        Part(number, tuple(ids), {one: emails[one] for one in ids if one in emails})
        for number, ids in enumerate(chunks)
    ]


def noted(part: Part, done: Done, refused: Sequence[str]) -> tuple[Part, dict[str, str]]:
    """The part with what was made for it, and what is the whole discount's."""
    own = {name: id_ for name, id_ in done.made.items() if "/" in name}
    shared = {name: id_ for name, id_ in done.made.items() if "/" not in name}
    made = replace(part, state="done", made=own, codes=done.codes, refused=tuple(refused))
    # What was needed to make and to find it is needed for nothing more.
    return replace(made, emails={}, marks={}, strays=()), shared


def without(part: Part, gone: Collection[str]) -> Part:
    """The part with nothing in it of customers who are ``gone``.

    What was made for them keeps the platform's id, and what may have been made its mark, so that it
    can be taken back; a tag goes with the customer.
    """
    named = {*part.customer_ids, *part.emails, *part.codes, *part.marks}
    if not named & set(gone):
        return part
    made: dict[str, str] = {}
    for name, id_ in part.made.items():
        kind, _, customer = name.partition("/")
        if customer not in gone:
            made[name] = id_
        elif kind != "tagged":
            made[unnamed(kind, id_)] = id_
    return replace(
        part,
        customer_ids=tuple(one for one in part.customer_ids if one not in gone),
        emails={one: value for one, value in part.emails.items() if one not in gone},
        made=made,
        codes={one: value for one, value in part.codes.items() if one not in gone},
        refused=tuple(one for one in part.refused if one not in gone),
        marks={one: mark for one, mark in part.marks.items() if one not in gone},
        strays=(*part.strays, *(mark for one, mark in part.marks.items() if one in gone)),
    )


def part_fields(discount_id: str, part: Part) -> dict[str, Any]:
    """A part as its document has it."""
    names = ("customer_ids", "refused", "strays")
    lists = {name: list(getattr(part, name)) for name in names}
    return {**asdict(part), **lists, "discount_id": discount_id}


def parse_part(fields: Mapping[str, Any]) -> Part:
    """What `part_fields` made."""
    return Part(
        number=int(fields["number"]),
        customer_ids=tuple(fields["customer_ids"]),
        emails=fields["emails"],
        state=fields["state"],
        made=fields["made"],
        codes=fields["codes"],
        refused=tuple(fields["refused"]),
        marks=fields["marks"],
        strays=tuple(fields["strays"]),
    )
