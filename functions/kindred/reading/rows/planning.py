"""Decides how a file's rows are read, before they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from kindred.errors import InvalidInput
from kindred.money import currency_codes
from kindred.reading.bytes.raw_table import RawTable
from kindred.reading.columns import headers
from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.fields import MONEY, TOTALS
from kindred.reading.columns.profiles import Profile
from kindred.reading.columns.shapes import CUSTOMERS, EVENTS, ORDER_LINES, ORDERS
from kindred.reading.rows.amount_model import NO_MODEL, AmountModel
from kindred.reading.rows.duplicates import find_duplicates
from kindred.reading.rows.order_key import key_names
from kindred.reading.rows.order_layout import decide_by_rows
from kindred.reading.rows.plan import Plan
from kindred.reading.types import Interpretation, ReadOptions

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

#: Unknown columns that are kept; more would make every row of a wide export a document.
MAX_ATTRIBUTES: Final = 30
_REFUNDS_WITH_TAX: Final = {
    "code": "refunds-with-tax",
    "message": "Refunds of a part of an order hold tax. They were taken without it, by the share"
    " of tax in the order.",
}
_SHOWN_NAME: Final = 60  # characters of a header within a message


def make_plan(
    raw: RawTable, source: str, meaning: Interpretation, options: ReadOptions, engine: DuckDB
) -> Plan:
    """The plan of a file; ``meaning.detected`` then names the columns that it takes."""
    mapping, shape = meaning.mapping, meaning.shape
    plan = Plan(
        mapping=mapping,
        formats=meaning.formats,
        limits=options.limits,
        model=NO_MODEL,
        currency=_expected_currency(meaning, options),
        sign_columns=_signed_columns(mapping, meaning.profiles),
        attributes=_attributes(raw, mapping),
        line_price=bool(meaning.platform and meaning.platform.line_price),
        keep_equal_rows=options.keep_equal_rows,
        needs_order=shape in (ORDER_LINES, ORDERS),
    )
    if shape == CUSTOMERS:
        meaning.detected["mapping"] = _shown_dates(mapping)
        return replace(plan, model=AmountModel("v_amount", "amount"))
    plan = replace(plan, duplicates=find_duplicates(raw, source, meaning, engine))
    if shape == EVENTS:
        return replace(plan, model=_event_model(mapping))
    if plan.needs_order:
        plan = decide_by_rows(plan, source, engine, options.base)
        meaning.detected["order_key"] = key_names(plan)
        if plan.key_parts:
            meaning.notices.append(_about_key(meaning.detected["order_key"]))
        if plan.refunds_with_tax:
            meaning.notices.append(_REFUNDS_WITH_TAX)
        if plan.model.column:
            meaning.detected["mapping"] = _shown_amount(plan)
    return plan


def _about_key(names: list[str]) -> dict[str, str]:
    number, *beside = (name[:_SHOWN_NAME] for name in names)
    message = (
        f"{number} starts again: the same number stands for several customers or days."
        f" An order was told by {number} with {' and '.join(beside)}."
    )
    return {"code": "order-numbers-restart", "message": message}


def _event_model(mapping: ColumnMap) -> AmountModel:
    if mapping.has("amount"):
        return AmountModel("v_amount", "amount")
    if mapping.has("order_total"):
        return AmountModel("v_order_total", "order_total")
    if mapping.has("unit_price"):
        return AmountModel(
            "CAST(v_unit_price * CAST(coalesce(v_quantity, 1) AS DECIMAL(14, 0))"
            " AS DECIMAL(20, 4))",
            None,
        )
    return NO_MODEL


def _shown_amount(plan: Plan) -> dict[str, Any]:
    """The mapping with the column that the amount really comes from under ``amount``."""
    shown = plan.mapping
    role = plan.model.column
    others = [
        c
        for other in TOTALS
        if other != role and (guess := shown.guesses.get(other))
        for c in guess.columns
    ]
    guess = shown.guesses.get(role or "")
    if guess:
        shown = shown.with_("amount", replace(guess, alternatives=tuple(others)))
    return shown.as_detected()


def _shown_dates(mapping: ColumnMap) -> dict[str, Any]:
    """A customer list's last order under ``order_date``, since the contract has no other name."""
    guess = mapping.guesses.get("last_order")
    return (mapping.with_("order_date", guess) if guess else mapping).as_detected()


def _attributes(raw: RawTable, mapping: ColumnMap) -> tuple[int, ...]:
    """Unknown columns, kept as they are."""
    taken = {*mapping.used(), *mapping.personal}
    return tuple(i for i in range(len(raw.names)) if i not in taken)[:MAX_ATTRIBUTES]


def _expected_currency(meaning: Interpretation, options: ReadOptions) -> str | None:
    mapping = meaning.mapping
    if options.currency:
        code = options.currency.strip().upper()
        if code not in currency_codes():
            raise InvalidInput(
                f"'{options.currency[:20]}' isn't a currency code.",
                code="unknown-currency",
                hint="Use three letters, such as EUR.",
            )
        return code
    for role in ("amount", "order_total", "subtotal", "unit_price"):
        column = mapping.column(role)
        named = headers.currency_in(mapping.names[column]) if column is not None else None
        if named:
            return named
    if options.base:
        return options.base.currency
    return meaning.platform.currency if meaning.platform and not mapping.has("currency") else None


def _signed_columns(mapping: ColumnMap, profiles: Sequence[Profile]) -> tuple[int, ...]:
    """Money columns whose cells may name a currency."""
    columns = [mapping.column(role) for role in MONEY]
    return tuple(c for c in columns if c is not None and _may_have_sign(profiles[c]))


def _may_have_sign(p: Profile) -> bool:
    return p.money_sign > 0 or p.letters > 0
