"""Which currencies there are, and in what they are counted."""

from __future__ import annotations

import subprocess
import sys

import pytest
from kindred.money import currency_codes, figure, minor_digits

#: What was accepted when the list was kept by hand.
ACCEPTED = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN"
    " BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD"
    " FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY"
    " KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP"
    " MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR"
    " RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT"
    " TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW"
    " ZWL"
)
WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"


def test_no_currency_is_lost() -> None:
    assert set(ACCEPTED.split()) <= currency_codes()
    assert currency_codes() - set(ACCEPTED.split()) == {"XCG", "ZWG"}  # since 2025 and 2024


@pytest.mark.parametrize("code", sorted({*ACCEPTED.split(), *currency_codes()}))
def test_each_is_counted_in_the_minor_unit_of_iso_4217(code: str) -> None:
    assert minor_digits(code) == (0 if code in WHOLE else 3 if code in THOUSANDTHS else 2)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("12.345", "KWD", 12.345),
        ("12.345", "EUR", 12.35),
        ("-12.345", "EUR", -12.35),
        ("12.5", "JPY", 13.0),
        ("12.5", "HUF", 12.5),
        (None, "EUR", 0.0),
        ("0.125", None, 0.13),
    ],
)
def test_a_figure_is_rounded_once_as_people_round(
    amount: str | None, currency: str | None, shown: float
) -> None:
    assert figure(amount, currency) == shown


def test_money_alone_does_not_load_the_tables_of_currencies() -> None:
    script = "import kindred.money, sys; print('babel' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"
