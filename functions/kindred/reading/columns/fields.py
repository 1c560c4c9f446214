"""The fields that columns are mapped to, and the headers each is known by.

One long table, which is why the module is long. ``FIELDS`` holds the canonical fields first, then
roles that reading uses but the data contract doesn't name (parts of a name, refund amounts, totals
per customer). A header under ``sure`` names the field whatever it holds; one under ``likely`` needs
the values to agree. Compared without case, blanks, punctuation and accents, so ``Order ID`` stands
for ``order_id``, ``OrderId``, ``ORDER-ID``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CANONICAL: Final = (
    "customer_id", "email", "phone", "name", "order_id", "order_date", "order_time", "amount",
    "quantity", "unit_price", "discount", "tax", "shipping", "currency", "product_id",
    "product_name", "category", "review_title", "review_text", "rating", "event_type",
    "event_time", "status", "city", "country", "consent",
)  # fmt: skip


#: Roles that say who bought; the first that a row has stands for the customer.
IDENTITY: Final = ("customer_id", "email", "phone", "name")
#: Roles that hold totals, of a line or of an order.
TOTALS: Final = ("amount", "subtotal", "order_total")
#: Roles of which one at least says how much was paid.
MONEY: Final = (*TOTALS, "unit_price")


@dataclass(frozen=True)
class Field:
    """What a column may be: its kind of values and the headers it goes by."""

    name: str
    kind: str  # a key of the rules in `value_scores`
    sure: tuple[str, ...]
    likely: tuple[str, ...] = ()


def _field(name: str, kind: str, sure: str, likely: str = "") -> Field:
    def names(text: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in text.replace("\n", " ").split("|") if part.strip())

    return Field(name, kind, names(sure), names(likely))


FIELDS: Final[tuple[Field, ...]] = (
    _field("customer_id", "id", """
        customer unique id | customer id | customer | customer no | customer number
        | customer key | customer code
        | cust id | custid | cust no | client id | client | client no | client number
        | client code | user id | buyer id | buyer user id | buyer username | buyer user name
        | buyer | member id | shopper id | account id | customer reference
        | customer ref | customer # | consumer id | household key | household id | visitor id
        | Kundennummer | Kunden-Nr | Kunden Nr. | Kunden-ID | KundenID | KdNr | Kd-Nr. | Kunde
        | numéro client | n° client | no client | id client | code client | identifiant client
        | réf client | id cliente | código cliente | código de cliente | cliente
        | número de cliente | nº cliente | n° cliente | num cliente | cliente id
        | identificación del cliente | ग्राहक आईडी | ग्राहक संख्या | ग्राहक क्रमांक | ग्राहक
        | ग्राहक कोड | codice cliente | id do cliente | código do cliente | klantnummer | klant id
        | customer user | customer nr | customer num | patron id | guest number | customerkey
        | custkey | cust key | client key | kund | klient | müşteri | pelanggan | 顧客ID | 会員ID
        | user pseudo id | client user id
        | 买家会员名 | 客户 | клиент
        """, """
        buyer nickname | login kupującego | nickname | cust | cid
        | comprador | acheteur | käufer | userid | user
        | account | uid | member | loyalty id | card number id | contact id | subscriber id
        | shopper | guest id | person id | username | buyer handle | associated contact
        | rut | dni | nif
        """),
    _field("email", "email", """
        email | e-mail | email address | e-mail address | customer email | customer e-mail
        | buyer email | buyer e-mail | billing email | email (billing) | billing e-mail
        | contact email | user email | reviewer email | payer email | e-mail-adresse
        | kunden e-mail | kunden-email | mail | rechnung e-mail | adresse e-mail | adresse email
        | adresse mail | courriel | e-mail client | email client | correo electrónico | correo
        | email cliente | correo del cliente | dirección de correo | ईमेल | ई-मेल | ईमेल पता
        | customer email address | customer mail | e-posta
        | メールアドレス | 注文者メールアドレス | 邮箱
        """, "shipping email | contact | recipient email"),
    _field("phone", "phone", """
        phone | phone number | telephone | mobile | mobile number | mobile no | mobile phone
        | cell | cell phone | contact number | contact no | customer phone | buyer phone
        | buyer phone number | billing phone | phone (billing) | phone no | tel | telefon
        | telefonnummer | handy | handynummer | mobilnummer | téléphone | numéro de téléphone
        | portable | tél | teléfono | móvil | celular | número de teléfono | फोन | फ़ोन | मोबाइल
        | मोबाइल नंबर | फोन नंबर | फ़ोन नंबर | whatsapp number | customer mobile
        | 電話番号 | 手机 | 电话 | телефон
        """, """
        shipping phone | ship phone | ship to phone | whatsapp | recipient phone
        | default address phone
        """),
    _field("name", "person", """
        customer name | full name | buyer name | client name | billing name | customer full name
        | reviewer name | billing full name | cardholder name | kundenname | name des kunden
        | vollständiger name | nom du client | nom client | nom complet | nombre del cliente
        | nombre cliente | nombre completo | ग्राहक का नाम | ग्राहक नाम | nome cliente
        | nome do cliente | klantnaam | user name | purchaser name | billing customer name
        | member name | bill to name | consumer name | profile name | profilename
        | nombre y apellidos | nombre y apellido | billing contact | receiver name | imię i nazwisko
        | Rechnungsempfänger | 氏名 | 注文者氏名 | お名前 | 收货人姓名 | фио
        """, """
        name | nom | nombre | नाम | shipping name | recipient name | recipient | ship to name
        | ship name | reviewer | author | display name | contact name | nome | party name | party
        | particulars | retailer name | nama penerima | customer | client | kunde | cliente | buyer
        | razón social | ragione sociale | raison sociale
        """),
    _field("order_id", "id", """
        order id | order no | order number | order # | order | order name | invoice | invoice no
        | invoice number | invoice id | invoice # | bill no | bill number | bill id | receipt
        | receipt no | receipt number | receipt id | transaction id | transaction no
        | transaction number | transaction | trans id | trans no | txn id | amazon order id
        | sales order | sales order no | sales record number | purchase order | purchase id
        | order ref | order reference | order code | basket id | basket | ticket id | ticket no
        | ticket number | check number | sub order no | suborder number | sub order id
        | sub order number | suborder no | suborder id | Bestellnummer | Bestell-Nr. | Bestell-Nr
        | Bestell-ID | BestellID | Auftragsnummer | Auftrags-Nr. | Auftrag | Rechnungsnummer
        | Rechnungs-Nr. | Rechnung | Belegnummer | Belegnr | Bon-Nr | numéro de commande
        | n° commande | no commande | n° de commande | commande | id commande | référence commande
        | réf commande | numéro de facture | n° facture | facture | numéro commande
        | código de pedido | número de pedido | nº pedido | n° pedido | nº de pedido | id pedido
        | pedido | num pedido | número de factura | factura | ID de pedido | ऑर्डर आईडी
        | ऑर्डर संख्या | ऑर्डर नंबर | ऑर्डर क्रमांक | आदेश संख्या | आदेश आईडी | बिल नंबर
        | बिल संख्या | चालान संख्या | numero ordine | id ordine | número do pedido | id do pedido
        | bestelnummer | ordernummer | fattura | order key | order num | ordernum | order uid
        | purchase order number | txn | order code no | order serial | order item order id
        | commande n° | bestellung | Bestellung | 注文番号 | 订单编号 | 订单号 | increment id
        """, """
        tid | oid | num | no | nr | name | id | number | bill | reference | payment id | sale id
        | session id | user session | document number | document no | doc no | voucher no
        | record id | master id | deal id | opportunity id | balance transaction id | event id
        | folio | numero | n° | número
        """),
    _field("order_date", "date", """
        order date | order time | order datetime | order date time | order timestamp
        | order purchase timestamp | purchase date | purchased on | purchased at
        | purchase timestamp | purchase time | invoice date | transaction date | trans date
        | txn date | transaction time | transaction timestamp | sale date | sales date
        | date of purchase | date of sale | date of order | ordered on | ordered at | order placed
        | order placed date | date placed | created at | bill date | receipt date | order created
        | order created at | order created date | order created time | purchase datetime | sold on
        | sold at | sold date | billing date | date ordered | orderdatum | bestelldatum
        | Bestellt am | Bestellzeitpunkt | Auftragsdatum | Kaufdatum | Rechnungsdatum | Belegdatum
        | Datum der Bestellung | date de commande | date commande | date de la commande
        | date d'achat | date achat | date de facture | date facture | date facturation
        | date de facturation | date de vente | fecha de pedido | fecha pedido | fecha del pedido
        | fecha de compra | fecha compra | fecha de factura | fecha factura | fecha de venta
        | fecha venta | ऑर्डर तिथि | ऑर्डर की तारीख | ऑर्डर दिनांक | ऑर्डर तारीख | आदेश तिथि
        | आदेश दिनांक | खरीद तिथि | खरीद की तारीख | बिल तिथि | बिल दिनांक | data ordine
        | data do pedido | data da compra | besteldatum | orderdate time | sub order date
        | date of transaction | 注文日 | 注文日時 | 購入日 | 下单时间 | 订单创建时间
        """, """
        date added | added | create time | created time | creation time | date | datetime
        | timestamp | time | day | datum | fecha | data | तारीख | तिथि | दिनांक | created
        | created on | date created | paid at | payment date | payments date | paid on date
        | payment time | invoice date mm dd yy | date time | paid on | date paid | creation date
        | order day | created date | processed at | posting date | completed date | week
        """),
    _field("order_time", "time", """
        order time | time | transaction time | sale time | purchase time | time of purchase
        | invoice time | Uhrzeit | Bestellzeit | Zeit | heure | heure de commande | hora
        | hora de pedido | hora del pedido | hora compra | समय | ऑर्डर समय | time of day
        | order hour | heure commande | hora pedido | time of sale
        """, "hour"),
    _field("amount", "money", """
        amount | total amount | net sales | sales amount | sale amount | sales | revenue
        | net revenue | item total | line total | line amount | line item total
        | transaction amount | transaction value | purchase amount | purchase value | amount spent
        | total spent | total spend | total sales | total revenue | net amount | net total
        | item price total | total value | monetary | monetary value | gross amount
        | extended price | ext price | final price | spend
        | turnover | total cost | line revenue | lifetime value | lifetime spend
        | total purchases amount | Betrag | Umsatz | Bestellwert | Zeilensumme | Positionssumme
        | Nettoumsatz | Netto | montant | chiffre d'affaires | montant commande | total ligne
        | importe | monto | total línea | valor del pedido | valor pedido | राशि | ऑर्डर राशि
        | रकम | भुगतान राशि | importo | importo totale | valor do pedido | bedrag | totaalbedrag
        | sales value | sale value | customer lifetime value | historic customer lifetime value
        | total gastado | gasto total | total dépensé | montant dépensé | Gesamtumsatz
        | order revenue | spend amount | basket value | sold amount | purchase price total
        | item revenue | line sales | कुल खर्च | total net sales | net item total | belopp | kwota
        | toplam tutar
        | wartość | tutar | 金額 | 合計金額 | 实付金额 | 总金额 | 金额 | сумма
        """, """
        neto | value | payment | dollars | paid | spent | net | gross | money | sum | purchase
        | price total | total usd | total inr | total due | charge | collected | ltv | clv | m
        | total ttc | montant ttc
        """),
    _field("quantity", "count", """
        quantity | qty | quantity ordered | qty ordered | quantity purchased | item quantity
        | lineitem quantity | line item quantity | units | units sold | unit sold
        | product quantity | order quantity | item qty | no of items | number of items
        | item count | items count | quantity refund | quantity sold | total quantity | order qty
        | Menge | Anzahl | Stückzahl | Stück | Bestellmenge | quantité | qté | qte
        | nombre d'articles | nb articles | cantidad | cant | cant. | unidades | मात्रा | संख्या
        | quantità | quantidade | aantal | product qty | sold quantity | ilość | antal | adet
        | jumlah | quantidade comprada | 個数 | 数量 | количество | items sold | items purchased
        | net items sold | net quantity | qty invoiced | cantidad del producto
        """, """
        count | items | pieces | pcs | cds | num items | volume | packs
        """),
    _field("unit_price", "money", """
        unit price | price | item price | price per unit | price each | price per item
        | lineitem price | line item price | item cost | product price | unit cost | selling price
        | selling price per item | sale price | sold for | unit selling price | list price
        | item unit price | price paid | unit amount | price usd | supplier discounted price
        | rate per unit | unit rate | price per piece | product unit price | Einzelpreis
        | Stückpreis | Preis | Preis pro Stück | Artikelpreis | Verkaufspreis | Einzelpreis netto
        | prix unitaire | prix | prix unitaire ht | pu ht | prix de vente | prix à l'unité
        | precio unitario | precio | precio por unidad | precio unidad | precio de venta
        | इकाई मूल्य | मूल्य | कीमत | दर | प्रति इकाई मूल्य | prezzo unitario | prezzo
        | preço unitário | preço | stuksprijs | prijs | mrp | cena | pris | fiyat | harga
        | harga jual | slutpris | valor do produto | 単価 | 价格 | 单价 | цена | wholesale price
        | vk netto | vk preis
        """, """
        pu | p u | p unit | stk preis | rate | cost | unit | avg price | average price | vk brutto
        | retail price
        """),
    _field("discount", "money", """
        discount | discount amount | discounts | total discount | order discount
        | cart discount amount | cart discount | discount total | item discount | line discount
        | lineitem discount | item promotion discount | discount value | promo discount
        | coupon discount | coupon amount | coupon discount amount | promotion discount
        | discount given | discount applied amount | voucher amount | Rabatt | Rabattbetrag
        | Nachlass | Preisnachlass | Gutschein | remise | réduction | rabais | montant remise
        | montant de la remise | descuento | importe descuento | descuento total | छूट | छूट राशि
        | कटौती | डिस्काउंट | sconto | desconto | korting | seller discount | rabatt eur
        """, "promo amount | voucher | coupon value | markdown"),
    _field("tax", "money", """
        tax | taxes | total tax | sales tax | tax amount | order tax | item tax | tax total | vat
        | vat amount | gst | order total tax amount | total taxes | order sales tax
        | ebay collected tax | seller collected tax | sales tax collected | gst amount | tax paid
        | MwSt | MwSt. | MwSt Betrag | Steuer | Steuerbetrag | USt | Umsatzsteuer | Mehrwertsteuer
        | mwst-betrag | TVA | taxe | montant tva | impuesto | impuestos | IVA | importe iva | कर
        | जीएसटी | टैक्स | imposta | imposto | btw
        """, ""),
    _field("shipping", "money", """
        shipping | shipping cost | shipping total | shipping amount | shipping price
        | shipping charge | shipping charges | shipping fee | order shipping
        | order shipping amount | shipping and handling | delivery charge | delivery fee
        | delivery cost | freight | freight value | postage | postage and packing
        | shipping charge per item | shipping paid | shipping revenue | delivery charges
        | delivery amount | shipping handling | Versand | Versandkosten | Porto | Lieferkosten
        | Versandgebühr | Liefergebühr | frais de port | frais de livraison | livraison
        | frais d'expédition | port | gastos de envío | envío | coste de envío | costo de envío
        | costes de envío | शिपिंग | डिलीवरी शुल्क | शिपिंग शुल्क | वितरण शुल्क | spedizione
        | spese di spedizione | frete | verzendkosten | shipping rate
        """, "delivery | handling"),
    _field("currency", "currency", """
        currency | currency code | order currency | iso currency | Währung | devise | monnaie
        | moneda | divisa | मुद्रा | valuta | moeda | presentment currency | transaction currency
        """, "cur | ccy"),
    _field("product_id", "id", """
        sku | product id | product code | product sku | item sku | item id | stock code
        | stockcode | lineitem sku | item number | item no | item code | article id
        | article number | article no | asin | isbn | ean | barcode | upc | product no
        | product number | product key | custom label | merchant sku | variant sku | material
        | seller sku | fsn | item product id | plu | Artikelnummer | Artikel-Nr. | Artikel-Nr
        | ArtikelNr | Artikel-ID | Produktnummer | Produkt-ID | référence produit
        | référence article | code article | code produit | id produit | référence
        | código producto | código de producto | código artículo | código de artículo
        | id producto | referencia | उत्पाद आईडी | उत्पाद कोड | एसकेयू | codice prodotto
        | código do produto | clothing id | listing id | artikelcode
        | 商品番号 | 商品コード | 商品编号
        """, """
        style code | variant id | model | handle | product handle | ref | code | custom sku
        | barkod
        """),
    _field("product_name", "words", """
        product | product name | product title | item | item name | item title | lineitem name
        | line item name | description | product description | item description | article
        | article name | product information | listing title | listing | goods | product details
        | Artikel | Artikelname | Artikelbezeichnung | Produkt | Produktname | Bezeichnung
        | Beschreibung | Produktbezeichnung | produit | nom du produit | nom produit | désignation
        | libellé | libellé produit | article commandé | producto | nombre del producto
        | nombre producto | nombre de producto | artículo | descripción | nombre del artículo
        | उत्पाद | उत्पाद का नाम | उत्पाद नाम | वस्तु | वस्तु का नाम | सामान | विवरण | prodotto
        | descrizione | produto | omschrijving | products | purchased item | item purchased
        | product service | product variation | item desc | item information | merchandise
        | produktbeschreibung | benämning | 商品名 | 商品名称 | 商品标题 | товар
        """, """
        title | details | product variant | sku name | brand | name | item list | items
        | menu item | line items
        """),
    _field("category", "words", """
        category | product category | category name | item category | product type | department
        | department name | product group | sub category | subcategory | category code
        | product category name | main category | product line | product family
        | merchandise category | product department | item type | Kategorie | Produktkategorie
        | Warengruppe | Artikelgruppe | Produktgruppe | catégorie | catégorie produit
        | catégorie de produit | rayon | famille | famille produit | categoría
        | categoría de producto | categoría producto | categoria | departamento | article type
        | श्रेणी | उत्पाद श्रेणी | वर्ग | categorie | division name | class name | категория
        """, """
        type | collection | group | class | genre | segment of product | division
        """),
    _field("review_title", "words", """
        review title | title | review headline | review summary | headline | summary | subject
        | title of review | Bewertungstitel | Titel | titre | titre de l'avis | título
        | título de la reseña | शीर्षक | review heading
        """, "heading | betreff"),
    _field("review_text", "text", """
        review text | review body | review | body | review content | review comment
        | review comments | comment | comments | feedback | text | message | content
        | customer review | review message | review description | testimonial | ticket body
        | Bewertung | Bewertungstext | Rezension | Kommentar | avis | commentaire
        | texte de l'avis | reseña | comentario | comentarios | opinión | texto de la reseña
        | समीक्षा | टिप्पणी | प्रतिक्रिया | रिव्यू | recensione | avaliação | review detail
        | reviewtext
        """, """
        description | notes | note | customer note | remarks | nachricht
        """),
    _field("rating", "rating", """
        rating | stars | star rating | review rating | review score | score | overall rating
        | customer rating | product rating | Sterne | Bewertung Sterne | Sternebewertung | note
        | note sur 5 | étoiles | calificación | puntuación | estrellas | रेटिंग | सितारे
        | valutazione | nota | overall | grade | bewertungssterne
        """, "points | satisfaction | nps"),
    _field("event_type", "event", """
        event type | event | event name | action | activity | activity type | event action
        | event category name | interaction | interaction type | behavior type | behavior
        | behaviour | behaviour type | Ereignis | Ereignistyp | événement | type d'événement
        | evento | tipo de evento | घटना | घटना प्रकार | user action | action type
        """, "type | verb | page event | funnel step"),
    _field("event_time", "date", """
        event time | event timestamp | event date | event datetime | occurred at | event at
        | action time | activity date | activity time | event created at | Ereigniszeit
        | Zeitstempel | horodatage | fecha del evento | fecha evento | घटना समय | visited at
        | viewed at | server time | client time
        """, "timestamp | time | date | datetime | created at | ts"),
    _field("status", "status", """
        status | order status | financial status | payment status | item status
        | fulfillment status | order state | transaction status | state of order
        | sub order status | delivery status | return status | reason for credit entry
        | shipment status | order item status | Bestellstatus | Auftragsstatus | statut
        | statut de la commande | statut commande | état | état de la commande | état commande
        | estado | estado del pedido | estado pedido | स्थिति | ऑर्डर स्थिति | ऑर्डर की स्थिति
        | आदेश स्थिति | stato | situação | transaction type | is cancelled | cancelled | canceled
        | returned | is returned | refunded | is refund | return flag | zahlungsstatus
        | statut du paiement | estado del pago | status do pedido | status do pagamento
        | stato ordine | stato dell'ordine | sipariş durumu | 订单状态 | статус
        """, """
        event type | order type | state | type | zustand | record type | receipt type
        | sale type | deal stage | stage
        """),
    _field("city", "place", """
        city | town | billing city | city (billing) | customer city | default address city
        | buyer city | Stadt | Ort | Wohnort | Rechnungsort | ville | ville de facturation
        | ciudad | población | localidad | शहर | नगर | città | cidade | plaats | woonplaats
        | customer town | bill to city | город | customer location | cust location
        """, """
        location | municipality | city (shipping) | ship city | shipping city | ship to city
        | ville de livraison | Lieferort | suburb | stad | miasto | il | kota | şehir
        """),
    _field("country", "country", """
        country | billing country | country code | country (billing) | country code (billing)
        | customer country | default address country | default address country code
        | buyer country | country name | Land | Ländercode | Rechnungsland | pays
        | pays de facturation | código país | país | देश | paese | nazione | country region
        | billing country code | bill to country | страна
        """, """
        nation | market | region | country (shipping) | country code (shipping) | shipping country
        | ship country | ship to country | pays de livraison | Lieferland | kraj | ülke | negara
        """),
    _field("consent", "bool", """
        consent | accepts marketing | accepts email marketing | email consent | marketing consent
        | marketing opt in | opt in | opted in | email opt in | newsletter | subscribed
        | newsletter consent | email marketing consent | accepts newsletter | gdpr consent
        | email subscribed | Einwilligung | Newsletter abonniert | Werbeeinwilligung
        | Newsletter Anmeldung | consentement | accepte le marketing | accepte marketing
        | abonné newsletter | inscrit newsletter | consentimiento | acepta marketing
        | acepta publicidad | acepta correos | suscrito | सहमति | विपणन सहमति
        | agreed to marketing | email subscription | consent email | sms consent
        | accepts sms marketing | has opted in
        """, "subscriber | marketing | permission"),
    # Roles of our own.
    _field("first_name", "words", """
        first name | billing first name | first name (billing) | customer first name | given name
        | forename | fname | buyer first name | Vorname | prénom | पहला नाम | primer nombre
        | voornaam | förnamn | imię | nome (fatturazione)
        """, """
        shipping first name | first name (shipping) | nombre | prenom
        """),
    _field("last_name", "words", """
        last name | billing last name | last name (billing) | customer last name | surname
        | family name | lname | buyer last name | Nachname | Familienname | nom de famille
        | apellido | apellidos | उपनाम | अंतिम नाम | cognome | cognome (fatturazione) | sobrenome
        | achternaam | efternamn | nazwisko
        """, "shipping last name | last name (shipping) | nom"),
    _field("refund", "money", """
        refunded amount | refund amount | refunded total | order refund amount | refunded | refund
        | refund total | amount refunded | total refunded | refund value | returned amount
        | item refunded | Erstattung | Erstattungsbetrag | erstatteter Betrag | Rückerstattung
        | remboursement | montant remboursé | reembolso | importe reembolsado | importe reembolso
        | धनवापसी | वापसी राशि | रिफंड | धनवापसी राशि | refunded order amount
        """, "returns"),
    _field("subtotal", "money", """
        order value | subtotal | sub total | item subtotal | order subtotal
        | order subtotal amount | gross sales | Warenwert | Zwischensumme | sous-total
        | sous total | base imponible | order net | cart subtotal | items subtotal
        | products total | merchandise total | goods total | goods value | Nettobetrag | total ht
        | montant ht | importe neto | subtotal amount | उप-योग | उपयोग
        """, "net total | net value"),
    _field("order_total", "money", """
        order total | total | grand total | total price | total paid | amount paid | order amount
        | order total amount | invoice amount | bill amount | total due | Gesamtbetrag
        | Gesamtpreis | Gesamtsumme | Gesamt | Rechnungsbetrag | Summe | Endsumme | Bruttobetrag
        | total commande | total de la commande | prix total | montant total
        | montant de la commande | montant ttc | total ttc | total pedido | total del pedido
        | importe total | precio total | total de la compra | कुल | कुल राशि | कुल मूल्य | कुल रकम
        | ऑर्डर कुल | totale | total order value | total collected | order price | final amount
        | valor total | monto total | total amount | payment value | payment amount | gt base
        | gt purchased | g t base | g t purchased
        """, "total usd | total inr"),
    _field("cancelled_at", "date", """
        cancelled at | canceled at | cancellation date | cancelled date | storniert am
        | date d'annulation | fecha de cancelación | voided at
        """, ""),
    _field("payee_email", "email", """
        to email address | Empfänger E-Mail-Adresse | à l'adresse email | payee email
        """, ""),
    _field("cancelled", "bool", """
        is cancelled | cancelled | canceled | is canceled | order cancelled | storniert
        | ist storniert | annulé | annulée | cancelado | cancelada
        """, ""),
    _field("returned", "bool", """
        returned | is returned | is refund | refunded | is refunded | return flag | retourniert
        | retourné | devuelto
        """, "returns"),
    _field("orders_count", "count", """
        orders count | historic number of orders | total orders | order count | number of orders
        | no of orders | orders | num orders | lifetime orders | purchase count
        | number of purchases | total purchases | frequency | transactions count
        | total number of orders | orders placed | count of orders | num purchases
        | transaction count | number of transactions | Anzahl Bestellungen
        | Anzahl der Bestellungen | Bestellungen | Bestellanzahl | nombre de commandes
        | nb commandes | commandes | número de pedidos | total pedidos | pedidos
        | cantidad de pedidos | ऑर्डर की संख्या | कुल ऑर्डर | ऑर्डरों की संख्या | purchases
        """, "visits | f | transactions"),
    _field("first_order", "date", """
        first order date | first order | first purchase | first purchase date
        | date of first order | first transaction date | customer since | erste Bestellung
        | erster Kauf | première commande | date première commande | primer pedido
        | primera compra | fecha primer pedido | पहला ऑर्डर | पहली खरीद | first ordered at
        | first visit date
        """, """
        date created | created at | registered | sign up date | signup date | registration date
        | date registered | joined | member since
        """),
    _field("last_order", "date", """
        last order date | last order | last purchase | last purchase date | date of last order
        | most recent order | most recent purchase | last transaction date | most recent visit
        | latest order date | latest purchase date | last visit date | last ordered at
        | letzte Bestellung | letzter Kauf | Datum der letzten Bestellung | dernière commande
        | date dernière commande | dernier achat | último pedido | última compra
        | fecha último pedido | fecha última compra | अंतिम ऑर्डर | आखिरी खरीद | अंतिम खरीद तिथि
        | most recent order date | last purchased at
        """, "last active | last seen | updated at | last activity"),
    _field("line_items", "items", """
        line items | order items | items ordered | products ordered | cart items
        """, "items | products"),
)  # fmt: skip

BY_NAME: Final = {field.name: field for field in FIELDS}
