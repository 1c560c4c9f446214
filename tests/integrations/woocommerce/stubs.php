<?php
/**
 * As much of WordPress and WooCommerce as the plugin calls, in memory: what a request is like is said in
 * $GLOBALS['world'], and what the plugin did stands there afterwards.
 */

error_reporting( E_ALL );
set_error_handler(
	static function ( $level, $message, $file, $line ) {
		throw new ErrorException( $message, 0, $level, $file, $line );
	}
);

define( 'ABSPATH', '/' );

// As Kindred makes them: the key's id, the merchant's uid, the secret.
const A_KEY       = 'kk_k1k2k3k4k5k6k7k8k9k0.A-merchants_uid-of-28-signs0.secret-of_43-signs_________________________';
const ANOTHER_KEY = 'kk_z1z2z3z4z5z6z7z8z9z0.A-merchants_uid-of-28-signs0.another-of_43-signs________________________';

function new_world() {
	return array(
		'filters'    => array(),
		'options'    => array(
			'kindred_prices' => array(
				'on'          => true,
				'endpoint'    => 'https://kindred.example',
				'key'         => A_KEY,
				'source_kind' => 'woocommerce',
				'source_id'   => 'shop',
			),
		),
		'transients' => array(),
		'lifetimes'  => array(),
		'user_meta'  => array(),
		'user'       => 7,
		'admin'      => false,
		'cron'       => false,
		'done'       => array( 'init' => true ),
		'products'   => array(),
		'orders'     => array(),
		'cart'       => array(),
		'currency'   => 'EUR',
		'decimals'   => 2,
		'with_tax'   => true,
		'sent'       => array(),
		'answer'     => 'answer_with_quotes',
		'queued'     => array(),
		'logged'     => array(),
		'headers'    => 0,
		'discount'   => 5.01,
		'extra'      => array(),
	);
}
$GLOBALS['world'] = new_world();
$_SERVER['REQUEST_URI']  = '/shop/';
$_SERVER['REQUEST_TIME'] = time();

function add_filter( $name, $callback, $priority = 10, $accepted = 1 ) {
	$GLOBALS['world']['filters'][ $name ][] = array( $callback, $accepted );
}
function add_action( $name, $callback, $priority = 10, $accepted = 1 ) {
	add_filter( $name, $callback, $priority, $accepted );
}
function apply_filters( $name, $value, ...$more ) {
	foreach ( $GLOBALS['world']['filters'][ $name ] ?? array() as list( $callback, $accepted ) ) {
		$value = $callback( ...array_slice( array( $value, ...$more ), 0, $accepted ) );
	}
	return $value;
}
function do_action( $name, ...$more ) {
	foreach ( $GLOBALS['world']['filters'][ $name ] ?? array() as list( $callback, $accepted ) ) {
		$callback( ...array_slice( $more, 0, $accepted ) );
	}
}
function did_action( $name ) {
	return isset( $GLOBALS['world']['done'][ $name ] ) ? 1 : 0;
}
function register_uninstall_hook( $file, $callback ) {
	$GLOBALS['world']['uninstall'] = $callback;
}
function get_option( $name, $default = false ) {
	return $GLOBALS['world']['options'][ $name ] ?? $default;
}
function delete_option( $name ) {
	unset( $GLOBALS['world']['options'][ $name ] );
}
function get_transient( $name ) {
	return $GLOBALS['world']['transients'][ $name ] ?? false;
}
function set_transient( $name, $value, $seconds ) {
	$GLOBALS['world']['transients'][ $name ] = $value;
	$GLOBALS['world']['lifetimes'][ $name ]  = $seconds;
}
function delete_transient( $name ) {
	unset( $GLOBALS['world']['transients'][ $name ] );
}
function get_current_user_id() {
	return $GLOBALS['world']['user'];
}
function get_user_meta( $user_id, $name, $single ) {
	return $GLOBALS['world']['user_meta'][ $user_id ][ $name ] ?? '';
}
function update_user_meta( $user_id, $name, $value ) {
	$GLOBALS['world']['user_meta'][ $user_id ][ $name ] = $value;
}
function delete_user_meta( $user_id, $name ) {
	unset( $GLOBALS['world']['user_meta'][ $user_id ][ $name ] );
}
function delete_metadata( $type, $id, $name, $value, $all ) {
	foreach ( array_keys( $GLOBALS['world']['user_meta'] ) as $user_id ) {
		delete_user_meta( $user_id, $name );
	}
}
function is_admin() {
	return $GLOBALS['world']['admin'];
}
function wp_doing_cron() {
	return $GLOBALS['world']['cron'];
}
function rest_get_url_prefix() {
	return 'wp-json';
}
function nocache_headers() {
	++$GLOBALS['world']['headers'];
}
function wp_json_encode( $value ) {
	return json_encode( $value );
}
function wp_unslash( $value ) {
	return stripslashes( $value );
}
function esc_html( $text ) {
	return htmlspecialchars( $text, ENT_QUOTES );
}
function esc_attr( $text ) {
	return htmlspecialchars( $text, ENT_QUOTES );
}
function __( $text, $domain ) {
	return $text;
}
function esc_html_e( $text, $domain ) {
	echo esc_html( $text );
}
function checked( $is ) {
	echo $is ? 'checked' : '';
}
function selected( $one, $other ) {
	echo $one === $other ? 'selected' : '';
}
function submit_button() {}
function settings_fields( $group ) {}
function current_user_can( $what ) {
	return true;
}
function get_woocommerce_currency() {
	return $GLOBALS['world']['currency'];
}
function wc_prices_include_tax() {
	return $GLOBALS['world']['with_tax'];
}
function wc_get_price_decimals() {
	return $GLOBALS['world']['decimals'];
}
function wc_get_product( $id ) {
	return $GLOBALS['world']['products'][ (int) $id ] ?? false;
}
function wc_get_order( $id ) {
	return $GLOBALS['world']['orders'][ $id ] ?? false;
}
function wc_get_logger() {
	return new class() {
		public function warning( $text, $context ) {
			$GLOBALS['world']['logged'][] = $text;
		}
	};
}
function WC() {
	return (object) array(
		'cart' => new class() {
			public function get_cart() {
				return $GLOBALS['world']['cart'];
			}
		},
	);
}
function as_enqueue_async_action( $hook, $arguments, $group ) {
	$GLOBALS['world']['queued'][] = array( 0, $hook, $arguments );
}
function as_schedule_single_action( $when, $hook, $arguments, $group ) {
	$GLOBALS['world']['queued'][] = array( $when - time(), $hook, $arguments );
}
function as_unschedule_all_actions( $hook ) {
	$GLOBALS['world']['queued'] = array();
}
function is_wp_error( $answer ) {
	return 'error' === $answer;
}
function wp_remote_post( $url, $arguments ) {
	$GLOBALS['world']['sent'][] = array( $url, $arguments, json_decode( $arguments['body'], true ) );
	return $GLOBALS['world']['answer']( json_decode( $arguments['body'], true ) );
}
function wp_remote_retrieve_response_code( $answer ) {
	return $answer[0];
}
function wp_remote_retrieve_body( $answer ) {
	return $answer[1];
}
function wp_remote_retrieve_header( $answer, $name ) {
	return $answer[2][ $name ] ?? '';
}

