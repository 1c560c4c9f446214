"""One currency for a file: other rows are converted by the merchant's rates, or rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from kindred.errors import InvalidInput
from kindred.money import currency_codes
from kindred.reading.rows.plan import Plan
from kindred.reading.types import ReadOptions
from kindred.reading.values.quoting import quoted
from kindred.tables import MONEY

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

#: Money columns of a row, all in its currency.
_CONVERTED: Final = (
    "amount", "unit_price", "discount", "refund", "given_amount", "tax", "shipping",
)  # fmt: skip
_RATES: Final = (Decimal("1e-8"), Decimal(10) ** 9)  # what DECIMAL(18, 8) can hold
_SHOWN: Final = 8  # currencies that a notice names


@dataclass(frozen=True)
class Converted:
    """Rows (SQL) in one currency, and what a merchant should know of it."""

    rows: str
    currency: str | None
    notices: tuple[dict[str, str], ...] = ()


def convert_currencies(rows: str, plan: Plan, options: ReadOptions, engine: DuckDB) -> Converted:
    """Typed rows in one currency: the earlier version's, the merchant's, or that of most rows.

    Rows in another currency are never added up as they stand: without a rate they are rejected.
    """
    counted = engine.con.execute(
        f"SELECT currency, count(*) FROM {rows} WHERE code IS NULL AND amount IS NOT NULL"
        " AND currency IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    earlier = options.base.currency if options.base else None
    wanted = earlier or (plan.currency if options.currency else None)
    currency = wanted or (counted[0][0] if counted else plan.currency)
    others = [(str(code), int(n)) for code, n in counted if code != currency]
    if not others or currency is None:
        return Converted(rows, currency)
    rates = {
        code.strip().upper(): _rate(code, text) for code, text in (options.rates or {}).items()
    }
    place = "the earlier file" if earlier else "the file"
    notice = _notice(place, currency, others, rates)
    return Converted(_converted_sql(rows, place, currency, rates), currency, (notice,))


def _converted_sql(rows: str, place: str, currency: str, rates: Mapping[str, Decimal]) -> str:
    cases = " ".join(f"WHEN {quoted(code)} THEN {rate}" for code, rate in rates.items())
    rate = f"CASE currency {cases} END" if cases else "NULL::DECIMAL(18, 8)"
    foreign = f"(currency IS NOT NULL AND currency <> {quoted(currency)})"
    columns = ", ".join(
        f"CASE WHEN {foreign} THEN"
        f" CAST(CAST({c} AS DECIMAL(18, 4)) * CAST({rate} AS DECIMAL(18, 8)) AS {MONEY})"
        f" ELSE {c} END AS {c}"
        for c in _CONVERTED
    )
    reason = f"'The row is in ' || currency || ', {place} in {currency}, and no rate was given.'"
    return f"""(SELECT * REPLACE ({columns},
        CASE WHEN code IS NULL AND {foreign} AND {rate} IS NULL
            THEN 'currency-without-rate' ELSE code END AS code,
        CASE WHEN code IS NULL AND {foreign} AND {rate} IS NULL
            THEN {reason} ELSE reason END AS reason) FROM {rows})"""


def _notice(
    place: str, currency: str, others: Sequence[tuple[str, int]], rates: Mapping[str, Decimal]
) -> dict[str, str]:
    listed = ", ".join(f"{code} ({n} rows)" for code, n in others[:_SHOWN])
    missing = [code for code, _ in others if code not in rates]
    done = (
        f"rows in {', '.join(missing[:_SHOWN])} were rejected, since no rate was given"
        if missing
        else "they were converted by the rates given"
    )
    message = f"{place.capitalize()} is in {currency}, but rows are in {listed}: {done}."
    return {"code": "several-currencies", "message": message}


def _rate(code: str, text: str) -> Decimal:
    try:
        rate = Decimal(str(text))
    except InvalidOperation:
        rate = Decimal(0)
    if code.strip().upper() not in currency_codes() or not _RATES[0] <= rate < _RATES[1]:
        raise InvalidInput(
            f"The rate for '{code[:10]}' can't be used.",
            code="invalid-rate",
            hint='Give rates as {"USD": "0.92"}: what one unit is worth in the file\'s currency.',
        )
    return rate
