"""Words in dates come from CLDR; what was recognised before is still."""

from __future__ import annotations

import pytest
from babel import Locale
from kindred.reading.values import date_words, dates
from kindred.reading.values.date_words import months, strip_noise

#: Every spelling of a month that reading knew when the table was kept by hand.
MONTHS = {
    1: "january jan januar jän jänner janvier janv enero ene जनवरी gennaio gen janeiro januari",
    2: "february feb februar février févr fév fevr fev febrero फरवरी फ़रवरी febbraio"
    " fevereiro februari",
    3: "march mar märz mär mrz mars marzo मार्च marzo março maart mrt",
    4: "april apr avril avr abril abr अप्रैल aprile",
    5: "may mai mayo मई maggio mag maio mei",
    6: "june jun juni juin junio जून giugno giu junho",
    7: "july jul juli juillet juil julio जुलाई luglio lug julho",
    8: "august aug août aout agosto ago अगस्त augustus",
    9: "september sep sept septembre septiembre सितंबर सितम्बर settembre set setembro",
    10: "october oct oktober okt octobre octubre अक्टूबर अक्तूबर ottobre ott outubro out",
    11: "november nov novembre noviembre नवंबर नवम्बर novembro",
    12: "december dec dezember dez décembre déc decembre diciembre dic दिसंबर दिसम्बर"
    " dicembre dezembro",
}
SPELLINGS = [(word, number) for number, words in MONTHS.items() for word in words.split()]
WEEKDAYS = "mon tue wed thu fri sat sun mo di mi do fr sa so"
ROMANCE_WEEKDAYS = "lun mar mer jeu ven sam dim mié jue vie sáb dom"


@pytest.mark.parametrize(("word", "number"), SPELLINGS)
def test_every_month_is_recognised(word: str, number: int) -> None:
    assert months()[word] == number
    cell = f"3 {word} 2024"
    fmt = dates.detect(dates.shape_of_values([cell]))
    assert fmt is not None
    read = dates.parse(cell, fmt)
    assert read is not None
    assert (read.year, read.month, read.day) == (2024, number, 3)


def test_no_month_is_another_one_in_a_second_language() -> None:
    numbers: dict[str, set[int]] = {}
    for language in date_words._MONTH_LANGUAGES:
        for names in Locale.parse(language).months["format"].values():
            for number, name in names.items():
                numbers.setdefault(name.rstrip(".").lower(), set()).add(number)
    narrow = {name for name in numbers if len(name) == 1 or name.isdigit()}
    assert [name for name, found in numbers.items() if len(found) > 1 and name not in narrow] == []


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("3 stycznia 2024", 1),
        ("12 września 2024", 9),
        ("7 paź 2024", 10),
        ("3 Şubat 2024", 2),
        ("15 Kasım 2024 14:05", 11),
        ("28 Ağu 2024", 8),
        ("9 augusti 2024", 8),
        ("2 Desember 2024", 12),
        ("5 марта 2024", 3),
    ],
)
def test_months_of_more_languages_are_read(read_text, cell: str, month: int) -> None:
    rows = [f"{i},{cell},C{i % 4},{10 + i}.50" for i in range(8)]
    reading = read_text("\n".join(["Order ID,Order Date,Customer ID,Amount", *rows]))
    assert reading.report["first_order"][:7] == f"2024-{month:02}"


def test_months_are_words_that_sql_reads_as_a_whole() -> None:
    assert [word for word in months() if not word.replace("\u094d", "").strip(".")] == []
    assert [word for word in months() if {" ", ".", "\u0970"} & set(word)] == []


@pytest.mark.parametrize("day", [*WEEKDAYS.split(), *ROMANCE_WEEKDAYS.split()])
def test_a_weekday_in_front_says_nothing(day: str) -> None:
    assert strip_noise(f"{day.title()}, 03 Apr 2024") == "03 Apr 2024"
    assert strip_noise(f"{day} 3. April 2024") == "3. April 2024"
