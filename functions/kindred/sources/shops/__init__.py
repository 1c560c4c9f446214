"""Connected shops, whatever their platform: connecting, syncing, webhooks, and what they leave.

What a platform does on its own has a folder beside this one (`shopify`, `woocommerce`, …), which
keeps `platform.Platform` and knows neither Firestore nor the engine.
"""
