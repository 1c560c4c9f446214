<?php
/**
 * What the plugin does, a request each: `php scenarios.php NAME` runs one, without a name all are listed.
 */

require __DIR__ . '/stubs.php';

$scenarios = array(
	'a_customer_pays_what_was_quoted_however_often_it_is_asked' => static function () {
		$product = new WC_Product( 1, '20' );
		for ( $i = 0; $i < 3; $i++ ) {
			same( '14.99', $product->get_price() );
		}
		// A price that went through the filter before, or through another plugin, changes nothing.
		same( '14.99', kindred_prices_price( '14.99', $product ) );
		same( '14.99', kindred_prices_price( '3', $product ) );
		same( 1, count( $GLOBALS['world']['sent'] ) );
	},
	'the_key_goes_to_the_server_and_nothing_else_of_the_customer' => static function () {
		( new WC_Product( 1, '20' ) )->get_price();
		list( $url, $arguments, $body ) = $GLOBALS['world']['sent'][0];
		same( 'https://kindred.example/api/v1/prices', $url );
		same( 'Bearer ' . A_KEY, $arguments['headers']['Authorization'] );
		same( 0, $arguments['redirection'] );
		same( true, $arguments['timeout'] <= 2 );
		same(
			array(
				'source' => array(
					'kind' => 'woocommerce',
					'id'   => 'shop',
				),
				'items'  => array(
					array(
						'customer_id' => '7',
						'product_id'  => '1',
					),
				),
			),
			$body
		);
	},
	'where_a_customer_is_billed_is_told_for_the_law' => static function () {
		foreach ( array( array( 'DE', 'DE-BE', 'DE' ), array( 'US', 'NY', 'US-NY' ), array( 'Germany', '', '' ), array( '', '', '' ) ) as list( $country, $state, $told ) ) {
			$GLOBALS['world']['user_meta'][7] = array(
				'billing_country' => $country,
				'billing_state'   => $state,
			);
			same( $told, kindred_prices_country( 7 ) );
		}
		$GLOBALS['world']['user_meta'][7] = array( 'billing_country' => 'FR' );
		( new WC_Product( 1, '20' ) )->get_price();
		same( array( 'country' => 'FR' ), $GLOBALS['world']['sent'][0][2]['items'][0]['context'] );
	},
	'products_may_be_known_by_sku' => static function () {
		$GLOBALS['world']['options']['kindred_prices']['product'] = 'sku';
		( new WC_Product( 1, '20', array( 'sku' => 'SHIRT' ) ) )->get_price();
		same( 'SHIRT', $GLOBALS['world']['sent'][0][2]['items'][0]['product_id'] );
	},
	'an_address_that_nobody_verified_names_no_customer' => static function () {
		// As a settings page once stored it.
		$GLOBALS['world']['options']['kindred_prices']['customer'] = 'email';
		( new WC_Product( 1, '20' ) )->get_price();
		same( '7', $GLOBALS['world']['sent'][0][2]['items'][0]['customer_id'] );
		same( false, isset( kindred_prices_sanitize( array( 'customer' => 'email' ) )['customer'] ) );
		ob_start();
		kindred_prices_page();
		same( false, stripos( ob_get_clean(), 'email' ) );
	},
	'a_shop_that_verifies_addresses_names_customers_by_the_filter' => static function () {
		add_filter(
			'kindred_prices_customer_id',
			static function ( $id, $user_id ) {
				same( (string) $user_id, $id );
				return strtolower( (string) get_user_meta( $user_id, 'verified_email', true ) );
			},
			10,
			2
		);
		$product = new WC_Product( 1, '20' );
		$GLOBALS['world']['user_meta'][7]['verified_email'] = 'User7@Example.com';
		same( '14.99', $product->get_price() );
		same( 'user7@example.com', $GLOBALS['world']['sent'][0][2]['items'][0]['customer_id'] );
		// Another address: what was quoted for the first is not used.
		$GLOBALS['world']['user_meta'][7]['verified_email'] = 'user9@example.com';
		$GLOBALS['world']['discount']                       = 2;
		same( '18.00', $product->get_price() );
		// None: the shop's own price, and nobody is asked.
		$GLOBALS['world']['user_meta'][7] = array();
		same( '20', $product->get_price() );
		same( 2, count( $GLOBALS['world']['sent'] ) );
	},
	'guests_pay_the_shops_price' => static function () {
		$GLOBALS['world']['user'] = 0;
		same( '20', ( new WC_Product( 1, '20' ) )->get_price() );
		same( array(), $GLOBALS['world']['sent'] );
	},
	'who_opted_out_pays_the_shops_price' => static function () {
		$product                          = new WC_Product( 1, '20' );
		$_POST['kindred_prices_opt_out'] = '1';
		kindred_prices_save_account( 7 );
		same( '20', $product->get_price() );
		same( array(), $GLOBALS['world']['sent'] );
		unset( $_POST['kindred_prices_opt_out'] );
		kindred_prices_save_account( 7 );
		same( '14.99', $product->get_price() );
	},
	'the_back_office_sees_the_shops_price' => static function () {
		$GLOBALS['world']['admin'] = true;
		same( '20', ( new WC_Product( 1, '20' ) )->get_price() );
		same( array(), $GLOBALS['world']['sent'] );
	},
	'cron_sees_the_shops_price' => static function () {
		$GLOBALS['world']['cron'] = true;
		same( '20', ( new WC_Product( 1, '20' ) )->get_price() );
	},
	'programs_see_the_shops_price_and_the_blocks_of_cart_and_checkout_the_customers' => static function () {
		$product = new WC_Product( 1, '20' );
		$others  = array( '/wp-json/wc/v3/products', '/wp-json/wp/v2/x', '/wp-json', '/wp-json/', '/shop/wp-json/wc/v3/products/1', '/wp-json/wc/store-evil/v1', '/?rest_route=/wc/v3/products' );
		foreach ( $others as $uri ) {
			$_SERVER['REQUEST_URI'] = $uri;
			parse_str( (string) parse_url( $uri, PHP_URL_QUERY ), $_GET );
			same( '20', $product->get_price() );
		}
		// The query goes before the path, as in WordPress.
		$_SERVER['REQUEST_URI'] = '/wp-json/wc/store/v1/cart';
		$_GET                   = array( 'rest_route' => '/wc/v3/products' );
		same( '20', $product->get_price() );
		foreach ( array( '/wp-json/wc/store/v1/cart', '/shop/wp-json/wc/store/v1/products', '/?rest_route=/wc/store/v1/cart', '/shop/?a=b' ) as $uri ) {
			$_SERVER['REQUEST_URI'] = $uri;
			$_GET                   = array();
			parse_str( (string) parse_url( $uri, PHP_URL_QUERY ), $_GET );
			same( '14.99', $product->get_price() );
		}
	},
	'switched_off_nothing_happens' => static function () {
		foreach ( array( 'on' => false, 'endpoint' => '', 'key' => '', 'source_id' => '' ) as $name => $value ) {
			$before = $GLOBALS['world']['options']['kindred_prices'];
			$GLOBALS['world']['options']['kindred_prices'][ $name ] = $value;
			same( '20', ( new WC_Product( 1, '20' ) )->get_price() );
			$GLOBALS['world']['options']['kindred_prices'] = $before;
		}
		$GLOBALS['world']['options']['kindred_prices'] = 'rubbish';
		same( '20', ( new WC_Product( 1, '20' ) )->get_price() );
		same( array(), $GLOBALS['world']['sent'] );
	},
	'a_page_asks_once_for_all_that_it_shows' => static function () {
		$posts = array();
		for ( $id = 1; $id <= 30; $id++ ) {
			new WC_Product( $id, '20' );
			$posts[] = (object) array(
				'ID'        => $id,
				'post_type' => $id < 30 ? 'product' : 'page',
			);
		}
		same( $posts, apply_filters( 'the_posts', $posts ) );
		$GLOBALS['world']['done']['woocommerce_cart_loaded_from_session'] = true;
		$GLOBALS['world']['cart'] = array( array( 'data' => new WC_Product( 99, '20' ) ) );
		foreach ( array( 1, 5, 29, 99 ) as $id ) {
			same( '14.99', wc_get_product( $id )->get_price() );
		}
		same( 1, count( $GLOBALS['world']['sent'] ) );
		same( 30, count( $GLOBALS['world']['sent'][0][2]['items'] ) );
	},
	'a_page_asks_four_times_at_most_and_for_a_hundred_at_once' => static function () {
		$children = range( 1000, 1149 );
		foreach ( $children as $id ) {
			new WC_Product(
				$id,
				'20',
				array(
					'type'   => 'variation',
					'parent' => 999,
				)
			);
		}
		new WC_Product(
			999,
			'',
			array(
				'type'     => 'variable',
				'children' => $children,
			)
		);
		same( '14.99', wc_get_product( 1000 )->get_price() );
		same( 100, count( $GLOBALS['world']['sent'][0][2]['items'] ) );
		for ( $id = 1; $id <= 9; $id++ ) {
			( new WC_Product( $id, '20' ) )->get_price();
		}
		same( 4, count( $GLOBALS['world']['sent'] ) );
		same( '20', wc_get_product( 9 )->get_price() );
	},
	'the_next_page_asks_nothing_for_a_minute' => static function () {
		same( '14.99', ( new WC_Product( 1, '20' ) )->get_price() );
		$kept = $GLOBALS['world']['transients'];
		same( array( 'kindred_prices_7' ), array_keys( $kept ) );
		same( 60, $GLOBALS['world']['lifetimes']['kindred_prices_7'] );
		same( '14.99', $kept['kindred_prices_7']['quotes'][1]['price'] );
		same( false, kindred_prices_holds( array( 'until' => $_SERVER['REQUEST_TIME'] ) ) );
	},
	'a_quote_is_kept_a_minute_at_most_and_no_longer_than_it_is_valid' => static function () {
		$now = $_SERVER['REQUEST_TIME'];
		foreach ( array( 7 * 86400 => 60, 61 => 60, 60 => 60, 10 => 10, 0 => 0 ) as $valid => $kept ) {
			$until = gmdate( 'Y-m-d\TH:i:s\Z', $now + $valid );
			same( $now + $kept, kindred_prices_read( array( 'valid_until' => $until ) + a_quote() )['until'] );
		}
	},
	'a_minute_later_it_is_asked_again_and_the_quote_has_the_same_id' => static function () {
		$product = new WC_Product( 1, '20' );
		$first   = kindred_prices_quote( $product );
		$_SERVER['REQUEST_TIME'] += 59;
		same( $first, kindred_prices_quote( $product ) );
		same( 1, count( $GLOBALS['world']['sent'] ) );
		++$_SERVER['REQUEST_TIME'];
		same( $first['quote_id'], kindred_prices_quote( $product )['quote_id'] );
		same( 2, count( $GLOBALS['world']['sent'] ) );
	},
	'a_minute_after_kindred_stopped_personal_prices_the_shops_price_is_back' => static function () {
		$product = new WC_Product( 1, '20' );
		same( '14.99', $product->get_price() );
		$GLOBALS['world']['discount']  = 0; // As by the kill switch, or a customer's opting out at Kindred.
		$_SERVER['REQUEST_TIME']      += 60;
		same( '20.00', $product->get_price() );
	},
	'what_an_older_version_kept_is_not_used' => static function () {
		$settings = array(
			'endpoint'    => 'https://kindred.example',
			'source_kind' => 'woocommerce',
			'source_id'   => 'shop',
			'customer'    => 'id',
			'product'     => 'id',
		);
		$GLOBALS['world']['transients']['kindred_prices_7'] = array(
			'place'  => md5( json_encode( array( 7, $settings ) ) ),
			'quotes' => array( 1 => a_kept_quote( '12.00', 7 * 86400 ) ),
		);
		same( '14.99', ( new WC_Product( 1, '20' ) )->get_price() );
	},
	'what_is_kept_is_used_without_asking' => static function () {
		$GLOBALS['world']['transients']['kindred_prices_7'] = array(
			'place'  => kindred_prices_place( 7 ),
			'quotes' => array( 1 => a_kept_quote( '12.00', 60 ), 2 => a_kept_quote( '12.00', 0 ) ),
		);
		same( '12.00', ( new WC_Product( 1, '20' ) )->get_price() );
		same( array(), $GLOBALS['world']['sent'] );
		same( '14.99', ( new WC_Product( 2, '20' ) )->get_price() ); // Its time was over.
	},
	'another_customers_quotes_are_not_used_even_if_a_cache_mixes_them_up' => static function () {
		$GLOBALS['world']['transients']['kindred_prices_7'] = array(
			'place'  => kindred_prices_place( 8 ),
			'quotes' => array( 1 => a_kept_quote( '1.00', 60 ) ),
		);
		same( '14.99', ( new WC_Product( 1, '20' ) )->get_price() );
		$GLOBALS['world']['user']     = 8;
		$GLOBALS['world']['discount'] = 2;
		same( '18.00', wc_get_product( 1 )->get_price() );
		$GLOBALS['world']['user'] = 7;
		same( '14.99', wc_get_product( 1 )->get_price() );
	},
	'an_answer_for_another_customer_or_product_is_no_answer' => static function () {
		new WC_Product( 1, '20' );
		foreach ( array( array( 'customer_id' => '8' ), array( 'product_id' => '2' ), array( 'customer_id' => 7 ) ) as $extra ) {
			$GLOBALS['world']['extra'] = $extra;
			same( array(), kindred_prices_request( 7, array( '1' ) ) );
		}
		$GLOBALS['world']['extra'] = array();
		same( array( 1 ), array_keys( kindred_prices_request( 7, array( '1' ) ) ) );
	},
	'a_price_above_the_shops_is_not_asked' => static function () {
		$GLOBALS['world']['discount'] = -5;
		same( '20', ( new WC_Product( 1, '20' ) )->get_price() );
	},
	'unless_the_merchant_allows_it' => static function () {
		$GLOBALS['world']['discount'] = -5;
		$GLOBALS['world']['options']['kindred_prices']['allow_higher'] = true;
		same( '25.00', ( new WC_Product( 1, '20' ) )->get_price() );
		$GLOBALS['world']['extra'] = array( 'base_price' => '19.00' ); // Of last week.
		same( '20', ( new WC_Product( 2, '20' ) )->get_price() );
	},
	'a_public_sale_that_is_lower_wins' => static function () {
		$GLOBALS['world']['extra'] = array(
			'base_price' => '20.00',
			'price'      => '14.99',
		);
		$product = new WC_Product( 1, '12', array( 'regular' => '20', 'sale' => '12' ) );
		same( '12', $product->get_price() );
		same( '12', $product->get_sale_price() );
	},
	'a_quote_from_another_public_price_is_out_of_date' => static function () {
		$GLOBALS['world']['extra'] = array( 'base_price' => '25.00' );
		same( '20', ( new WC_Product( 1, '20' ) )->get_price() );
	},
	'a_price_that_another_plugin_has_set_stays' => static function () {
		$GLOBALS['world']['extra'] = array(
			'base_price' => '20.00',
			'price'      => '14.99',
		);
		same( '0', ( new WC_Product( 1, '0', array( 'regular' => '20' ) ) )->get_price() ); // A gift.
	},
	'another_currency_or_another_view_of_tax_is_not_mixed_in' => static function () {
		$GLOBALS['world']['extra'] = array( 'currency' => 'USD' );
		same( '20', ( new WC_Product( 1, '20' ) )->get_price() );
		$GLOBALS['world']['extra'] = array( 'tax_included' => false );
		same( '20', ( new WC_Product( 2, '20' ) )->get_price() );
	},
	'a_product_without_a_price_gets_none' => static function () {
		same( '', ( new WC_Product( 1, '' ) )->get_price() );
	},
	'a_free_product_may_be_quoted' => static function () {
		$GLOBALS['world']['extra'] = array( 'price' => '0.00' );
		same( '0.00', ( new WC_Product( 1, '20' ) )->get_price() );
	},
	'whatever_kindred_answers_the_shop_has_a_price' => static function () {
		$odd = array( null, '', '-1', '1e3', '14,99', ' 14.99', "14.99\n", '0x10', 14.99, array( '14.99' ), true, str_repeat( '9', 40 ), 'NaN', '<b>1</b>' );
		$id  = 0;
		foreach ( $odd as $value ) {
			foreach ( array( 'price', 'base_price' ) as $name ) {
				same( null, kindred_prices_read( array( $name => $value ) + a_quote() ) );
			}
		}
		foreach ( array( 'yesterday?', '', null, 12 ) as $value ) {
			same( null, kindred_prices_read( array( 'valid_until' => $value ) + a_quote() ) );
		}
		same( null, kindred_prices_read( array( 'tax_included' => 'yes' ) + a_quote() ) );
		same( '', kindred_prices_read( array( 'disclosure' => 'text' ) + a_quote() )['disclosure'] );
		same( '14.99', kindred_prices_read( a_quote() )['price'] );
	},
	'a_failing_kindred_is_left_alone_for_a_while' => static function () {
		$GLOBALS['world']['answer'] = static function () {
			return array( 503, 'Service Unavailable', array( 'retry-after' => '120' ) );
		};
		same( '20', ( new WC_Product( 1, '20' ) )->get_price() );
		same( '20', ( new WC_Product( 2, '20' ) )->get_price() );
		same( 1, count( $GLOBALS['world']['sent'] ) );
		same( 120, $GLOBALS['world']['lifetimes']['kindred_prices_down'] );
		same( false, strpos( implode( $GLOBALS['world']['logged'] ), 'kk_' ) );
	},
	'a_request_that_failed_once_asks_no_more_though_no_cache_remembers' => static function () {
		$GLOBALS['world']['answer'] = static function () {
			return 'error';
		};
		same( '20', ( new WC_Product( 1, '20' ) )->get_price() );
		$GLOBALS['world']['transients'] = array();
		$GLOBALS['world']['answer']     = 'answer_with_quotes';
		same( '20', wc_get_product( 1 )->get_price() );
		same( 1, count( $GLOBALS['world']['sent'] ) );
	},
	'while_it_is_left_alone_no_page_asks' => static function () {
		$GLOBALS['world']['transients']['kindred_prices_down'] = 503;
		same( '20', ( new WC_Product( 1, '20' ) )->get_price() );
		same( array(), $GLOBALS['world']['sent'] );
	},
	'rubbish_instead_of_quotes_is_a_failure' => static function () {
		foreach ( array( array( 200, 'no json' ), array( 200, '{"quotes":7}' ), array( 200, '[]' ), array( 302, '' ), array( 401, '{}' ) ) as $answer ) {
			$GLOBALS['world']['answer'] = static function () use ( $answer ) {
				return $answer;
			};
			same( null, kindred_prices_request( 7, array( '1' ) ) );
		}
		$GLOBALS['world']['answer'] = static function () {
			return array( 200, '{"quotes":[7,null,{"customer_id":{},"product_id":[]}]}' );
		};
		same( array(), kindred_prices_request( 7, array( '1' ) ) );
	},
	'nothing_is_struck_through_that_the_quote_does_not_allow' => static function () {
		$product = new WC_Product( 1, '20' );
		same( '14.99', $product->get_price() );
		same( '', $product->get_sale_price() );
		// The shop's own sale isn't shown as the reduction to a personal price either.
		$on_sale = new WC_Product( 2, '18', array( 'regular' => '20', 'sale' => '18' ) );
		same( '12.99', $on_sale->get_price() );
		same( '', $on_sale->get_sale_price() );
	},
	'a_reduction_from_the_reference_price_is_a_sale' => static function () {
		$GLOBALS['world']['extra'] = array( 'reference_price' => '20.00' );
		same( '14.99', ( new WC_Product( 1, '20' ) )->get_sale_price() );
	},
	'a_reference_price_that_is_not_the_one_that_would_be_struck_is_no_sale' => static function () {
		$GLOBALS['world']['extra'] = array( 'reference_price' => '18.00' );
		same( '', ( new WC_Product( 1, '20' ) )->get_sale_price() );
	},
	'a_quote_that_is_the_public_price_leaves_the_shops_sale_alone' => static function () {
		$GLOBALS['world']['discount'] = 0;
		$product = new WC_Product( 1, '18', array( 'regular' => '20', 'sale' => '18' ) );
		same( '18', $product->get_sale_price() );
	},
	'variations_are_cached_by_what_is_paid' => static function () {
		variable_product();
		$key = static function ( $user, $discount ) {
			$GLOBALS['world']['user']     = $user;
			$GLOBALS['world']['discount'] = $discount;
			return json_encode( apply_filters( 'woocommerce_get_variation_prices_hash', array( false ), wc_get_product( 10 ), true ) );
		};
		$own   = $key( 0, 0 );
		$seven = $key( 7, 5 );
		same( '[false]', $own );
		same( true, $seven !== $own );
		same( true, $key( 8, 6 ) !== $seven );
		same( $seven, $key( 9, 5 ) ); // Who pays the same.
		same( $own, $key( 0, 0 ) );
		same( 3, count( $GLOBALS['world']['sent'] ) ); // One for each customer, for both variations.
	},
	'the_prices_of_variations_and_their_key_agree_though_time_goes_on' => static function () {
		$product = variable_product();
		// The quotes have ended by the clock, but not for this request, which began before.
		$_SERVER['REQUEST_TIME'] -= 600;
		$GLOBALS['world']['extra']['valid_until'] = gmdate( 'Y-m-d\TH:i:s\Z', time() - 300 );
		$hash = apply_filters( 'woocommerce_get_variation_prices_hash', array(), $product, true );
		same( '14.99', $hash['kindred_prices'][11][0] );
		foreach ( array( 11, 12 ) as $id ) {
			same( '14.99', apply_filters( 'woocommerce_variation_prices_price', '20', wc_get_product( $id ), $product ) );
			same( '', apply_filters( 'woocommerce_variation_prices_sale_price', '', wc_get_product( $id ), $product ) );
		}
	},
	'a_variable_products_own_price_is_left_alone' => static function () {
		$product = variable_product();
		same( '20', kindred_prices_price( '20', $product ) );
		same( array(), $GLOBALS['world']['sent'] );
	},
	'what_has_to_be_told_stands_escaped_next_to_the_price' => static function () {
		$GLOBALS['world']['extra'] = array( 'disclosure' => array( 'text' => 'SET BY <script>alert(1)</script> & "DATA"' ) );
		$product = new WC_Product( 1, '20' );
		$shown   = '14.99 <small class="kindred-disclosure">SET BY &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;DATA&quot;</small>';
		same( $shown, $product->get_price_html() );
		same( $shown, $product->get_price_html() );
		$data = apply_filters( 'woocommerce_get_item_data', array(), array( 'data' => $product ) );
		same( 'SET BY &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;DATA&quot;', $data[0]['value'] );
		same( array(), apply_filters( 'woocommerce_get_item_data', array(), array() ) );
		$GLOBALS['world']['user'] = 0;
		same( '20', $product->get_price_html() );
	},
	'what_has_to_be_told_of_a_variation_stands_at_its_product_too' => static function () {
		$product = variable_product();
		$GLOBALS['world']['extra'] = array( 'disclosure' => array( 'text' => 'SET BY AN ALGORITHM' ) );
		same( '20–30 <small class="kindred-disclosure">SET BY AN ALGORITHM</small>', apply_filters( 'woocommerce_get_price_html', '20–30', $product ) );
		same( '', apply_filters( 'woocommerce_get_price_html', '', $product ) );
	},
	'where_no_quote_is_used_nothing_has_to_be_told' => static function () {
		$GLOBALS['world']['extra'] = array(
			'currency'   => 'USD',
			'disclosure' => array( 'text' => 'SET BY AN ALGORITHM' ),
		);
		same( '20', ( new WC_Product( 1, '20' ) )->get_price_html() );
	},
	'a_customers_page_is_kept_by_no_cache' => static function () {
		do_action( 'template_redirect' );
		same( 1, $GLOBALS['world']['headers'] );
		same( true, DONOTCACHEPAGE );
	},
	'a_guests_page_may_be_kept' => static function () {
		$GLOBALS['world']['user'] = 0;
		do_action( 'template_redirect' );
		same( 0, $GLOBALS['world']['headers'] );
		same( false, defined( 'DONOTCACHEPAGE' ) );
	},
	'what_was_bought_is_told_later_once_and_a_refund_too' => static function () {
		$item = new An_Item();
		do_action( 'woocommerce_checkout_create_order_line_item', $item, 'k', array( 'data' => new WC_Product( 1, '20' ) ), null );
		same( 'q-7-1', $item->get_meta( '_kindred_quote_id' ) );
		$order = new An_Order( array( $item, new An_Item() ) );
		$GLOBALS['world']['orders'][5] = $order;
		$GLOBALS['world']['sent']      = array();
		do_action( 'woocommerce_order_status_processing', 5 );
		same( array(), $GLOBALS['world']['sent'] ); // Not by the page of checkout.
		$GLOBALS['world']['answer'] = static function () {
			return array( 200, '{}' );
		};
		run_queued();
		$order->status = 'completed';
		do_action( 'woocommerce_order_status_completed', 5 );
		run_queued();
		$told = array(
			'quote_id' => 'q-7-1',
			'outcome'  => 'bought',
			'quantity' => 2,
		);
		same( array( $told ), array_column( $GLOBALS['world']['sent'], 2 ) );
		same( 'https://kindred.example/api/v1/outcomes', $GLOBALS['world']['sent'][0][0] );
		$order->status = 'refunded';
		do_action( 'woocommerce_order_status_refunded', 5 );
		run_queued();
		same( 'refunded', $GLOBALS['world']['sent'][1][2]['outcome'] );
	},
	'an_outcome_that_was_not_heard_is_told_again_and_not_for_ever' => static function () {
		$item                          = new An_Item();
		$item->meta                    = array( '_kindred_quote_id' => 'q' );
		$GLOBALS['world']['orders'][5] = new An_Order( array( $item ) );
		$GLOBALS['world']['answer']    = static function () {
			return 'error';
		};
		do_action( 'woocommerce_order_status_processing', 5 );
		$waited = run_queued();
		same( 6, count( $GLOBALS['world']['sent'] ) );
		same( array( 0, 240, 960, 3840, 15360, 61440 ), $waited );
		same( 0, $item->saved );
	},
	'an_outcome_that_kindred_refuses_is_not_told_again' => static function () {
		$item                          = new An_Item();
		$item->meta                    = array( '_kindred_quote_id' => 'q' );
		$GLOBALS['world']['orders'][5] = new An_Order( array( $item ) );
		$GLOBALS['world']['answer']    = static function () {
			return array( 404, '{}' );
		};
		do_action( 'woocommerce_order_status_processing', 5 );
		run_queued();
		same( 1, count( $GLOBALS['world']['sent'] ) );
	},
	'an_order_without_quotes_tells_nothing' => static function () {
		$GLOBALS['world']['orders'][5] = new An_Order( array( new An_Item() ) );
		do_action( 'woocommerce_order_status_processing', 5 );
		do_action( 'woocommerce_order_status_processing', 6 );
		same( array(), $GLOBALS['world']['queued'] );
	},
	'settings_that_are_stored_are_safe' => static function () {
		$right = array(
			'on'          => '1',
			'endpoint'    => 'https://my-project.web.app/',
			'key'         => ANOTHER_KEY,
			'source_kind' => 'csv',
			'source_id'   => 'u1',
			'product'     => 'sku',
		);
		$stored = kindred_prices_sanitize( $right );
		same( array( true, 'https://my-project.web.app', ANOTHER_KEY, 'sku', false ), array( $stored['on'], $stored['endpoint'], $stored['key'], $stored['product'], $stored['allow_higher'] ) );
		$longest = 'kk_' . str_repeat( 'k', 20 ) . '.' . str_repeat( 'u', 128 ) . '.' . str_repeat( 's', 43 );
		same( $longest, kindred_prices_sanitize( array( 'key' => $longest ) + $right )['key'] );
		foreach ( array( '', 'kk_', 'kk_' . str_repeat( 'a', 261 ), ANOTHER_KEY . "\nX: y", ANOTHER_KEY . '/', substr( ANOTHER_KEY, 3 ), array( ANOTHER_KEY ) ) as $odd ) {
			same( A_KEY, kindred_prices_sanitize( array( 'key' => $odd ) + $right )['key'] );
		}
		foreach ( array( 'http://my-project.web.app', 'javascript:alert(1)', 'https://a@b.c', 'https://a.b/?c', "https://a.b/\nX", array( 'x' ), 'http://localhost.evil.example' ) as $odd ) {
			same( '', kindred_prices_sanitize( array( 'endpoint' => $odd ) + $right )['endpoint'] );
		}
		same( 'http://localhost:5000', kindred_prices_sanitize( array( 'endpoint' => 'http://localhost:5000' ) + $right )['endpoint'] );
		same( '', kindred_prices_sanitize( array( 'source_id' => '../x' ) + $right )['source_id'] );
		same( false, kindred_prices_sanitize( 'rubbish' )['on'] );
	},
	'the_page_of_settings_shows_no_key_and_escapes_the_rest' => static function () {
		$GLOBALS['world']['options']['kindred_prices']['source_id'] = '"><script>';
		ob_start();
		kindred_prices_page();
		kindred_prices_account_field();
		$page = ob_get_clean();
		same( false, strpos( $page, substr( A_KEY, 0, 10 ) ) );
		same( false, strpos( $page, '<script>' ) );
		same( true, false !== strpos( $page, '&quot;&gt;&lt;script&gt;' ) );
	},
	'a_key_in_the_configuration_file_goes_first' => static function () {
		define( 'KINDRED_PRICES_KEY', ANOTHER_KEY );
		( new WC_Product( 1, '20' ) )->get_price();
		same( 'Bearer ' . ANOTHER_KEY, $GLOBALS['world']['sent'][0][1]['headers']['Authorization'] );
	},
	'who_uninstalls_it_keeps_nothing_of_it' => static function () {
		$GLOBALS['wpdb'] = new class() {
			public $options = 'wp_options';
			public $asked   = array();
			public function esc_like( $text ) {
				return addcslashes( $text, '_%\\' );
			}
			public function prepare( $query, $value ) {
				return str_replace( '%s', "'$value'", $query );
			}
			public function query( $query ) {
				$this->asked[] = $query;
			}
		};
		$GLOBALS['world']['user_meta'][7]['kindred_prices_opt_out'] = '1';
		$GLOBALS['world']['uninstall']();
		same( false, get_option( 'kindred_prices' ) );
		same( array(), $GLOBALS['world']['user_meta'][7] );
		same( 2, count( $GLOBALS['wpdb']->asked ) );
	},
	'yen_have_no_decimals' => static function () {
		$GLOBALS['world']['currency'] = 'JPY';
		$GLOBALS['world']['decimals'] = 0;
		$GLOBALS['world']['discount'] = 500;
		$GLOBALS['world']['extra']    = array( 'currency' => 'JPY' );
		same( '1500', ( new WC_Product( 1, '2000' ) )->get_price() );
	},
);

