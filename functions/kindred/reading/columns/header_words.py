# ruff: noqa: E501
"""Headers that no list holds, read by their words: ``LINE_AMT``, ``Bestellzeit``, ``# de venta``.

Each word belongs to families (order, customer, number, date, money …); a rule names the families
that make a field and those that unmake it. Abbreviations and compounds are known by their ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from kindred.reading.columns import headers

_WORDS: Final = {
    "order": "order orders trx ord invoice inv transaction trans tran txn tx receipt purchase sale sales bill po"
    " commande facture achat vente pedido pedidos factura compra venta ordine ordre bon basket"
    " ऑर्डर आदेश बिल खरीद bestellung auftrag rechnung kauf"
    " orden órdenes bestelling vendita satış venda vendas köp kvitto beställning zamówienie zamówienia faktura faktury paragon sipariş pesanan заказ заказа чек",
    "customer": "customer customers cust client buyer user member shopper consumer purchaser account"
    " kunde kunden client cliente comprador acheteur membre miembro ग्राहक खरीदार klant patron guest"
    " acquirente koper kund klient klienta kupujący kupującego müşteri alıcı pembeli pelanggan username nickname login клиент клиента покупатель покупателя",
    "product": "product products course courses service detalle prod item items article art sku goods listing variant material"
    " artikel produkt produit articolo producto productos artículo publicación publicacion उत्पाद वस्तु"
    " prodotto prodotti produto produtos anúncio annuncio produktu towar towaru vara ürün produk barang style товар товара",
    "sku": "sku skus asin ean upc",
    "id": "id ids no nr num number nbr key code # n numero número numéro nummer identifier ref uid"
    " reference référence código codigo संख्या क्रमांक नंबर आईडी कोड"
    " numer nummer numarası nomor kodu username nickname login номер код",
    "date": "date time datetime timestamp ts dt day datum zeit fecha hora jour heure data at on"
    " तारीख तिथि दिनांक"
    " tanggal tarih tarihi waktu czas дата время",
    "placed": "created create placed added made ordered purchased sold bought opened",
    "later": "ship shipped shipping deliver delivered delivery dispatch dispatched pay paid payment update"
    " updated last due birth birthday expiry expires cancel cancelled canceled return returned refund"
    " refunded approval approved modified closed fulfilled printed versand lieferung livraison entrega"
    " estimated promised required settled posted exported"
    " spedizione consegna pagamento envio entrega wysyłki płatności dostawy pembayaran pengiriman kargo",
    "money": "amount amt total tot value val revenue rev sum paid spent spend turnover proceeds betrag summe"
    " umsatz wert gesamt montant importe monto ingresos valor राशि रकम कुल gmv netto brutto"
    " importi belopp omzet bedrag totale totaal totalt kwota wartość tutar tutarı toplam receita сумма стоимость",
    "price": "price prc prix preis precio prezzo मूल्य कीमत cost rate"
    " preço costo prijs pris cena fiyat fiyatı harga цена",
    "subtotal": "subtotal",
    "whole": "order invoice inv grand final checkout cart basket bill payable",
    "piece": "unit each per single piece stück unitaire unitario unidad"
    " unitário stuk jednostkowa birim satuan styck",
    "other": "adjusted converted settlement",
    "line": "line item row position zeile ligne línea linea",
    "discount": "discount discounts disc rabatt remise descuento छूट nachlass promo promotion coupon voucher"
    " sconto desconto korting rabat zniżka indirim diskon скидка",
    "around": "after before excl incl without with less ex inc original taxable",
    "after": "after net",
    "tax": "tax taxes vat gst mwst tva iva ust steuer"
    " imposta imposto btw moms podatek kdv pajak",
    "shipping": "shipping ship shipment freight postage delivery versand porto envío envio livraison port fracht courier"
    " spedizione frete verzending frakt dostawy kargo kirim ongkir wysyłki доставка доставки",
    "fee": "fee fees charge charges cost costs price amount amt total value paid kosten"
    " costo costi spese koszt valor ongkos biaya",
    "quantity": "quantity qty qnty quant units pieces pcs menge anzahl stück quantité qté cantidad cant मात्रा"
    " unidades count"
    " quantità quantidade aantal antal ilość sztuk adet miktar jumlah количество",
    "name": "name fullname names nom nombre नाम"
    " nome naam namn imię nazwisko adı nama имя",
    "describe": "name title desc description descr bezeichnung libellé désignation descripción titel título"
    " titulo nombre"
    " nome naam namn nazwa titolo descrizione descrição omschrijving benämning opis adı nama название наименование",
    "review": "review reviews feedback comment rating testimonial bewertung rezension avis reseña",
    "author": "author reviewer writer",
    "said": "text body message content comment description msg",
    "headline": "title headline subject summary titel",
    "stars": "rating stars score sterne grade",
    "event": "event action activity interaction",
    "type": "type kind name category",
    "email": "email mail emailaddress courriel correo ईमेल",
    "phone": "phone mobile telephone tel cell telefon teléfono handy मोबाइल फोन contactno"
    " telefono telefone cellulare telefoon telp telepon телефон",
    "city": "city town ort stadt ville ciudad शहर"
    " cidade città suburb plaats miasto şehir kota город",
    "country": "country cntry land pays país pais देश"
    " paese kraj ülke negara страна",
    "category": "category cat kategorie catégorie categoría department dept श्रेणी subcategory subclass"
    " kategoria kategori категория",
    "status": "status state statut estado zustand स्थिति"
    " stato situação durumu statüsü статус",
    "first": "first earliest erste première primera primer",
    "last": "last latest recent letzte dernière última ultimo último",
    "several": "orders purchases bestellungen commandes pedidos transactions",
    "howmany": "number count num total no anzahl nombre número times",
    "billing": "billing",
    "seller": "seller vendor shop store merchant staff employee sales rep supplier courier carrier"
    " card issuer issuing bank ip origin warehouse branch manufacturer",
    "back": "refund refunds refunded reimbursed erstattet erstattung remboursé reembolsado",
    "aside": "channel method mode source site region territory office terminal register segment",
    "cost": "cogs profit margin fee fees commission",
    "currency": "currency ccy curr währung devise moneda",
}  # fmt: skip
_FAMILIES: Final[dict[str, set[str]]] = {}
for _family, _text in _WORDS.items():
    for _word in headers.tokens(_text):  # without accents, as headers are compared
        _FAMILIES.setdefault(_word, set()).add(_family)
_STARTS: Final = (
    ("bestell", "order"), ("auftrag", "order"), ("rechnung", "order"), ("kauf", "order"),
    ("kund", "customer"), ("klant", "customer"), ("kvitto", "order"), ("artikel", "product"), ("produkt", "product"), ("order", "order"),
    ("customer", "customer"), ("product", "product"), ("review", "review"),
)  # fmt: skip
_ENDS: Final = (
    ("nummer", "id"), ("nr", "id"), ("id", "id"), ("datum", "date"), ("zeit", "date"), ("date", "date"),
    ("name", "name"), ("namn", "name"), ("naam", "name"), ("betrag", "money"), ("preis", "price"), ("wert", "money"), ("number", "id"),
    ("status", "status"), ("summe", "money"), ("amount", "money"), ("price", "price"),
)  # fmt: skip
_FILLERS: Final = frozenset(
    [
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "el",
        "del",
        "der",
        "die",
        "das",
        "the",
        "of",
        "for",
        "in",
        "to",
        "a",
        "und",
        "and",
        "y",
        "et",
        "por",
        "par",
        "customer's",
        "extern",
        "external",
    ]
)

_PART: Final = 4  # letters of a word inside another
#: (field, families that all occur, families that don't)
_RULES: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("email", ("email",), ("seller", "date", "bool")),
    ("phone", ("phone",), ("seller", "date")),
    ("currency", ("currency",), ("money", "price")),
    ("orders_count", ("howmany", "several"), ("id+", "money+", "price", "date")),
    ("first_order", ("first", "order", "date"), ()),
    ("last_order", ("last", "order", "date"), ()),
    ("event_type", ("event", "type"), ("date",)),
    ("event_time", ("event", "date"), ()),
    ("event_time", ("review", "date"), ()),
    ("event_time", ("review", "placed"), ("later",)),
    ("review_title", ("review", "headline"), ("product",)),
    ("review_text", ("review", "said"), ("headline",)),
    ("rating", ("review", "stars"), ("howmany",)),
    ("order_date", ("order", "date"), ("later", "event", "first", "money")),
    ("order_date", ("placed", "date"), ("later", "event", "customer")),
    ("order_date", ("order", "placed"), ("later", "id", "money", "customer", "product")),
    ("customer_id", ("customer", "id"), ("product", "email", "phone", "tax", "date", "aside")),
    ("order_id", ("order", "id"), ("customer", "product", "date", "money", "line", "tax", "aside")),
    ("product_id", ("product", "id"), ("customer", "money", "price", "date", "tax")),
    ("product_id", ("product", "sku"), ("customer", "money", "price", "date", "tax", "name", "discount", "subtotal", "quantity")),
    ("name", ("customer", "name"), ("product", "id")),
    ("name", ("author", "name"), ()),
    ("name", ("billing", "name"), ("product",)),
    ("product_name", ("product", "describe"), ("customer", "id", "category")),
    ("category", ("category",), ("id", "customer", "city", "country", "event")),
    ("discount", ("discount",), ("around", "id", "price", "name", "type", "shipping", "date")),
    ("shipping", ("shipping", "fee"), ("date", "tax", "discount+", "name", "id", "city")),
    ("tax", ("tax", "money"), ("around", "id", "shipping")),
    ("tax", ("tax", "subtotal"), ("around", "id", "shipping")),
    ("refund", ("back", "money"), ("date", "tax", "shipping", "seller", "id", "quantity")),
    ("subtotal", ("subtotal",), ("tax", "shipping", "cost")),
    ("amount", ("after", "discount", "price"), ("shipping",)),
    ("amount", ("after", "discount", "money"), ("shipping",)),
    ("unit_price", ("piece", "price"), ("shipping", "tax", "discount")),
    ("unit_price", ("product", "price"), ("shipping", "tax", "discount", "money")),
    ("amount", ("line", "money"), ("shipping", "tax", "discount", "id")),
    ("order_total", ("whole", "money"), ("other", "shipping", "tax", "discount", "id", "date", "quantity")),
    ("amount", ("order", "money"), ("other", "shipping", "tax", "discount", "id", "date", "quantity")),
    ("amount", ("product", "money"), ("shipping", "tax", "discount", "id", "date", "quantity")),
    ("amount", ("money", "money"), ("other", "shipping", "tax", "discount", "id", "date", "quantity", "cost", "back", "price")),
    ("amount", ("customer", "money"), ("order", "other", "shipping", "tax", "discount", "id", "date", "quantity", "cost", "back", "name")),
    ("quantity", ("product", "quantity"), ("price", "money", "date", "id+")),
    ("quantity", ("quantity", "placed"), ("price", "money", "date", "several")),
    ("quantity", ("order", "quantity"), ("price", "money", "date", "several")),
    ("status", ("order", "status"), ("city", "country")),
    ("city", ("city",), ("seller", "category")),
    ("country", ("country",), ("seller", "category")),
)  # fmt: skip


@lru_cache(maxsize=4096)
def families(word: str) -> frozenset[str]:
    """The families of a word, by the word itself or by how it starts and ends."""
    if word in _FAMILIES:
        return frozenset(_FAMILIES[word])
    found = {
        family for start, family in _STARTS if len(word) > len(start) and word.startswith(start)
    }
    found |= {family for end, family in _ENDS if len(word) > len(end) + 2 and word.endswith(end)}
    return frozenset(found)


@lru_cache(maxsize=4096)
def _parts(word: str) -> tuple[str, ...]:
    """``totalshippingcost`` -> ``("total", "shipping", "cost")``; the word where it isn't made so.

    Each part is a known word of four letters at least: shorter ones stand in others by chance.
    """
    if len(word) < 2 * _PART or word in _FAMILIES:
        return (word,)
    cuts: dict[int, tuple[str, ...]] = {len(word): ()}
    for start in range(len(word) - _PART, -1, -1):
        for end in range(len(word), start + _PART - 1, -1):
            if end in cuts and word[start:end] in _FAMILIES:
                cuts[start] = (word[start:end], *cuts[end])
                break
    return cuts.get(0, (word,))


def scores(tokens: Sequence[str]) -> dict[str, float]:
    """Field -> how well the words name it: 0.8 when each word is understood, less for others."""
    parts = [part for token in tokens for part in _parts(token)]
    words = [t for t in parts if t not in _FILLERS]
    by_word = [families(word) for word in words]
    present = frozenset().union(*by_word) if by_word else frozenset()
    unknown = sum(1 for found in by_word if not found)
    if not present or unknown > 3:
        return {}
    found: dict[str, float] = {}
    for field, needed, barred in _RULES:
        if not _covers(needed, by_word) or any(b in present for b in barred):
            continue
        extra = len(words) - len(needed) - unknown
        score = 0.8 - 0.07 * unknown - 0.02 * max(0, extra)
        if len(needed) == 1 and len(words) > 1:
            score -= 0.06
        found[field] = max(found.get(field, 0.0), score)
    return found


def _covers(needed: Sequence[str], by_word: Sequence[frozenset[str]]) -> bool:
    """Whether the families can each be found in a word of their own (a compound may hold two)."""
    if len(needed) == 1:
        return any(needed[0] in found for found in by_word)
    for place, found in enumerate(by_word):
        if needed[0] in found:
            rest = [*by_word[:place], *by_word[place + 1 :]]
            if len(found) > 1 and len(by_word) == 1:
                return all(family in found for family in needed)
            if _covers(needed[1:], rest):
                return True
    return False
