"""Keys by which a storefront or an event client speaks for a merchant."""
