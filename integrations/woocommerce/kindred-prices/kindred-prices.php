<?php
/**
 * Plugin Name:          Kindred Prices
 * Description:          Shows signed-in customers the price that Kindred quotes them, and everybody else the shop's own.
 * Version:              1.0.0
 * Requires at least:    6.4
 * Requires PHP:         7.4
 * Requires Plugins:     woocommerce
 * WC requires at least: 8.2
 * License:              Apache-2.0
 * License URI:          https://www.apache.org/licenses/LICENSE-2.0
 * Text Domain:          kindred-prices
 *
 * Apache-2.0 goes with version 3 of the GPL, and WordPress and WooCommerce may be used under "version 2
 * (or 3) or any later": who passes the three on together does so under GPL version 3.
 *
 * What holds throughout: on any doubt the shop's own price. A price is what the quote says, never
 * computed from the price that comes into a filter, so that a filter which runs twice changes nothing.
 *
 * @package Kindred\Prices
 */

defined( 'ABSPATH' ) || exit;

const KINDRED_PRICES_OPTION   = 'kindred_prices';
const KINDRED_PRICES_DOWN     = 'kindred_prices_down';
const KINDRED_PRICES_SEND     = 'kindred_prices_send_outcomes';
const KINDRED_PRICES_QUOTE_ID = '_kindred_quote_id';
const KINDRED_PRICES_TOLD     = '_kindred_outcome';
const KINDRED_PRICES_OPT_OUT  = 'kindred_prices_opt_out';

// Seconds. A shop page waits for a quote no longer than this, and after a failure not at all for a while.
const KINDRED_PRICES_TIMEOUT = 1.5;
const KINDRED_PRICES_REST    = 60;
const KINDRED_PRICES_UNKNOWN = 300;

// Seconds. A quote is kept no longer, however long it is valid, so that a kill switch or an opt-out at
// Kindred reaches the shop soon. Asking again while it is valid gives the same quote.
const KINDRED_PRICES_FRESH = 60;

// Of one request to the API; of one page; of one customer; of one order.
const KINDRED_PRICES_BATCH    = 100;
const KINDRED_PRICES_REQUESTS = 4;
const KINDRED_PRICES_KEPT     = 500;
const KINDRED_PRICES_TRIES    = 6;

kindred_prices_hooks();

/**
 * Says to WordPress what is ours to do. By name alone: WooCommerce puts the callbacks of price filters
 * into the key of its cache, and an object's would change with what it holds.
 */
function kindred_prices_hooks() {
	foreach ( array( 'woocommerce_product_get_price', 'woocommerce_product_variation_get_price', 'woocommerce_variation_prices_price' ) as $filter ) {
		add_filter( $filter, 'kindred_prices_price', 99, 2 );
	}
	foreach ( array( 'woocommerce_product_get_sale_price', 'woocommerce_product_variation_get_sale_price', 'woocommerce_variation_prices_sale_price' ) as $filter ) {
		add_filter( $filter, 'kindred_prices_sale_price', 99, 2 );
	}
	add_filter( 'woocommerce_get_variation_prices_hash', 'kindred_prices_hash', 99, 2 );
	add_filter( 'woocommerce_get_price_html', 'kindred_prices_price_html', 99, 2 );
	add_filter( 'woocommerce_get_item_data', 'kindred_prices_item_data', 10, 2 );
	add_filter( 'the_posts', 'kindred_prices_see_posts' );
	add_action( 'template_redirect', 'kindred_prices_no_page_cache', 0 );

	add_action( 'woocommerce_checkout_create_order_line_item', 'kindred_prices_keep_quote_id', 10, 3 );
	add_action( 'woocommerce_order_status_processing', 'kindred_prices_queue_outcomes' );
	add_action( 'woocommerce_order_status_completed', 'kindred_prices_queue_outcomes' );
	add_action( 'woocommerce_order_status_refunded', 'kindred_prices_queue_outcomes' );
	add_action( KINDRED_PRICES_SEND, 'kindred_prices_send_outcomes', 10, 2 );

	add_action( 'woocommerce_edit_account_form', 'kindred_prices_account_field' );
	add_action( 'woocommerce_save_account_details', 'kindred_prices_save_account' );
	add_action( 'admin_menu', 'kindred_prices_menu' );
	add_action( 'admin_init', 'kindred_prices_register_settings' );
	add_filter( 'option_page_capability_kindred_prices', 'kindred_prices_capability' );
	add_action( 'before_woocommerce_init', 'kindred_prices_declare' );
	register_uninstall_hook( __FILE__, 'kindred_prices_uninstall' );
}

// Settings ------------------------------------------------------------------------------------------

/**
 * What the merchant has set. A key in wp-config.php (KINDRED_PRICES_KEY) goes before the stored one.
 *
 * @return array
 */
