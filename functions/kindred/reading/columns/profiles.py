# ruff: noqa: E501
"""What the values of a column look like, from a sample: the evidence beside its header."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kindred.money import currency_codes
from kindred.reading.values import dates, numbers
from kindred.reading.values.blanks import is_missing
from kindred.reading.values.currencies import SIGNS

EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]{2,}\Z")
_PHONE = re.compile(r"'?\(?\+?[\d][\d\s().\-/x]{5,22}\Z")
_TIME = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:[AaPp]\.?[Mm]\.?)?\Z|\d{1,2}\s?[AaPp][Mm]\Z"
)
_PERSON = re.compile(r"[^\W\d_][^\d@_]*[\s,.][^\d@_]*[^\W\d_]\.?\Z")
_LETTERS = re.compile(r"[^\W\d_]")
_CARD = re.compile(r"(?:\d[ -]?){13,19}\Z")
#: How spreadsheets write a long number that they don't show in full.
EXPONENT = r"^\d([.,]\d+)?E\+\d\d$"
_EXPONENT = re.compile(EXPONENT)
BOOLEANS = {
    **dict.fromkeys(
        [
            "yes",
            "y",
            "true",
            "t",
            "1",
            "1.0",
            "on",
            "subscribed",
            "opted-in",
            "opted_in",
            "opt-in",
            "ja",
            "j",
            "wahr",
            "oui",
            "o",
            "vrai",
            "si",
            "sí",
            "s",
            "verdadero",
            "हाँ",
            "हां",
            "accepted",
            "agreed",
            "x",
        ],
        True,
    ),
    **dict.fromkeys(
        [
            "no",
            "n",
            "false",
            "f",
            "0",
            "0.0",
            "off",
            "unsubscribed",
            "opted-out",
            "opted_out",
            "opt-out",
            "nein",
            "falsch",
            "non",
            "faux",
            "nao",
            "नहीं",
            "not_subscribed",
            "declined",
            "never",
        ],
        False,
    ),
    "not subscribed": False,
}
CANCEL_WORDS = (
    "cancel", "void", "storn", "annul", "anul", "abgebrochen", "रद्द", "failed", "fehlgeschlagen", "échou",
    "declined", "expired", "rejected", "fallido", "rto", "undelivered", "trash", "draft", "lost",
    "unpaid", "avbruten", "makulerad", "iptal", "i̇ptal", "batal", "hủy", "キャンセル",
)  # fmt: skip
REFUND_WORDS = (
    "refund", "return", "chargeback", "charged back", "erstatt", "retour", "rückgabe", "rembours",
    "reembols", "devuelt", "devoluci", "retourn", "वापस", "रिफंड", "rimbors", "credit note", "gutschrift",
    "zwrot", "zwróc", "reintegr", "terugbetaal", "återbetal", "iade", "i̇ade", "dikembalikan", "devolv", "trả hàng", "返品", "返金",
)  # fmt: skip
_PARTIAL = ("partial", "teilweise", "partiel", "parcial", "आंशिक")
_UNDONE = CANCEL_WORDS + REFUND_WORDS
_SALE_WORDS = (
    "paid", "complete", "processing", "shipped", "delivered", "pending", "fulfilled", "unfulfilled", "open",
    "closed", "sale", "payment", "bezahlt", "versandt", "versendet", "geliefert", "abgeschlossen", "offen",
    "in bearbeitung", "payé", "paye", "expédi", "expedi", "livré", "livre", "terminé", "terminée", "en cours",
    "pagado", "enviado", "entregado", "completado", "pendiente", "procesando", "भुगतान", "भेजा", "डिलीवर", "पूर्ण",
    "on-hold", "on hold", "authorized", "settled", "success", "approved", "confirmed", "ready", "invoiced",
    "received", "dispatched", "in transit", "out for delivery", "partially", "purchase", "order", "normal", "sent",
    "voltooid", "betaald", "completat", "conclu", "entregue", "pago", "teslim", "selesai", "betald", "levere",
    "zrealizowan", "opłacon", "wysłan", "発送",
)  # fmt: skip
_STATUSES = _UNDONE + _SALE_WORDS
EVENT_WORDS = frozenset(
    [
        "view",
        "page_view",
        "pageview",
        "product_view",
        "product_viewed",
        "view_item",
        "viewed",
        "cart",
        "add_to_cart",
        "addtocart",
        "remove_from_cart",
        "purchase",
        "purchased",
        "checkout",
        "begin_checkout",
        "transaction",
        "click",
        "clicked",
        "open",
        "opened",
        "email_open",
        "email_opened",
        "email_click",
        "signup",
        "sign_up",
        "login",
        "search",
        "session_start",
        "visit",
        "wishlist",
        "add_to_wishlist",
        "order_completed",
        "order_placed",
        "bounce",
        "bounced",
        "unsubscribe",
        "favorite",
        "fav",
        "buy",
        "pv",
        "product_added",
        "checkout_started",
        "page_viewed",
        "collection_viewed",
        "search_submitted",
        "payment_info_submitted",
        "checkout_completed",
        "app_open",
        "share",
        "review",
        "add_payment_info",
        "detail",
    ]
)
PURCHASE_EVENTS = frozenset(
    [
        "purchase",
        "purchased",
        "transaction",
        "order_completed",
        "order_placed",
        "buy",
        "checkout_completed",
        "order",
        "completed_order",
        "placed_order",
        "payment",
        "order_paid",
        "bought",
        "kauf",
        "achat",
        "compra",
    ]
)
COUNTRIES = frozenset(
    """united kingdom|uk|great britain|england|scotland|ireland|eire|united states|usa|us|united states of america|canada
    |germany|deutschland|france|spain|españa|espana|italy|italia|netherlands|the netherlands|holland|belgium|belgique|austria|österreich
    |switzerland|schweiz|suisse|portugal|poland|polska|sweden|norway|denmark|finland|iceland|greece|cyprus|malta
    |czech republic|czechia|hungary|romania|bulgaria|croatia|slovenia|slovakia|lithuania|latvia|estonia|turkey|russia
    |ukraine|israel|united arab emirates|uae|saudi arabia|bahrain|kuwait|qatar|lebanon|egypt|south africa|rsa|nigeria|kenya|ghana
    |india|bharat|भारत|pakistan|bangladesh|sri lanka|nepal|china|hong kong|taiwan|japan|korea|south korea|singapore
    |malaysia|indonesia|thailand|vietnam|philippines|australia|new zealand|brazil|brasil|argentina|chile|colombia|peru|perú
    |mexico|méxico|uruguay|ecuador|european community|unspecified|channel islands|luxembourg|allemagne|royaume-uni|états-unis|espagne|italie
    |vereinigtes königreich|frankreich|spanien|italien|niederlande|belgien|alemania|francia|reino unido|estados unidos|morocco|maroc|tunisia|algeria""".replace("\n", "").split("|")
)  # fmt: skip
COUNTRIES = frozenset(country.strip() for country in COUNTRIES)
ISO_COUNTRIES = frozenset(
    [
        "GB",
        "UK",
        "US",
        "DE",
        "FR",
        "ES",
        "IT",
        "NL",
        "BE",
        "AT",
        "CH",
        "PT",
        "PL",
        "SE",
        "NO",
        "DK",
        "FI",
        "IE",
        "IS",
        "GR",
        "CY",
        "MT",
        "CZ",
        "HU",
        "RO",
        "BG",
        "HR",
        "SI",
        "SK",
        "LT",
        "LV",
        "EE",
        "TR",
        "RU",
        "UA",
        "IL",
        "AE",
        "SA",
        "BH",
        "KW",
        "QA",
        "LB",
        "EG",
        "ZA",
        "NG",
        "KE",
        "GH",
        "IN",
        "PK",
        "BD",
        "LK",
        "NP",
        "CN",
        "HK",
        "TW",
        "JP",
        "KR",
        "SG",
        "MY",
        "ID",
        "TH",
        "VN",
        "PH",
        "AU",
        "NZ",
        "BR",
        "AR",
        "CL",
        "CO",
        "PE",
        "MX",
        "CA",
        "UY",
        "EC",
        "LU",
        "MA",
        "TN",
        "DZ",
        "USA",
        "GBR",
        "DEU",
        "FRA",
        "ESP",
        "ITA",
        "IND",
        "CAN",
        "AUS",
    ]
)


@dataclass(frozen=True)
class Profile:
    """Shares are of the cells that aren't blank, in the sample."""

    filled: float
    count: int
    distinct: int
    number: float = 0.0
    integer: float = 0.0
    money_sign: float = 0.0
    negative: float = 0.0
    zero: float = 0.0
    date: float = 0.0
    epoch: float = 0.0  # could be Unix time
    serial: float = 0.0  # could be a spreadsheet's day number
    time: float = 0.0
    email: float = 0.0
    phone: float = 0.0
    person: float = 0.0
    currency: float = 0.0
    country: float = 0.0
    boolean: float = 0.0
    status: float = 0.0
    undone: float = 0.0  # cancelled, refunded
    event: float = 0.0
    items: float = 0.0
    card: float = 0.0
    exponent: float = 0.0
    letters: float = 0.0
    words: float = 0.0  # mean words of a cell
    length: float = 0.0  # mean characters
    low: float = 0.0
    high: float = 0.0

    @property
    def repeats(self) -> float:
        """Mean times a value occurs."""
        return self.count / self.distinct if self.distinct else 0.0


