"""The functions to deploy."""

from kindred.accounts.triggers import (
    accept_invite,
    delete_account,
    invite_member,
    remove_member,
    set_role,
    sign_out_everywhere,
    withdraw_invite,
)
from kindred.api.triggers import api
from kindred.customers.triggers import export_segments, find_customer, get_customer
from kindred.keys.triggers import create_key, list_keys, revoke_key, rotate_key
from kindred.pipeline.triggers import (
    eraseAccount,
    on_product_written,
    processShop,
    processUpload,
    scoreTexts,
    sweep_jobs,
)
from kindred.pricing.catalogue.triggers import import_products
from kindred.pricing.elasticity.triggers import learn_prices, learnPrices, suggest_prices
from kindred.pricing.experiments.triggers import (
    fairness_report,
    price_analytics,
    read_price_test,
    start_price_test,
    stop_price_test,
)
from kindred.pricing.former.triggers import on_pricing_rule_written, on_pricing_settings_written
from kindred.pricing.triggers import (
    opt_out_customer,
    preview_prices,
    quote_price,
    quote_prices,
    record_outcome,
)
from kindred.segments.triggers import compare_sources, name_segment, preview_segment
from kindred.sources.csv.triggers import (
    edit_rows,
    list_rows,
    on_csv_uploaded,
    on_upload_created,
    on_upload_updated,
    preview_upload,
)
from kindred.sources.shops.triggers import (
    connect_ecommerce,
    disconnect_ecommerce,
    hooks,
    rotate_credentials,
    sync_source,
    tendShop,
)
from kindred.sources.triggers import cancel_job, delete_source, eraseSource, regenerate_segments
from kindred.webhooks.triggers import (
    announceEvent,
    delete_webhook,
    deliverWebhook,
    list_webhooks,
    replay_webhook,
    rotate_webhook_secret,
    save_webhook,
    test_webhook,
)

__all__ = [
    "accept_invite",
    "announceEvent",
    "api",
    "cancel_job",
    "compare_sources",
    "connect_ecommerce",
    "create_key",
    "delete_account",
    "delete_source",
    "delete_webhook",
    "deliverWebhook",
    "disconnect_ecommerce",
    "edit_rows",
    "eraseAccount",
    "eraseSource",
    "export_segments",
    "fairness_report",
    "find_customer",
    "get_customer",
    "hooks",
    "import_products",
    "invite_member",
    "learnPrices",
    "learn_prices",
    "list_keys",
    "list_rows",
    "list_webhooks",
    "name_segment",
    "on_csv_uploaded",
    "on_pricing_rule_written",
    "on_pricing_settings_written",
    "on_product_written",
    "on_upload_created",
    "on_upload_updated",
    "opt_out_customer",
    "preview_prices",
    "preview_segment",
    "preview_upload",
    "price_analytics",
    "processShop",
    "processUpload",
    "quote_price",
    "quote_prices",
    "read_price_test",
    "record_outcome",
    "regenerate_segments",
    "remove_member",
    "replay_webhook",
    "revoke_key",
    "rotate_credentials",
    "rotate_key",
    "rotate_webhook_secret",
    "save_webhook",
    "scoreTexts",
    "set_role",
    "sign_out_everywhere",
    "start_price_test",
    "stop_price_test",
    "suggest_prices",
    "sweep_jobs",
    "sync_source",
    "tendShop",
    "test_webhook",
    "withdraw_invite",
]
