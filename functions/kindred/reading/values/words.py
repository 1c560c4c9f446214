"""Words that cells hold, and what they mean: yes and no, statuses, events, countries.

In lower case but for ISO codes. What stands for an empty cell is in ``blanks``, months and
weekdays are in ``dates``.
"""

from __future__ import annotations

from typing import Final

_YES: Final = (
    "yes", "y", "true", "t", "1", "1.0", "on", "subscribed", "opted-in", "opted_in", "opt-in", "ja",
    "j", "wahr", "oui", "o", "vrai", "si", "sí", "s", "verdadero", "हाँ", "हां", "accepted",
    "agreed", "x",
)  # fmt: skip
_NO: Final = (
    "no", "n", "false", "f", "0", "0.0", "off", "unsubscribed", "opted-out", "opted_out", "opt-out",
    "nein", "falsch", "non", "faux", "nao", "नहीं", "not_subscribed", "declined", "never",
    "not subscribed",
)  # fmt: skip
BOOLEANS: Final = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}

#: Pieces of statuses that say: the order was cancelled, never paid or never arrived.
CANCEL_WORDS: Final = (
    "cancel", "void", "storn", "annul", "anul", "abgebrochen", "रद्द", "failed", "fehlgeschlagen",
    "échou", "declined", "expired", "rejected", "fallido", "rto", "undelivered", "trash", "draft",
    "lost", "unpaid", "avbruten", "makulerad", "iptal", "i̇ptal", "batal", "hủy", "キャンセル",
)  # fmt: skip
#: Pieces of statuses that say: money was paid back, or goods came back.
REFUND_WORDS: Final = (
    "refund", "return", "chargeback", "charged back", "erstatt", "retour", "rückgabe", "rembours",
    "reembols", "devuelt", "devoluci", "retourn", "वापस", "रिफंड", "rimbors", "credit note",
    "gutschrift", "zwrot", "zwróc", "reintegr", "terugbetaal", "återbetal", "iade", "i̇ade",
    "dikembalikan", "devolv", "trả hàng", "返品", "返金",
)  # fmt: skip
UNDONE_WORDS: Final = CANCEL_WORDS + REFUND_WORDS
#: Pieces of statuses that say: the order counts.
_SALE_WORDS: Final = (
    "paid", "complete", "processing", "shipped", "delivered", "pending", "fulfilled", "unfulfilled",
    "open", "closed", "sale", "payment", "bezahlt", "versandt", "versendet", "geliefert",
    "abgeschlossen", "offen", "in bearbeitung", "payé", "paye", "expédi", "expedi", "livré",
    "livre", "terminé", "terminée", "en cours", "pagado", "enviado", "entregado", "completado",
    "pendiente", "procesando", "भुगतान", "भेजा", "डिलीवर", "पूर्ण", "on-hold", "on hold",
    "authorized", "settled", "success", "approved", "confirmed", "ready", "invoiced", "received",
    "dispatched", "in transit", "out for delivery", "partially", "purchase", "order", "normal",
    "sent", "voltooid", "betaald", "completat", "conclu", "entregue", "pago", "teslim", "selesai",
    "betald", "levere", "zrealizowan", "opłacon", "wysłan", "発送",
)  # fmt: skip
STATUS_WORDS: Final = UNDONE_WORDS + _SALE_WORDS

#: What visitors do, with underscores between words.
EVENT_WORDS: Final = frozenset({
    "view", "page_view", "pageview", "product_view", "product_viewed", "view_item", "viewed",
    "cart", "add_to_cart", "addtocart", "remove_from_cart", "purchase", "purchased", "checkout",
    "begin_checkout", "transaction", "click", "clicked", "open", "opened", "email_open",
    "email_opened", "email_click", "signup", "sign_up", "login", "search", "session_start", "visit",
    "wishlist", "add_to_wishlist", "order_completed", "order_placed", "bounce", "bounced",
    "unsubscribe", "favorite", "fav", "buy", "pv", "product_added", "checkout_started",
    "page_viewed", "collection_viewed", "search_submitted", "payment_info_submitted",
    "checkout_completed", "app_open", "share", "review", "add_payment_info", "detail",
})  # fmt: skip
#: Events that are orders.
PURCHASE_EVENTS: Final = frozenset({
    "purchase", "purchased", "transaction", "order_completed", "order_placed", "buy",
    "checkout_completed", "order", "completed_order", "placed_order", "payment", "order_paid",
    "bought", "kauf", "achat", "compra",
})  # fmt: skip

#: Names of countries as shops write them, in the languages of their exports. CLDR has them all, and
#: with them names of people and towns (Jordan, Chad, Georgia): a column of those is no country.
COUNTRIES: Final = frozenset({
    "united kingdom", "uk", "great britain", "england", "scotland", "ireland", "eire",
    "united states", "usa", "us", "united states of america", "canada", "germany", "deutschland",
    "france", "spain", "españa", "espana", "italy", "italia", "netherlands", "the netherlands",
    "holland", "belgium", "belgique", "austria", "österreich", "switzerland", "schweiz", "suisse",
    "portugal", "poland", "polska", "sweden", "norway", "denmark", "finland", "iceland", "greece",
    "cyprus", "malta", "czech republic", "czechia", "hungary", "romania", "bulgaria", "croatia",
    "slovenia", "slovakia", "lithuania", "latvia", "estonia", "turkey", "russia", "ukraine",
    "israel", "united arab emirates", "uae", "saudi arabia", "bahrain", "kuwait", "qatar",
    "lebanon", "egypt", "south africa", "rsa", "nigeria", "kenya", "ghana", "india", "bharat",
    "भारत", "pakistan", "bangladesh", "sri lanka", "nepal", "china", "hong kong", "taiwan", "japan",
    "korea", "south korea", "singapore", "malaysia", "indonesia", "thailand", "vietnam",
    "philippines", "australia", "new zealand", "brazil", "brasil", "argentina", "chile", "colombia",
    "peru", "perú", "mexico", "méxico", "uruguay", "ecuador", "european community", "unspecified",
    "channel islands", "luxembourg", "allemagne", "royaume-uni", "états-unis", "espagne", "italie",
    "vereinigtes königreich", "frankreich", "spanien", "italien", "niederlande", "belgien",
    "alemania", "francia", "reino unido", "estados unidos", "morocco", "maroc", "tunisia",
    "algeria",
})  # fmt: skip
#: ISO 3166 codes of the countries that shops sell to most; a few have three letters.
ISO_COUNTRIES: Final = frozenset({
    "GB", "UK", "US", "DE", "FR", "ES", "IT", "NL", "BE", "AT", "CH", "PT", "PL", "SE", "NO", "DK",
    "FI", "IE", "IS", "GR", "CY", "MT", "CZ", "HU", "RO", "BG", "HR", "SI", "SK", "LT", "LV", "EE",
    "TR", "RU", "UA", "IL", "AE", "SA", "BH", "KW", "QA", "LB", "EG", "ZA", "NG", "KE", "GH", "IN",
    "PK", "BD", "LK", "NP", "CN", "HK", "TW", "JP", "KR", "SG", "MY", "ID", "TH", "VN", "PH", "AU",
    "NZ", "BR", "AR", "CL", "CO", "PE", "MX", "CA", "UY", "EC", "LU", "MA", "TN", "DZ", "USA",
    "GBR", "DEU", "FRA", "ESP", "ITA", "IND", "CAN", "AUS",
})  # fmt: skip
