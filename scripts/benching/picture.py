"""The table of ratios as a picture: a bar for each, on a scale of tenfold steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

_ROW: Final = 26
_LEFT, _WIDTH, _RIGHT = 470, 380, 90
_LOW, _HIGH = -3.0, 2.0  # powers of ten


def draw(rows: Sequence[dict[str, Any]]) -> str:
    """SVG. Left of the line at 1 Kindred takes less than the alternative, right of it more."""
    height = _ROW * (len(rows) + 2)
    one = _place(1.0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + _RIGHT} {height}"'
        ' font-family="system-ui, sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="{one}" y="18" text-anchor="middle" fill="#52525b">as much</text>',
        f'<line x1="{one}" x2="{one}" y1="24" y2="{height - 8}" stroke="#a1a1aa"/>',
    ]
    for place, row in enumerate(rows):
        parts += _bar(row, _ROW * (place + 1) + 6, one)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bar(row: dict[str, Any], top: int, one: float) -> list[str]:
    end = _place(row["ratio"])
    colour = "#0f766e" if row["ratio"] <= 1 else "#b45309"
    start, width = min(one, end), max(1.0, abs(one - end))
    text = top + 13
    return [
        f'<text x="{_LEFT - 10}" y="{text}" text-anchor="end">{escape(row["name"])}</text>',
        f'<rect x="{start:.1f}" y="{top}" width="{width:.1f}" height="18" fill="{colour}"/>',
        f'<text x="{_LEFT + _WIDTH + 8}" y="{text}">{row["ratio"]:.3g} ×</text>',
    ]


def _place(ratio: float) -> float:
    power = min(_HIGH, max(_LOW, math.log10(ratio)))
    return _LEFT + _WIDTH * (power - _LOW) / (_HIGH - _LOW)