/** What Kindred answers: each product costs a customer so much less. */
function answer_with_quotes( $asked ) {
	$quotes = array();
	foreach ( $asked['items'] as $item ) {
		$product  = wc_get_product( $item['product_id'] );
		$base     = $product ? (float) $product->own['price'] : 0;
		$quotes[] = array_merge(
			array(
				'customer_id'     => $item['customer_id'],
				'product_id'      => $item['product_id'],
				'price'           => $product ? number_format( $base - $GLOBALS['world']['discount'], $GLOBALS['world']['decimals'], '.', '' ) : null,
				'base_price'      => $product ? number_format( $base, $GLOBALS['world']['decimals'], '.', '' ) : null,
				'reference_price' => null,
				'currency'        => 'EUR',
				'tax_included'    => true,
				'valid_until'     => gmdate( 'Y-m-d\TH:i:s\Z', $_SERVER['REQUEST_TIME'] + 3600 ),
				'quote_id'        => 'q-' . $item['customer_id'] . '-' . $item['product_id'],
				'disclosure'      => null,
			),
			$GLOBALS['world']['extra']
		);
	}
	return array( 200, json_encode( array( 'quotes' => $quotes ) ) );
}

/** A product as the plugin sees one; its prices go through the filters as WooCommerce's do. */
class WC_Product {
	public $own;

	public function __construct( $id, $price, $more = array() ) {
		$this->own = array_merge(
			array(
				'id'       => $id,
				'price'    => $price,
				'regular'  => $price,
				'sale'     => '',
				'type'     => 'simple',
				'parent'   => 0,
				'children' => array(),
				'sku'      => '',
			),
			$more
		);

		$GLOBALS['world']['products'][ $id ] = $this;
	}
	public function get_id() {
		return $this->own['id'];
	}
	public function get_sku( $context ) {
		return $this->own['sku'];
	}
	public function get_parent_id() {
		return $this->own['parent'];
	}
	public function get_children() {
		return $this->own['children'];
	}
	public function is_type( $types ) {
		return in_array( $this->own['type'], (array) $types, true );
	}
	private function filtered( $what, $name, $context ) {
		$kind = 'variation' === $this->own['type'] ? 'product_variation' : 'product';
		return 'view' === $context ? apply_filters( "woocommerce_{$kind}_get_{$name}", $this->own[ $what ], $this ) : $this->own[ $what ];
	}
	public function get_price( $context = 'view' ) {
		return $this->filtered( 'price', 'price', $context );
	}
	public function get_sale_price( $context = 'view' ) {
		return $this->filtered( 'sale', 'sale_price', $context );
	}
	public function get_regular_price( $context = 'view' ) {
		return $this->filtered( 'regular', 'regular_price', $context );
	}
	public function get_price_html() {
		return apply_filters( 'woocommerce_get_price_html', (string) $this->get_price(), $this );
	}
}

/** An order's item, and an order. */
class An_Item {
	public $meta  = array();
	public $saved = 0;

	public function add_meta_data( $name, $value, $unique ) {
		$this->meta[ $name ] = $value;
	}
	public function update_meta_data( $name, $value ) {
		$this->meta[ $name ] = $value;
	}
	public function get_meta( $name ) {
		return $this->meta[ $name ] ?? '';
	}
	public function get_quantity() {
		return 2;
	}
	public function save() {
		++$this->saved;
	}
}
class An_Order {
	public $items;
	public $status = 'processing';

	public function __construct( $items ) {
		$this->items = $items;
	}
	public function get_items() {
		return $this->items;
	}
	public function has_status( $status ) {
		return $status === $this->status;
	}
}

function same( $expected, $found ) {
	if ( $expected !== $found ) {
		throw new Exception( 'expected ' . var_export( $expected, true ) . ', found ' . var_export( $found, true ) );
	}
}

require dirname( __DIR__, 3 ) . '/integrations/woocommerce/kindred-prices/kindred-prices.php';
