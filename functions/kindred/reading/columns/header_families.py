# ruff: noqa: E501
"""The words that headers are made of, in many languages: a word belongs to families.

A family is what its words are about: order, customer, number, date, money. Abbreviations and
compounds are known by how they start and end. The words come from the exports in
`scripts/reading_corpus.py` and the shops' languages they stand for.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kindred.reading.columns import headers

#: Family -> its words, in all languages.
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
#: How words of a family start: `Bestellzeit`.
_STARTS: Final = (
    ("bestell", "order"), ("auftrag", "order"), ("rechnung", "order"), ("kauf", "order"),
    ("kund", "customer"), ("klant", "customer"), ("kvitto", "order"), ("artikel", "product"), ("produkt", "product"), ("order", "order"),
    ("customer", "customer"), ("product", "product"), ("review", "review"),
)  # fmt: skip
#: How words of a family end: `Rechnungsdatum`.
_ENDS: Final = (
    ("nummer", "id"), ("nr", "id"), ("id", "id"), ("datum", "date"), ("zeit", "date"), ("date", "date"),
    ("name", "name"), ("namn", "name"), ("naam", "name"), ("betrag", "money"), ("preis", "price"), ("wert", "money"), ("number", "id"),
    ("status", "status"), ("summe", "money"), ("amount", "money"), ("price", "price"),
)  # fmt: skip
#: Letters that a word has to have beside the end it is known by: else `bid` were an id.
_LETTERS_BEFORE_END: Final = 3


def _families_of_words() -> dict[str, frozenset[str]]:
    """Word, without accents as headers are compared -> its families."""
    table: dict[str, set[str]] = {}
    for family, text in _WORDS.items():
        for word in headers.tokens(text):
            table.setdefault(word, set()).add(family)
    return {word: frozenset(found) for word, found in table.items()}


_FAMILIES: Final = _families_of_words()


def is_word(word: str) -> bool:
    """Whether a word itself is listed."""
    return word in _FAMILIES


@lru_cache(maxsize=4096)
def families(word: str) -> frozenset[str]:
    """The families of a word, by the word itself, else by how it starts and ends."""
    if word in _FAMILIES:
        return _FAMILIES[word]
    by_start = {
        family for start, family in _STARTS if len(word) > len(start) and word.startswith(start)
    }
    by_end = {
        family
        for end, family in _ENDS
        if len(word) >= len(end) + _LETTERS_BEFORE_END and word.endswith(end)
    }
    return frozenset(by_start | by_end)