function kindred_prices_settings() {
	$stored   = get_option( KINDRED_PRICES_OPTION, array() );
	$settings = array_merge(
		array(
			'on'           => false,
			'endpoint'     => '',
			'key'          => '',
			'source_kind'  => 'csv',
			'source_id'    => '',
			'product'      => 'id',
			'allow_higher' => false,
		),
		is_array( $stored ) ? $stored : array()
	);
	if ( defined( 'KINDRED_PRICES_KEY' ) ) {
		$settings['key'] = KINDRED_PRICES_KEY;
	}
	return $settings;
}

/**
 * Settings as they may be stored. A key that is left empty stays as it was.
 *
 * @param mixed $given What the form sent.
 * @return array
 */
function kindred_prices_sanitize( $given ) {
	$given  = is_array( $given ) ? $given : array();
	$stored = get_option( KINDRED_PRICES_OPTION, array() );
	$text   = static function ( $name, $pattern, $default ) use ( $given ) {
		$value = isset( $given[ $name ] ) && is_string( $given[ $name ] ) ? trim( wp_unslash( $given[ $name ] ) ) : '';
		return preg_match( $pattern, $value ) ? $value : $default;
	};
	$key    = $text( 'key', '/^kk_[A-Za-z0-9_.-]{10,260}\z/', '' );
	return array(
		'on'           => ! empty( $given['on'] ),
		'endpoint'     => rtrim( $text( 'endpoint', '#^(https://|http://(localhost|127\.0\.0\.1)(:\d+)?(/|\z))[^\s?\#@]*\z#', '' ), '/' ),
		'key'          => '' !== $key ? $key : ( is_array( $stored ) && isset( $stored['key'] ) ? $stored['key'] : '' ),
		'source_kind'  => $text( 'source_kind', '/^[a-z]{1,20}\z/', 'csv' ),
		'source_id'    => $text( 'source_id', '/^[A-Za-z0-9_-]{1,128}\z/', '' ),
		'product'      => $text( 'product', '/^(id|sku)\z/', 'id' ),
		'allow_higher' => ! empty( $given['allow_higher'] ),
	);
}

// When prices are ours to change ------------------------------------------------------------------------

/**
 * The customer for whom this request shows prices; 0 where the shop's own prices stay: guests, who opted
 * out, the back office, the REST API of programs, cron and the command line.
 *
 * @return int
 */
function kindred_prices_customer() {
	if ( is_admin() || wp_doing_cron() || ( defined( 'WP_CLI' ) && WP_CLI ) || ( defined( 'XMLRPC_REQUEST' ) && XMLRPC_REQUEST ) ) {
		return 0;
	}
	if ( kindred_prices_is_other_rest() || ! did_action( 'init' ) ) {
		return 0;
	}
	$settings = kindred_prices_settings();
	if ( ! $settings['on'] || '' === $settings['endpoint'] || '' === $settings['key'] || '' === $settings['source_id'] ) {
		return 0;
	}
	$user_id = get_current_user_id();
	if ( ! $user_id || get_user_meta( $user_id, KINDRED_PRICES_OPT_OUT, true ) ) {
		return 0;
	}
	return (int) $user_id;
}

/**
 * Whether this is a request to the REST API that is no shopper's: all but the Store API, by which the
 * blocks of cart and checkout ask. By the address, since prices are asked before WordPress routes it.
 *
 * @return bool
 */
function kindred_prices_is_other_rest() {
	// phpcs:disable WordPress.Security.NonceVerification, WordPress.Security.ValidatedSanitizedInput -- compared, never used.
	$uri   = isset( $_SERVER['REQUEST_URI'] ) ? (string) $_SERVER['REQUEST_URI'] : '';
	$route = isset( $_GET['rest_route'] ) && is_string( $_GET['rest_route'] ) ? $_GET['rest_route'] : '';
	// phpcs:enable
	$path   = strtok( $uri, '?' ) . '/';
	$prefix = '/' . rest_get_url_prefix() . '/';
	$at     = strpos( $path, $prefix );
	if ( '' === $route && false !== $at ) {
		$route = substr( $path, $at + strlen( $prefix ) - 1 );
	}
	$is_rest = '' !== $route || ( defined( 'REST_REQUEST' ) && REST_REQUEST );
	return $is_rest && 0 !== strpos( $route, '/wc/store/' );
}

/**
 * Tells page caches that a signed-in customer's page is this customer's alone.
 */
function kindred_prices_no_page_cache() {
	if ( ! kindred_prices_customer() ) {
		return;
	}
	if ( ! defined( 'DONOTCACHEPAGE' ) ) {
		define( 'DONOTCACHEPAGE', true ); // The name that page caches have agreed on.
	}
	nocache_headers();
}