function a_quote() {
	return array(
		'price'        => '14.99',
		'base_price'   => '20.00',
		'currency'     => 'EUR',
		'tax_included' => true,
		'valid_until'  => '2099-01-01T00:00:00Z',
		'quote_id'     => 'q',
	);
}

function a_kept_quote( $price, $seconds ) {
	return array( 'price' => $price, 'until' => $_SERVER['REQUEST_TIME'] + $seconds ) + kindred_prices_read( a_quote() );
}

function variable_product() {
	foreach ( array( 11, 12 ) as $id ) {
		new WC_Product( $id, '20', array( 'type' => 'variation', 'parent' => 10 ) );
	}
	return new WC_Product( 10, '20', array( 'type' => 'variable', 'children' => array( 11, 12 ) ) );
}

/** Runs what was queued until nothing is; how long each had to wait. */
function run_queued() {
	$waited = array();
	while ( $GLOBALS['world']['queued'] ) {
		list( $wait, $hook, $arguments ) = array_shift( $GLOBALS['world']['queued'] );
		$waited[]                        = $wait;
		do_action( $hook, ...$arguments );
	}
	return $waited;
}

if ( ! isset( $argv[1] ) ) {
	echo implode( "\n", array_keys( $scenarios ) ), "\n";
	exit;
}
try {
	$scenarios[ $argv[1] ]();
} catch ( Throwable $wrong ) {
	fwrite( STDERR, $wrong->getMessage() . ' at ' . basename( $wrong->getFile() ) . ':' . $wrong->getLine() . "\n" . $wrong->getTraceAsString() . "\n" );
	exit( 1 );
}
