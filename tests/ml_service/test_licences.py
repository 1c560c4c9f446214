"""What the container installs has licences that go with ours."""

from __future__ import annotations

from pathlib import Path

from licences import CARRIED, carried, installed, refused

LOCK = Path(__file__).parents[2] / "ml_service" / "requirements.txt"


def test_packages_of_the_service_have_licences_that_go_with_ours() -> None:
    assert len(list(installed(LOCK))) > 20
    assert refused(LOCK) == {}


def test_every_library_that_their_wheels_carry_is_known() -> None:
    assert carried(LOCK) <= set(CARRIED)