// Prices ------------------------------------------------------------------------------------------------

/**
 * The price of a product or a variation for the customer of this request.
 *
 * @param mixed      $price   As the shop and other plugins have it.
 * @param WC_Product $product Whose price it is.
 * @return mixed
 */
function kindred_prices_price( $price, $product ) {
	$quote = kindred_prices_quote( $product );
	return null === $quote ? $price : $quote['price'];
}

/**
 * The sale price. Where a quote may be shown as a reduction of the regular price, and only there, it is
 * one; else nothing is struck through beside a personal price.
 *
 * @param mixed      $price   As the shop and other plugins have it.
 * @param WC_Product $product Whose price it is.
 * @return mixed
 */
function kindred_prices_sale_price( $price, $product ) {
	$quote = kindred_prices_quote( $product );
	if ( null === $quote || ! kindred_prices_differs( $quote['price'], $product->get_price( 'edit' ) ) ) {
		return $price;
	}
	$is_reduction = null !== $quote['reference_price'] && ! kindred_prices_differs( $quote['reference_price'], $product->get_regular_price( 'edit' ) );
	return $is_reduction ? $quote['price'] : '';
}

/**
 * The key under which WooCommerce caches the prices of variations: with what this customer pays. Who pays
 * the same shares an entry, nobody else does, and what is cached doesn't grow with every customer.
 *
 * @param array      $hash    What the key is made of.
 * @param WC_Product $product The variable product.
 * @return array
 */
function kindred_prices_hash( $hash, $product ) {
	if ( ! kindred_prices_customer() ) {
		return $hash;
	}
	$prices = array();
	foreach ( $product->get_children() as $child_id ) {
		$child = wc_get_product( $child_id );
		$quote = $child ? kindred_prices_quote( $child ) : null;
		if ( null !== $quote ) {
			$prices[ $child_id ] = array( $quote['price'], $quote['reference_price'] );
		}
	}
	$hash['kindred_prices'] = $prices;
	return $hash;
}

/**
 * The quote that holds for a product now, or null where the shop's own price stays.
 *
 * @param mixed $product A product or a variation.
 * @return array|null With price, reference_price, quote_id, disclosure.
 */
function kindred_prices_quote( $product ) {
	$user_id = kindred_prices_customer();
	if ( ! $user_id || ! is_object( $product ) || ! is_callable( array( $product, 'get_id' ) ) || ! $product->get_id() ) {
		return null;
	}
	if ( is_callable( array( $product, 'is_type' ) ) && $product->is_type( array( 'variable', 'grouped', 'external' ) ) ) {
		return null; // What costs nothing itself.
	}
	$id     = kindred_prices_product_id( $product );
	$quotes = &kindred_prices_quotes( $user_id );
	if ( ! kindred_prices_holds( isset( $quotes[ $id ] ) ? $quotes[ $id ] : null ) ) {
		kindred_prices_ask( $user_id, $product );
	}
	$quote = isset( $quotes[ $id ] ) ? $quotes[ $id ] : null;
	return kindred_prices_holds( $quote ) && kindred_prices_fits( $quote, $product ) ? $quote : null;
}

/**
 * The moment of this request: one for all of it. Were a quote to end between the key of a cached price and
 * the price itself, the one would be kept under the other's.
 *
 * @return int
 */
function kindred_prices_now() {
	return isset( $_SERVER['REQUEST_TIME'] ) ? (int) $_SERVER['REQUEST_TIME'] : time();
}

/**
 * Whether a quote's time isn't over.
 *
 * @param array|null $quote A quote as it is kept.
 * @return bool
 */
function kindred_prices_holds( $quote ) {
	return is_array( $quote ) && kindred_prices_now() < $quote['until'];
}

/**
 * Whether a quote is about this product as the shop sells it now: in its currency, with or without tax as
 * its prices are, from a public price that is the shop's, and not above it unless the merchant says so.
 *
 * @param array      $quote   A quote as it is kept.
 * @param WC_Product $product The product.
 * @return bool
 */
function kindred_prices_fits( $quote, $product ) {
	$own = $product->get_price( 'edit' );
	if ( null === $quote['price'] || ! is_numeric( $own ) || get_woocommerce_currency() !== $quote['currency'] || wc_prices_include_tax() !== $quote['tax_included'] ) {
		return false;
	}
	$settings   = kindred_prices_settings();
	$is_current = ! kindred_prices_differs( $quote['base_price'], $own );
	if ( $settings['allow_higher'] ) {
		return $is_current;
	}
	$is_current = $is_current || ! kindred_prices_differs( $quote['base_price'], $product->get_regular_price( 'edit' ) );
	return $is_current && (float) $quote['price'] <= (float) $own;
}

