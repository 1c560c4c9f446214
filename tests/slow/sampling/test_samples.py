"""The committed sample files are what the script writes."""

from __future__ import annotations

from pathlib import Path

from sampling.writing import make_samples

#: Written by hand, to begin with: tests/unit/pricing/test_templates.py reads them.
TEMPLATES = {"pricing-products.csv"}
SAMPLES = Path(__file__).resolve().parents[3] / "samples"


def test_the_committed_samples_are_byte_for_byte_what_the_script_makes() -> None:
    made = make_samples()
    shops = {path.name for path in SAMPLES.glob("*.csv")} - TEMPLATES
    assert shops == set(made)
    different = [name for name in made if (SAMPLES / name).read_bytes() != made[name]]
    assert different == []
