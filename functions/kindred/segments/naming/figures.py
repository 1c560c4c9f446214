"""Figures as people read them."""

from __future__ import annotations

import math


def figure(value: float, unit: str, currency: str | None = None) -> str:
    """A feature's value in words, as its unit wants: '1,234.50 EUR', '12 days', '4.2%'."""
    if unit == "days":
        return f"{value:,.0f} days" if value >= 1.5 else f"{value:,.1f} days"
    if unit == "money":
        return f"{value:,.2f}{' ' + currency if currency else ''}"
    if unit == "share":
        return f"{value:.0%}" if value >= 0.1 or value == 0 else f"{value:.1%}"
    if unit == "ratio":
        return f"{value:.1f} times"
    if unit == "spread":
        return f"{shown(value, unit):.0%}" if value < 1 else "any time"
    if unit == "growth":
        return f"{shown(value, unit):.2g} times"
    if unit == "times" and value == 1:
        return "once"
    if unit == "times":
        return f"{figure(value, 'count')} times"
    if unit == "count":
        return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:,.1f}"
    return f"{value:+.2f}"


def shown(value: float, unit: str) -> float:
    """The number that :func:`figure` writes, where it isn't the value itself.

    Growth is kept as a logarithm; burstiness is shown as what it is made of, deviation over mean.
    """
    if unit == "growth":
        return math.exp(value)
    if unit == "spread":
        return (1 + value) / (1 - value) if value < 1 else math.inf
    return value