/**
 * Whether two amounts are two, at the decimals that the shop shows.
 *
 * @param mixed $one   An amount.
 * @param mixed $other Another.
 * @return bool
 */
function kindred_prices_differs( $one, $other ) {
	if ( ! is_numeric( $one ) || ! is_numeric( $other ) ) {
		return true;
	}
	$decimals = wc_get_price_decimals();
	return number_format( (float) $one, $decimals, '.', '' ) !== number_format( (float) $other, $decimals, '.', '' );
}

/**
 * The quotes of one customer, as this request knows them, by product: a reference, so that they are read
 * once. They lie under the customer's own id and name it again, so that no cache can mix them up.
 *
 * @param int $user_id The customer.
 * @return array
 */
function &kindred_prices_quotes( $user_id ) {
	static $known = array();
	$place        = kindred_prices_place( $user_id );
	if ( ! isset( $known[ $place ] ) ) {
		$kept            = get_transient( 'kindred_prices_' . $user_id );
		$is_theirs       = is_array( $kept ) && isset( $kept['place'], $kept['quotes'] ) && $place === $kept['place'] && is_array( $kept['quotes'] );
		$known[ $place ] = $is_theirs ? array_filter( $kept['quotes'], 'kindred_prices_holds' ) : array();
	}
	return $known[ $place ];
}

/**
 * What a customer's quotes belong to: the customer, and where and by which ids they were asked.
 *
 * @param int $user_id The customer.
 * @return string
 */
function kindred_prices_place( $user_id ) {
	$settings = kindred_prices_settings();
	unset( $settings['key'], $settings['on'], $settings['allow_higher'] );
	return md5( wp_json_encode( array( $user_id, md5( kindred_prices_customer_id( $user_id ) ), $settings ) ) );
}

/**
 * Asks for the quotes of a product and of whatever else this page is likely to show, in one request, and
 * keeps them for the customer, a minute at most. Whatever goes wrong: nothing, and no further try for a
 * while, in this request none at all.
 *
 * @param int        $user_id The customer.
 * @param WC_Product $product The product whose price is wanted.
 */
function kindred_prices_ask( $user_id, $product ) {
	static $left = KINDRED_PRICES_REQUESTS;
	if ( $left <= 0 || get_transient( KINDRED_PRICES_DOWN ) ) {
		$left = 0;
		return;
	}
	--$left;
	$quotes = &kindred_prices_quotes( $user_id );
	$wanted = array();
	foreach ( kindred_prices_batch( $product ) as $id ) {
		if ( ! kindred_prices_holds( isset( $quotes[ $id ] ) ? $quotes[ $id ] : null ) ) {
			$wanted[] = (string) $id;
		}
	}
	$found = kindred_prices_request( $user_id, $wanted );
	if ( null === $found ) {
		$left = 0;
		return;
	}
	$none = array(
		'price' => null,
		'until' => kindred_prices_now() + KINDRED_PRICES_UNKNOWN,
	);
	foreach ( $wanted as $id ) {
		$quotes[ $id ] = isset( $found[ $id ] ) ? $found[ $id ] : $none;
	}
	$kept = array_slice( array_filter( $quotes, 'kindred_prices_holds' ), -KINDRED_PRICES_KEPT, null, true );
	if ( $kept ) {
		set_transient(
			'kindred_prices_' . $user_id,
			array(
				'place'  => kindred_prices_place( $user_id ),
				'quotes' => $kept,
			),
			max( array_column( $kept, 'until' ) ) - kindred_prices_now()
		);
	}
}

/**
 * The ids of up to a hundred products to ask for at once: the one that is wanted, its sister variations,
 * what is in the cart, and what queries of this page have found so far.
 *
 * @param WC_Product $product The product whose price is wanted.
 * @return array
 */
function kindred_prices_batch( $product ) {
	$ids    = array( kindred_prices_product_id( $product ) => true );
	$others = array();
	$parent = $product->get_parent_id() ? wc_get_product( $product->get_parent_id() ) : null;
	if ( $parent ) {
		$others = $parent->get_children();
	}
	if ( function_exists( 'WC' ) && WC()->cart && did_action( 'woocommerce_cart_loaded_from_session' ) ) {
		foreach ( WC()->cart->get_cart() as $item ) {
			$others[] = $item['data'];
		}
	}
	foreach ( array_merge( $others, kindred_prices_see_posts( null ) ) as $one ) {
		if ( count( $ids ) >= KINDRED_PRICES_BATCH ) {
			break;
		}
		$one = is_object( $one ) ? $one : wc_get_product( $one );
		if ( $one && ! $one->is_type( array( 'variable', 'grouped', 'external' ) ) ) {
			$ids[ kindred_prices_product_id( $one ) ] = true;
		}
	}
	return array_map( 'strval', array_keys( $ids ) );
}

