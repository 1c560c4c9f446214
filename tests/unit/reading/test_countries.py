"""Cells that are countries."""

from __future__ import annotations

import pytest
from kindred.reading.values.countries import is_country

COUNTRIES = """
    Germany DEUTSCHLAND allemagne Alemania Duitsland जर्मनी DE DEU UK USA
    Vietnam Curaçao Eire Unspecified
"""


@pytest.mark.parametrize("value", [*COUNTRIES.split(), "Sri Lanka", "Côte d’Ivoire"])
def test_countries_by_name_and_by_code(value: str) -> None:
    assert is_country(value)


@pytest.mark.parametrize(
    "value",
    ["Jordan", "Georgia", "Maurice", "Granada", "Jersey", "TX", "de", "Berlin", "Europe"],
)
def test_people_garments_states_and_continents_are_no_countries(value: str) -> None:
    assert not is_country(value)
