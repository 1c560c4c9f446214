"""Flipkart: orders, returns and listings by the Marketplace Seller API, version 3.

Flipkart names no buyers, on purpose: there is nobody to group or to write to, but what sells, what
comes back, and why.
"""