/**
 * Remembers which products this page's queries have found, before the first of them is shown.
 *
 * @param array|null $posts What a query found; null asks for what was remembered.
 * @return array The posts as they came; or the ids.
 */
function kindred_prices_see_posts( $posts ) {
	static $seen = array();
	if ( null === $posts ) {
		return array_keys( $seen );
	}
	foreach ( (array) $posts as $post ) {
		if ( is_object( $post ) && isset( $post->post_type, $post->ID ) && 'product' === $post->post_type && count( $seen ) < KINDRED_PRICES_BATCH ) {
			$seen[ (int) $post->ID ] = true;
		}
	}
	return $posts;
}

/**
 * The id under which Kindred knows a product: the shop's own, or the SKU where there is one.
 *
 * @param WC_Product $product The product.
 * @return string
 */
function kindred_prices_product_id( $product ) {
	$settings = kindred_prices_settings();
	$sku      = 'sku' === $settings['product'] ? (string) $product->get_sku( 'edit' ) : '';
	return '' !== $sku ? $sku : (string) $product->get_id();
}

// The API -----------------------------------------------------------------------------------------------

/**
 * Quotes for a customer, by product; null if there was no answer that can be relied on.
 *
 * @param int      $user_id     The customer.
 * @param string[] $product_ids At most a hundred.
 * @return array|null
 */
function kindred_prices_request( $user_id, $product_ids ) {
	$settings    = kindred_prices_settings();
	$customer_id = kindred_prices_customer_id( $user_id );
	if ( '' === $customer_id || array() === $product_ids ) {
		return null;
	}
	$country = kindred_prices_country( $user_id );
	$items   = array();
	foreach ( $product_ids as $id ) {
		$item    = array(
			'customer_id' => $customer_id,
			'product_id'  => $id,
		);
		$items[] = $country ? $item + array( 'context' => array( 'country' => $country ) ) : $item;
	}
	$answer = kindred_prices_post(
		'/api/v1/prices',
		array(
			'source' => array(
				'kind' => $settings['source_kind'],
				'id'   => $settings['source_id'],
			),
			'items'  => $items,
		),
		KINDRED_PRICES_TIMEOUT
	);
	if ( 200 !== $answer['status'] || ! isset( $answer['body']['quotes'] ) || ! is_array( $answer['body']['quotes'] ) ) {
		kindred_prices_rest( $answer );
		return null;
	}
	$quotes = array();
	foreach ( $answer['body']['quotes'] as $quote ) {
		// Only what was asked for, and for whom: an answer that is another's is no answer.
		if ( is_array( $quote ) && isset( $quote['customer_id'], $quote['product_id'] ) && $customer_id === $quote['customer_id'] && in_array( $quote['product_id'], $product_ids, true ) ) {
			$read = kindred_prices_read( $quote );
			if ( null !== $read ) {
				$quotes[ $quote['product_id'] ] = $read;
			}
		}
	}
	return $quotes;
}

/**
 * A quote as it is kept; null where it says no price, or one that isn't to be understood.
 *
 * @param array $quote As the API sent it.
 * @return array|null
 */
function kindred_prices_read( $quote ) {
	$amount = '/^\d{1,12}(\.\d{1,4})?\z/';
	foreach ( array( 'price', 'base_price', 'currency', 'valid_until' ) as $name ) {
		if ( ! isset( $quote[ $name ] ) || ! is_string( $quote[ $name ] ) ) {
			return null;
		}
	}
	$until = strtotime( $quote['valid_until'] );
	if ( ! preg_match( $amount, $quote['price'] ) || ! preg_match( $amount, $quote['base_price'] ) || ! $until || ! isset( $quote['tax_included'] ) || ! is_bool( $quote['tax_included'] ) ) {
		return null;
	}
	$reference  = isset( $quote['reference_price'] ) && is_string( $quote['reference_price'] ) && preg_match( $amount, $quote['reference_price'] ) ? $quote['reference_price'] : null;
	$disclosure = isset( $quote['disclosure']['text'] ) && is_string( $quote['disclosure']['text'] ) ? $quote['disclosure']['text'] : '';
	return array(
		'price'           => $quote['price'],
		'base_price'      => $quote['base_price'],
		'reference_price' => $reference,
		'currency'        => $quote['currency'],
		'tax_included'    => $quote['tax_included'],
		'quote_id'        => isset( $quote['quote_id'] ) && is_string( $quote['quote_id'] ) ? $quote['quote_id'] : '',
		'disclosure'      => $disclosure,
		'until'           => min( $until, kindred_prices_now() + KINDRED_PRICES_FRESH ),
	);
}

/**
 * Who a customer is to Kindred: the shop's own id, which nobody can choose.
 *
 * @param int $user_id The customer.
 * @return string Empty where the shop's own prices stay.
 */
