# ruff: noqa: E501
"""Exports that reading had never met: written from platforms' documentation, and measured at once.

What they showed was mended afterwards, so that they measure nothing new any more; the figures of
the first time stand in `docs/csv.md`.
"""

from __future__ import annotations

from reading_corpus import Export, columns

STRANGERS: tuple[Export, ...] = (
    Export(
        "whatnot",
        "line",
        columns("""
 transaction_completed_at_utc >> isotz; order_placed_at_utc > order_date > isotz; seller_id >> store; transaction_type >> std; order_id > order_id > oid; listing_title > product_name > title; listing_description >> empty; product_category > category > cat; buy_format >> web
 quantity_sold > quantity > qty; sku > product_id > sku; cost_of_goods >> cost; buyer_name > name > name; buyer_state >> state; buyer_country > country > cc; shipment_id >> lineid; transaction_currency > currency > cur; buyer_paid > (amount) > ltotal; original_item_price > (unit_price) > price; coupon_cost > (discount) > ldisc; post_coupon_price > amount > goods; seller_shipping_charge > (shipping) > 0; commission_fee >> fee; processing_fee >> fee"""),
    ),
    Export(
        "ebay mip",
        "line",
        columns("""
 orderID > order_id > oid; channelID >> web; merchantOrderID > (order_id) > oidA; createdDate > order_date > isoT; buyerID > customer_id > user; buyerFirstName > name > first; buyerLastName > name > last; buyerEmail > email > email; buyerCountry > country > cc; orderSumTotal > (amount) > ototal; orderSumTotalCurrency > currency > cur; orderPaymentStatus > (status) > finstatus
 lineItemID >> lineid; SKU > product_id > sku; title > product_name > title; quantity > quantity > qty; unitPrice > (unit_price) > price; lineItemPriceLines > amount > goods; lineItemSumTax > (tax) > ltax"""),
        statuses=True,
    ),
    Export(
        "depop",
        "order",
        columns("""
 Date of sale > order_date > mdy; Time of sale > (order_time) > time; Date of listing >> day; Bundle >> no; Buyer > customer_id > user; Brand >> web; Description > product_name > title; Size >> size; Item price > (amount|unit_price) > ogoods; Buyer shipping cost > shipping > oship; Total > (amount) > ototal; USPS Cost >> 0; Depop fee >> fee; Depop Payments fee >> fee; Category > category > cat; Name > name > name; City > city > city; State >> state; Country > country > country"""),
        also={"order_time": ("Time of sale",)},
    ),
    Export(
        "gumroad",
        "order",
        columns("""
 Purchase ID > order_id > hash; Item Name > product_name > title; Buyer Name > name > name; Purchase Email > email > email; Buyer Email > (email) > email; Do not contact? >> no; Purchase Date > order_date > day; Purchase Time (UTC timezone) > (order_time) > time; Subtotal ($) > amount > ogoods; Taxes ($) > tax > otax; Shipping ($) > shipping > oship; Sale Price ($) > (amount|unit_price) > ototal; Fees ($) >> fee; Net Total ($) >> goodsfee; Tip ($) >> 0; City > city > city; Country > country > country; Referrer >> web; Refunded? >> no"""),
        also={"order_time": ("Purchase Time (UTC timezone)",)},
    ),
    Export(
        "big cartel",
        "order",
        columns("""
 Number > order_id > oid#; Buyer first name > name > first; Buyer last name > name > last; Buyer email > email > email; Buyer phone number > phone > phone; Date > order_date > day; Time > (order_time) > time; Item count > (quantity) > nitems; Total price > (amount) > ototal; Total discount > discount > odisc; Total shipping > shipping > oship; Total tax > tax > otax; Item total > amount > ogoods; Currency > currency > cur; Shipping city > city > city; Shipping country > country > country; Status > status > Status; Note >> empty"""),
        statuses=True,
        also={"order_time": ("Time",)},
    ),
    Export(
        "faire",
        "line",
        columns("""
 Order Date > order_date > iso; Order Number > order_id > oid; Purchase Order Number >> empty; Retailer Name > name > name; Address 1 >> street; City > city > city; State >> state; Zip Code >> zip; Country > country > country; Product Name > product_name > title; Option Name >> size; SKU > product_id > sku; GTIN >> pnum; Status > status > Status; Quantity > quantity > qty; Wholesale Price > unit_price > price; Ship Date >> empty; Notes >> empty"""),
        statuses=True,
        money=False,
    ),
    Export(
        "kaufland de",
        "line",
        columns("""
 Bestellnummer > order_id > oid; Bestellposition >> lineid; Bestelldatum > order_date > dmy.t; Kundennummer > customer_id > cnum; E-Mail-Adresse > email > email; Vorname Rechnungsadresse > name > first; Nachname Rechnungsadresse > name > last; Ort Rechnungsadresse > city > city; Land Rechnungsadresse > country > cc; EAN > (product_id) > pnum; Angebots-ID > (product_id) > sku; Artikelbezeichnung > product_name > title; Menge > quantity > qty; Einzelpreis brutto > unit_price > price; Währung > currency > cur; Lieferstatus > (status) > std"""),
        delimiter=";",
        decimal=",",
        money=False,
    ),
    Export(
        "mirakl",
        "line",
        columns("""
 Order number > order_id > oid; Order line number >> lineid; Date created > order_date > isoZ; Customer ID > customer_id > cid; Customer first name > name > first; Customer last name > name > last; Billing city > city > city; Billing country > country > cc; Product SKU > product_id > sku; Offer SKU > (product_id) > sku; Details > product_name > title; Category label > category > cat; Quantity > quantity > qty; Unit price > unit_price > price; Amount > (amount) > list; Shipping price > shipping > lship; Commission (excluding taxes) >> fee; Amount transferred to store (including taxes) >> goodsfee; Currency > currency > cur; Status > status > Status"""),
        statuses=True,
        money=False,
    ),
    Export(
        "sumup items",
        "line",
        columns("""
 Account >> store; Date > order_date > dmyt; Transaction ID > order_id > txn; Payment method >> pay; Quantity > quantity > qty; Description > product_name > title; Currency > currency > cur; Price (Gross) > (amount|unit_price) > goods; Price (Net) >> unitnet; Tax > (tax) > ltax; Tax rate >> pct10; Card type >> pay; Card Number > (customer_id) > hash; Email > email > email"""),
        money=False,
    ),
    Export(
        "coupang kr",
        "line",
        columns("""
 번호 >> rowno; 주문번호 > order_id > oid; 주문일시 > order_date > iso; 구매자명 > name > name; 구매자ID > customer_id > user; 구매자이메일 > email > email; 등록상품명 > product_name > title; 업체상품코드 > product_id > sku; 구매수량 > quantity > qty; 판매단가 > unit_price > price; 결제액 > (amount) > goods; 배송비 > (shipping) > 0; 주문상태 >> std"""),
        money=False,
    ),
    Export(
        "ozon ru",
        "line",
        columns(
            """
 Номер заказа > order_id > oid; Номер отправления >> lineid; Принят в обработку > order_date > iso; Статус >> std; Наименование товара > product_name > title; Артикул > product_id > sku; Количество > quantity > qty; Стоимость товара > amount > goods; Код валюты > currency > cur; Имя покупателя > name > name; Номер телефона > phone > phone; Город > city > city""",
        ),
        delimiter=";",
        money=False,
    ),
    Export(
        "takealot",
        "line",
        columns("""
 Order ID > order_id > oid; Order Item ID >> lineid; Order Date > order_date > mon; Sale Status >> std; Customer > name > name; Product Title > product_name > title; TSIN >> pnum; SKU > product_id > sku; Quantity > quantity > qty; Selling Price > (amount|unit_price) > goods; Customer DC >> city; Facility >> store"""),
        money=False,
    ),
    Export(
        "noon",
        "line",
        columns("""
 item_nr >> lineid; order_nr > order_id > oid; order_timestamp > order_date > iso; partner_sku > product_id > sku; title_en > product_name > title; family > category > cat; customer_code > customer_id > cid; country_code > country > cc; offer_price > amount > goods; currency_code > currency > cur; item_status > status > Status; gmv_lcy >> list"""),
        statuses=True,
        money=False,
    ),
    Export(
        "snipcart",
        "order",
        columns("""
 Invoice Number > order_id > invoice; Creation Date > order_date > isoT; Completion Date > (order_date) > isoT; Email > email > email; Card Holder Name > name > name; Billing Address City > city > city; Billing Address Country > country > cc; Items Total > amount > ogoods; Shipping Fees > shipping > oship; Taxes Total > tax > otax; Rebate Amount > (discount) > odisc; Grand Total > (amount) > ototal; Currency > currency > cur; Status > status > Status; Payment Method >> pay"""),
        statuses=True,
    ),
    Export(
        "dhl mode",
        "order",
        columns("""
 Sales Order > order_id > oid; Placed > order_date > iso; Ship Mode >> std; Order State > (status) > Status; Account > customer_id > cid; Account E-mail > email > email; Contact > name > name; Goods value > amount > ogoods; Freight > shipping > oship; VAT > tax > otax; Payable > (amount) > ototal; Handling Fee >> 0; Warehouse >> store"""),
        statuses=True,
    ),
    Export(
        "music store",
        "line",
        columns("""
 cust > customer_id > cnum; date > order_date > day; cds > quantity > qty; dollars > amount > goods"""),
    ),
    Export(
        "crm deals",
        "order",
        columns("""
 Deal ID > order_id > oid; Contact Email > email > email; Contact Name > name > name; Close Date > order_date > day; Deal Value > amount > ogoods; Deal Owner >> owner; Stage >> std; Probability >> 1; Lead Source >> web; Company >> empty"""),
    ),
    Export(
        "restaurant pos",
        "line",
        columns("""
 Check # > order_id > oid; Opened > order_date > us12; Server >> owner; Table >> store; Guest Email > email > email; Menu Item > product_name > title; Menu Group > category > cat; Qty > quantity > qty; Gross Price > (amount|unit_price) > list; Discount > discount > ldisc; Net Price > amount > goods; Tax > tax > ltax; Void? >> no; Dining Option >> std"""),
    ),
    Export(
        "polish shop",
        "line",
        columns("""
 Nr zamówienia > order_id > oid; Data złożenia > order_date > iso; Login > customer_id > user; Adres e-mail > email > email; Imię i nazwisko > name > name; Miasto > city > city; Kraj > country > cc; Nazwa towaru > product_name > title; Symbol > product_id > sku; Ilość > quantity > qty; Cena > unit_price > price; Wartość brutto > amount > goods; Waluta > currency > cur"""),
        delimiter=";",
        decimal=",",
        money=False,
    ),
    Export(
        "subscriptions",
        "order",
        columns("""
 Charge ID > order_id > txn; Subscriber ID > customer_id > cus; Subscriber Email > email > email; Processed At > order_date > isoZ; Plan > product_name > title; Subtotal Price > amount > ogoods; Total Tax > tax > otax; Shipping Total > shipping > oship; Total Price > (amount) > ototal; Currency > currency > cur; Charge Status > (status) > Status; Next Charge Date >> day; Retry Count >> 0"""),
        statuses=True,
    ),
    Export(
        "poshmark",
        "order",
        columns("""
 Order Date > order_date > mon; Order Id > order_id > hash; Listing Date >> day; SKU > product_id > sku; Listing Title > product_name > title; Department > (category) > web; Category > category > cat; Order Price > amount > ogoods; Seller Shipping Discount >> 0; Net Earnings >> goodsfee; Buyer Username > customer_id > user; Buyer State >> state; Buyer Zip Code >> zip; Sales Tax (Paid by Buyer) > tax > otax"""),
        money=False,
    ),
    Export(
        "vinted",
        "order",
        columns("""
 Transaction >> std; Item > product_name > title; Buyer > customer_id > user; Completed on > order_date > iso; Order reference > order_id > oid; Price of item > amount > ogoods; Postage > shipping > oship; Buyer protection fee >> fee; Total paid by buyer > (amount) > ototal; Currency > currency > cur"""),
    ),
    Export(
        "zettle",
        "line",
        columns("""
 Date > order_date > day; Time > order_time > time; Receipt number > order_id > oid; VAT >> pct10; Name > product_name > title; Variant >> size; Unit >> empty; SKU > product_id > sku; Quantity > quantity > qty; Currency > currency > cur; Unit price > unit_price > price; Discount > discount > ldisc; Price > (amount|unit_price) > goods; Staff >> owner; Customer email > email > email; Category > category > cat"""),
    ),
    Export(
        "recharge",
        "order",
        columns("""
 charge_id > (order_id) > lineid; order_number > order_id > oid; customer_id > customer_id > cnum; customer_email > email > email; customer_first_name > name > first; customer_last_name > name > last; charge_processed_at > order_date > isoT; subtotal_price > amount > ogoods; total_discounts > discount > odisc; total_tax > tax > otax; total_shipping > shipping > oship; total_price > (amount) > ototal; currency > currency > cur; product_titles > product_name > prodstr; billing_country > country > country; status >> std"""),
    ),
    Export(
        "booking pms",
        "order",
        columns("""
 Reservation > order_id > oid; Booked on > order_date > dmy; Guest > name > name; Guest e-mail > email > email; Nationality > country > country; Room type > product_name > title; Nights > (quantity) > nitems; Room revenue > amount > ogoods; City tax > (tax) > otax; Extras >> 0; Channel >> web"""),
        money=False,
    ),
    Export(
        "wholesale erp",
        "line",
        columns("""
 DocNum > order_id > oid; DocDate > order_date > day; CardCode > customer_id > cid; CardName > name > name; ItemCode > product_id > sku; Dscription > product_name > title; Quantity > quantity > qty; Price > unit_price > price; LineTotal > amount > goods; VatSum > tax > ltax; Currency > currency > cur; SlpName >> owner; WhsCode >> store"""),
    ),
    Export(
        "dynamics",
        "line",
        columns("""
 Document No. > order_id > oid; Sell-to Customer No. > customer_id > cid; Sell-to Customer Name > name > name; Posting Date > order_date > mdy; No. > product_id > sku; Description > product_name > title; Item Category Code > category > cat; Quantity > quantity > qty; Unit Price Excl. VAT > unit_price > price; Line Discount Amount > discount > ldisc; Line Amount Excl. VAT > amount > goods; Currency Code > currency > cur"""),
    ),
    Export(
        "wildberries en",
        "line",
        columns("""
 srid > order_id > hash; date > order_date > isoT; lastChangeDate >> isoT; supplierArticle > product_id > sku; subject > product_name > title; category > category > cat; brand >> web; quantity > quantity > qty; totalPrice > (amount|unit_price) > list; discountPercent >> pct10; finishedPrice > amount > goods; clientPhone > phone > phone; regionName >> city; countryName > country > country"""),
        money=False,
    ),
    Export(
        "donation crm",
        "order",
        columns("""
 Gift ID > order_id > oid; Gift Date > order_date > mdy; Constituent ID > customer_id > cid; Constituent Name > name > name; Email Address > email > email; Gift Amount > amount > ogoods; Fund > (category) > cat; Appeal >> web; Payment Type >> pay; Country > country > country"""),
    ),
    Export(
        "gym pos",
        "line",
        columns("""
 Sale No > order_id > oid; Sold Date > order_date > dmyt; Member No > customer_id > cnum; Member > name > name; Email > email > email; Item Sold > product_name > title; Revenue Centre > category > cat; Units > quantity > qty; Amount ex GST > amount > goods; GST > tax > ltax; Amount inc GST > (amount) > ltotal; Sold By >> owner"""),
    ),
    Export(
        "farm box fr",
        "line",
        columns("""
 Réf. commande > order_id > oid; Passée le > order_date > dmy.; Adhérent > name > name; Courriel adhérent > email > email; Désignation > product_name > title; Code article > product_id > sku; Famille > category > cat; Qté > quantity > qty; P.U. TTC > unit_price > price; Remise > discount > ldisc; Montant ligne > amount > goods; Livraison >> std"""),
        delimiter=";",
        decimal=",",
    ),
    Export(
        "tienda es",
        "line",
        columns("""
 Nº documento > order_id > oid; Fecha doc. > order_date > dmy; Cód. cliente > customer_id > cid; Razón social > name > name; Correo-e > email > email; Cód. artículo > product_id > sku; Artículo > product_name > title; Familia > category > cat; Uds. > quantity > qty; PVP > unit_price > price; Dto. > discount > ldisc; Total línea > amount > goods; Divisa > currency > cur"""),
        delimiter=";",
        decimal=",",
    ),
    Export(
        "events app",
        "line",
        columns("""
 Ticket Order > order_id > oid; Purchased > order_date > isoT; Attendee > name > name; Attendee Email > email > email; Event > product_name > title; Ticket Type > (category) > cat; Tickets > quantity > qty; Face Value > unit_price > price; Discount Applied > discount > ldisc; Gross Sales > (amount) > list; Net Sales > amount > goods"""),
    ),
    Export(
        "drop shipper",
        "line",
        columns("""
 platform_order_ref > order_id > oid; created_utc > order_date > isoZ; end_customer_email > email > email; end_customer_name > name > name; dest_country_iso2 > country > cc; supplier_sku > product_id > sku; item_desc > product_name > title; qty_ord > quantity > qty; sell_price_each > unit_price > price; line_value > (amount) > list; promo_value > discount > ldisc; line_value_net > amount > goods; freight_paid > shipping > lship; ccy > currency > cur; cogs_line >> cost"""),
    ),
    Export(
        "pharmacy",
        "line",
        columns("""
 Rcpt > order_id > oid; Dt > order_date > day; Loyalty Card > customer_id > cnum; Product Descr > product_name > title; EAN Code > product_id > pnum; Grp > category > cat; Pcs Sold > quantity > qty; Retail Value > amount > goods; Store Nbr >> store; Cashier >> owner"""),
    ),
)
