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