function kindred_prices_customer_id( $user_id ) {
	/**
	 * The id by which Kindred knows a customer, for shops that know customers by something else.
	 *
	 * It must be something that a customer can't choose. `user_email` isn't: WooCommerce lets customers
	 * enter any address that is free, and who enters another's would see that one's prices. A shop that
	 * verifies addresses returns the one that it has verified, and '' where there is none.
	 *
	 * @param string $id      The shop's own id.
	 * @param int    $user_id The customer.
	 */
	return (string) apply_filters( 'kindred_prices_customer_id', (string) $user_id, $user_id );
}

/**
 * Where a customer is billed, which says what has to be told about a price: `DE`, `US-NY`.
 *
 * @param int $user_id The customer.
 * @return string Empty where it isn't known.
 */
function kindred_prices_country( $user_id ) {
	$country = (string) get_user_meta( $user_id, 'billing_country', true );
	$state   = 'US' === $country ? (string) get_user_meta( $user_id, 'billing_state', true ) : '';
	$place   = $country . ( preg_match( '/^[A-Z]{2}\z/', $state ) ? "-$state" : '' );
	return preg_match( '/^[A-Z]{2}(-[A-Z]{2})?\z/', $place ) ? $place : '';
}

/**
 * Sends JSON to Kindred.
 *
 * @param string $path    Below the endpoint.
 * @param array  $body    What is sent.
 * @param float  $timeout Seconds.
 * @return array With status (0: none), body (null: no JSON) and retry_after.
 */
function kindred_prices_post( $path, $body, $timeout ) {
	$settings = kindred_prices_settings();
	$answer   = wp_remote_post(
		$settings['endpoint'] . $path,
		array(
			'timeout'             => $timeout,
			'redirection'         => 0,
			'limit_response_size' => 1000000,
			'headers'             => array(
				'Authorization' => 'Bearer ' . $settings['key'],
				'Content-Type'  => 'application/json',
				'Accept'        => 'application/json',
			),
			'body'                => wp_json_encode( $body ),
			'data_format'         => 'body',
		)
	);
	if ( is_wp_error( $answer ) ) {
		return array(
			'status'      => 0,
			'body'        => null,
			'retry_after' => 0,
		);
	}
	return array(
		'status'      => (int) wp_remote_retrieve_response_code( $answer ),
		'body'        => json_decode( (string) wp_remote_retrieve_body( $answer ), true ),
		'retry_after' => (int) wp_remote_retrieve_header( $answer, 'retry-after' ),
	);
}

/**
 * Leaves Kindred alone for a while after a failure, so that no further page waits for it.
 *
 * @param array $answer What came instead of quotes.
 */
function kindred_prices_rest( $answer ) {
	$seconds = max( KINDRED_PRICES_REST, min( $answer['retry_after'], 600 ) );
	set_transient( KINDRED_PRICES_DOWN, $answer['status'] ? $answer['status'] : 'silent', $seconds );
	wc_get_logger()->warning(
		sprintf( 'No quotes: status %d. The shop\'s own prices are shown for %d seconds.', $answer['status'], $seconds ),
		array( 'source' => 'kindred-prices' )
	);
}

// What stands next to a price ----------------------------------------------------------------------------

/**
 * A price with what the law wants said beside it.
 *
 * @param string     $html    The price.
 * @param WC_Product $product Whose price it is.
 * @return string
 */
function kindred_prices_price_html( $html, $product ) {
	$text = '';
	if ( '' !== $html && kindred_prices_customer() ) {
		$children = $product->is_type( 'variable' ) ? $product->get_children() : array( $product );
		foreach ( $children as $child ) {
			$child = is_object( $child ) ? $child : wc_get_product( $child );
			$quote = $child ? kindred_prices_quote( $child ) : null;
			$text  = null !== $quote ? $quote['disclosure'] : '';
			if ( '' !== $text ) {
				break;
			}
		}
	}
	return '' === $text ? $html : $html . ' <small class="kindred-disclosure">' . esc_html( $text ) . '</small>';
}

/**
 * The same in cart and checkout, of both kinds: both show what an item is said to have.
 *
 * @param array $data Pairs of key and value.
 * @param array $item The item of the cart.
 * @return array
 */
function kindred_prices_item_data( $data, $item ) {
	$quote = kindred_prices_quote( isset( $item['data'] ) ? $item['data'] : null );
	if ( null !== $quote && '' !== $quote['disclosure'] ) {
		$data[] = array(
			'key'   => __( 'Price', 'kindred-prices' ),
			'value' => esc_html( $quote['disclosure'] ),
		);
	}
	return $data;
}

// What became of a quote ----------------------------------------------------------------------------------

