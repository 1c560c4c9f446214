"""Shopify: its Admin GraphQL interface, how one signs in, its webhooks and discounts."""
