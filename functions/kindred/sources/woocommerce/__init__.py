"""Shops on WooCommerce: its REST interface, keys, webhooks and coupons."""