/**
 * Keeps with an order's item the quote that its price was.
 *
 * @param WC_Order_Item_Product $item   The item that is being made.
 * @param string                $key    Of the cart's item.
 * @param array                 $values The cart's item.
 */
function kindred_prices_keep_quote_id( $item, $key, $values ) {
	$quote = kindred_prices_quote( isset( $values['data'] ) ? $values['data'] : null );
	if ( null !== $quote && '' !== $quote['quote_id'] ) {
		$item->add_meta_data( KINDRED_PRICES_QUOTE_ID, $quote['quote_id'], true );
	}
}

/**
 * Has an order's outcomes sent later, by nobody's page.
 *
 * @param int $order_id The order.
 */
function kindred_prices_queue_outcomes( $order_id ) {
	$order = wc_get_order( $order_id );
	if ( ! $order ) {
		return;
	}
	foreach ( $order->get_items() as $item ) {
		if ( $item->get_meta( KINDRED_PRICES_QUOTE_ID ) ) {
			as_enqueue_async_action( KINDRED_PRICES_SEND, array( (int) $order_id, 1 ), 'kindred-prices' );
			return;
		}
	}
}

/**
 * Tells Kindred what became of an order's quotes; what it didn't hear it is told again later.
 *
 * @param int $order_id The order.
 * @param int $try      Which try this is.
 */
function kindred_prices_send_outcomes( $order_id, $try ) {
	$order = wc_get_order( $order_id );
	if ( ! $order ) {
		return;
	}
	$outcome = $order->has_status( 'refunded' ) ? 'refunded' : 'bought';
	$failed  = false;
	foreach ( $order->get_items() as $item ) {
		$quote_id = (string) $item->get_meta( KINDRED_PRICES_QUOTE_ID );
		if ( '' === $quote_id || $outcome === $item->get_meta( KINDRED_PRICES_TOLD ) ) {
			continue;
		}
		$answer = kindred_prices_post(
			'/api/v1/outcomes',
			array(
				'quote_id' => $quote_id,
				'outcome'  => $outcome,
				'quantity' => max( 1, (int) $item->get_quantity() ),
			),
			10
		);
		// What is refused as it stands is refused the next time too.
		$is_over = ( $answer['status'] >= 200 && $answer['status'] < 300 ) || in_array( $answer['status'], array( 400, 404, 409 ), true );
		if ( $is_over ) {
			$item->update_meta_data( KINDRED_PRICES_TOLD, $outcome );
			$item->save();
		}
		$failed = $failed || ! $is_over;
	}
	if ( $failed && $try < KINDRED_PRICES_TRIES ) {
		as_schedule_single_action( time() + 60 * 4 ** $try, KINDRED_PRICES_SEND, array( (int) $order_id, $try + 1 ), 'kindred-prices' );
	}
}

// The customer's own choice -------------------------------------------------------------------------------

/**
 * The field of the account by which a customer wants public prices.
 */
function kindred_prices_account_field() {
	$is_out = (bool) get_user_meta( get_current_user_id(), KINDRED_PRICES_OPT_OUT, true );
	?>
	<p class="woocommerce-form-row form-row form-row-wide">
		<label>
			<input type="checkbox" name="kindred_prices_opt_out" value="1" <?php checked( $is_out ); ?> />
			<?php esc_html_e( 'Show me the prices that everybody sees, and none made for me.', 'kindred-prices' ); ?>
		</label>
	</p>
	<?php
}

/**
 * Keeps that choice. WooCommerce has checked the form's nonce before it says that it is saved.
 *
 * @param int $user_id The customer.
 */
function kindred_prices_save_account( $user_id ) {
	// phpcs:ignore WordPress.Security.NonceVerification.Missing -- see above.
	if ( ! empty( $_POST['kindred_prices_opt_out'] ) ) {
		update_user_meta( $user_id, KINDRED_PRICES_OPT_OUT, '1' );
	} else {
		delete_user_meta( $user_id, KINDRED_PRICES_OPT_OUT );
	}
	delete_transient( 'kindred_prices_' . (int) $user_id );
}

// The page of settings ------------------------------------------------------------------------------------

/**
 * Who may change the settings.
 *
 * @return string
 */
function kindred_prices_capability() {
	return 'manage_woocommerce';
}

/**
 * The page below WooCommerce's own.
 */
function kindred_prices_menu() {
	add_submenu_page( 'woocommerce', __( 'Kindred Prices', 'kindred-prices' ), __( 'Kindred Prices', 'kindred-prices' ), kindred_prices_capability(), 'kindred-prices', 'kindred_prices_page' );
}

/**
 * The one option, and what makes it safe to store.
 */
function kindred_prices_register_settings() {
	register_setting(
		'kindred_prices',
		KINDRED_PRICES_OPTION,
		array(
			'type'              => 'array',
			'sanitize_callback' => 'kindred_prices_sanitize',
			'show_in_rest'      => false,
		)
	);
}