def profile(cells: Sequence[str | None]) -> Profile:
    """The profile of a column's sampled cells."""
    values = [v for cell in cells if cell and (v := numbers.plain(cell).strip())]
    values = [v for v in values if not is_missing(v)]
    if not values:
        return Profile(0.0, 0, 0)
    n = len(values)

    def share(test: Callable[[str], object]) -> float:
        return sum(1 for v in values if test(v)) / n

    sizes = [v for v in map(_size, values) if v is not None]
    lowered = [v.lower() for v in values]
    return Profile(
        filled=n / len(cells),
        count=n,
        distinct=len(set(values)),
        number=share(numbers.is_number),
        integer=share(lambda v: re.fullmatch(r"[-+]?\d+(?:[.,]0{1,2})?", v)),
        money_sign=share(lambda v: any(s in v for s, _ in SIGNS)),
        negative=share(lambda v: v[:1] in "-(" and any(c.isdigit() for c in v)),
        zero=share(lambda v: not re.search("[1-9]", v) and numbers.is_number(v)),
        date=share(dates.is_date),
        epoch=share(lambda v: re.fullmatch(r"\d{10}(?:\.\d+)?|\d{13}", v) and v[0] == "1"),
        serial=share(lambda v: re.fullmatch(r"[34]\d{4}(?:\.\d+)?", v)),
        time=share(_TIME.match),
        email=share(EMAIL.match),
        phone=share(_is_phone),
        person=share(_PERSON.match),
        currency=share(lambda v: v.upper() in currency_codes()),
        country=share(lambda v: v.lower() in COUNTRIES or v in ISO_COUNTRIES),
        boolean=sum(1 for v in lowered if v in BOOLEANS) / n,
        status=sum(1 for v in lowered if _is_status(v)) / n,
        undone=sum(1 for v in lowered if _says(v, _UNDONE)) / n,
        event=sum(1 for v in lowered if v.replace(" ", "_").replace("-", "_") in EVENT_WORDS) / n,
        items=share(lambda v: "|" in v and ":" in v),
        card=share(_is_card),
        exponent=share(_EXPONENT.match),
        letters=share(_LETTERS.search),
        words=sum(len(v.split()) for v in values) / n,
        length=sum(map(len, values)) / n,
        low=min(sizes, default=0.0),
        high=max(sizes, default=0.0),
    )


def _size(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _is_phone(text: str) -> bool:
    digits = sum(c in "0123456789" for c in text)
    return bool(7 <= digits <= 15 and _PHONE.match(text) and not dates.is_date(text))


def _is_status(text: str) -> bool:
    return len(text) <= 40 and _says(text, _STATUSES)


def _says(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)


def _is_card(text: str) -> bool:
    """13 to 19 digits that pass the Luhn check: a payment card number."""
    digits = [int(c) for c in text if c in "0123456789"]
    if not _CARD.match(text) or not 13 <= len(digits) <= 19:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = digit * 2 if place % 2 else digit
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(digits)) > 1
