"""The checks that every row has to pass, and the reason that a row is given that doesn't."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from kindred.reading.rows.parsing import TOTAL_WORDS
from kindred.reading.rows.plan import VALUE_ROLES, Plan
from kindred.reading.values.blanks import missing_sql
from kindred.reading.values.quoting import quoted

#: Codes of rows that are no data.
TOTAL_ROW: Final = "#total"
HEADER_ROW: Final = "#header"
#: An amount beyond is an id or a phone number in the wrong column; a shop's year is below it.
_MOST: Final = "1e12"
_SEARCHED_COLUMNS: Final = 40  # for the word of a sum, which stands in one of the first
_NAME_LENGTH: Final = 80  # of a header within a reason
_MOMENTS: Final = {
    "order_date": "ordered_at",
    "event_time": "at_event_time",
    "first_order": "at_first_order",
    "last_order": "at_last_order",
}
_PRICED: Final = ("amount", "subtotal", "order_total", "quantity", "unit_price")


_YEARS: Final = (1970, 2100)  # outside, a date is a number of something else or a slip


@dataclass
class Checks:
    """Conditions in the order they are tested; the first that holds gives code and reason."""

    cases: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, condition: str, code: str, reason: str) -> None:
        self.cases.append((condition, code, reason))

    def code(self) -> str:
        cases = " ".join(f"WHEN {c} THEN {quoted(code)}" for c, code, _ in self.cases)
        return f"CASE {cases} END"

    def reason(self) -> str:
        """Only looked for where there is a code."""
        cases = " ".join(f"WHEN {c} THEN {r}" for c, _, r in self.cases)
        return f"CASE WHEN code IS NOT NULL THEN CASE {cases} END END"


def checked_sql(plan: Plan) -> str:
    """``code`` and ``reason``: the first check that a row fails, NULL for rows that can be used."""
    checks = Checks()
    _check_blank(plan, checks)
    if plan.needs_order:
        _check_date_is_there(plan, checks)
    _check_values(plan, checks)
    if plan.needs_order:
        money = " and ".join(_name(plan, role) for role in _PRICED if plan.mapping.has(role))
        checks.add("goods IS NULL", "constraint-error", quoted(f"{money}: no amount."))
        out_of_range = quoted("The amount is out of range.")
        checks.add(f"abs(goods) >= {_MOST}", "constraint-error", out_of_range)
    longest = plan.limits.customer_id_bytes
    checks.add(
        f"strlen(customer_id) > {longest}",
        "constraint-error",
        quoted(f"A customer id may have at most {longest} bytes."),
    )
    return f"{checks.code()} AS code, {checks.reason()} AS reason"


def _name(plan: Plan, role: str) -> str:
    return plan.header(role)[:_NAME_LENGTH] if plan.mapping.has(role) else role


def _check_blank(plan: Plan, checks: Checks) -> None:
    values = ", ".join(f"nullif(trim(c{i}), '')" for i in range(len(plan.mapping.names)))
    empty = f"coalesce({values}, NULL) IS NULL"
    condition = f"ordered_at IS NULL AND {empty}" if plan.needs_order else empty
    checks.add(condition, "blank-row", quoted("The row has no values."))


def _check_date_is_there(plan: Plan, checks: Checks) -> None:
    """Rows without a date: sums, repeated headers, or a date that is missing."""
    name = _name(plan, "order_date")
    columns = range(min(len(plan.mapping.names), _SEARCHED_COLUMNS))
    cells = ", ".join(f"c{i}" for i in columns)
    is_sum = f"regexp_matches(lower(concat_ws(chr(31), {cells})), {quoted(TOTAL_WORDS)})"
    is_header = f"lower(t_order_date) = {quoted(name.lower())}"
    checks.add(f"ordered_at IS NULL AND {is_sum}", TOTAL_ROW, "NULL")
    checks.add(f"ordered_at IS NULL AND {is_header}", HEADER_ROW, "NULL")
    checks.add(
        f"t_order_date IS NULL OR ordered_at IS NULL AND {missing_sql('t_order_date')}",
        "constraint-error",
        quoted(f"{name} is required."),
    )


def _check_values(plan: Plan, checks: Checks) -> None:
    """Cells that hold something else than their column does."""
    for role, value in _MOMENTS.items():
        if plan.mapping.has(role):
            name = _name(plan, role)
            _check_readable(f"t_{role}", value, name, "a date as this column has them", checks)
            checks.add(
                f"year({value}) NOT BETWEEN {_YEARS[0]} AND {_YEARS[1]}",
                "constraint-error",
                quoted(f"{name}: the year is out of range."),
            )
    for role in VALUE_ROLES:
        if plan.mapping.has(role):
            what = "a number as this column has them"
            _check_readable(f"t_{role}", f"v_{role}", _name(plan, role), what, checks)


def _check_readable(column: str, value: str, name: str, what: str, checks: Checks) -> None:
    """Reject rows whose cell is filled but couldn't be read as ``what``."""
    before, after = quoted(f"{name}: "), quoted(f" is not {what}.")
    checks.add(
        f"{column} IS NOT NULL AND {value} IS NULL AND NOT {missing_sql(column)}",
        "type-error",
        f"{before} || chr(34) || left({column}, 60) || chr(34) || {after}",
    )