/**
 * Shows the page. The key isn't on it.
 */
function kindred_prices_page() {
	if ( ! current_user_can( kindred_prices_capability() ) ) {
		return;
	}
	$settings = kindred_prices_settings();
	$texts    = array(
		'endpoint'    => array( __( 'Address of Kindred', 'kindred-prices' ), 'https://my-project.web.app' ),
		'source_kind' => array( __( 'Kind of source', 'kindred-prices' ), 'csv' ),
		'source_id'   => array( __( 'Id of the source', 'kindred-prices' ), '' ),
	);
	$choices  = array(
		'product' => array( __( 'Products are known by', 'kindred-prices' ), array( 'id', 'sku' ) ),
	);
	$switches = array(
		'on'           => __( 'Show signed-in customers quoted prices', 'kindred-prices' ),
		'allow_higher' => __( 'Let a quote be above the shop\'s own price', 'kindred-prices' ),
	);
	?>
	<div class="wrap">
		<h1><?php esc_html_e( 'Kindred Prices', 'kindred-prices' ); ?></h1>
		<form action="options.php" method="post">
			<?php settings_fields( 'kindred_prices' ); ?>
			<table class="form-table" role="presentation">
				<?php foreach ( $texts as $name => $text ) : ?>
					<tr>
						<th scope="row"><label for="kindred-<?php echo esc_attr( $name ); ?>"><?php echo esc_html( $text[0] ); ?></label></th>
						<td><input class="regular-text" id="kindred-<?php echo esc_attr( $name ); ?>" name="kindred_prices[<?php echo esc_attr( $name ); ?>]" value="<?php echo esc_attr( $settings[ $name ] ); ?>" placeholder="<?php echo esc_attr( $text[1] ); ?>" /></td>
					</tr>
				<?php endforeach; ?>
				<tr>
					<th scope="row"><label for="kindred-key"><?php esc_html_e( 'Key', 'kindred-prices' ); ?></label></th>
					<td><input class="regular-text" id="kindred-key" name="kindred_prices[key]" type="password" value="" autocomplete="off" placeholder="<?php echo esc_attr( '' === $settings['key'] ? 'kk_…' : __( 'kept; fill in to change it', 'kindred-prices' ) ); ?>" /></td>
				</tr>
				<?php foreach ( $choices as $name => $choice ) : ?>
					<tr>
						<th scope="row"><label for="kindred-<?php echo esc_attr( $name ); ?>"><?php echo esc_html( $choice[0] ); ?></label></th>
						<td>
							<select id="kindred-<?php echo esc_attr( $name ); ?>" name="kindred_prices[<?php echo esc_attr( $name ); ?>]">
								<?php foreach ( $choice[1] as $value ) : ?>
									<option <?php selected( $settings[ $name ], $value ); ?>><?php echo esc_html( $value ); ?></option>
								<?php endforeach; ?>
							</select>
						</td>
					</tr>
				<?php endforeach; ?>
				<?php foreach ( $switches as $name => $label ) : ?>
					<tr>
						<th scope="row"></th>
						<td><label><input type="checkbox" name="kindred_prices[<?php echo esc_attr( $name ); ?>]" value="1" <?php checked( $settings[ $name ] ); ?> /> <?php echo esc_html( $label ); ?></label></td>
					</tr>
				<?php endforeach; ?>
			</table>
			<?php submit_button(); ?>
		</form>
	</div>
	<?php
}

/**
 * Says to WooCommerce that orders in tables of their own and the blocks of cart and checkout are fine.
 */
function kindred_prices_declare() {
	if ( class_exists( '\Automattic\WooCommerce\Utilities\FeaturesUtil' ) ) {
		\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'custom_order_tables', __FILE__, true );
		\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'cart_checkout_blocks', __FILE__, true );
	}
}

/**
 * Removes what this plugin has stored, but for what stands in orders.
 */
function kindred_prices_uninstall() {
	global $wpdb;
	delete_option( KINDRED_PRICES_OPTION );
	delete_transient( KINDRED_PRICES_DOWN );
	delete_metadata( 'user', 0, KINDRED_PRICES_OPT_OUT, '', true );
	if ( function_exists( 'as_unschedule_all_actions' ) ) {
		as_unschedule_all_actions( KINDRED_PRICES_SEND );
	}
	foreach ( array( '_transient_kindred_prices_', '_transient_timeout_kindred_prices_' ) as $prefix ) {
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- there is no other way to remove transients of all customers.
		$wpdb->query( $wpdb->prepare( "DELETE FROM {$wpdb->options} WHERE option_name LIKE %s", $wpdb->esc_like( $prefix ) . '%' ) );
	}
}
