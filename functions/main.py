"""The functions to deploy."""

from kindred.accounts.triggers import (
    accept_invite,
    delete_account,
    eraseAccount,
    invite_member,
    remove_member,
    set_role,
    sign_out_everywhere,
    withdraw_invite,
)
from kindred.segments.triggers import export_segments, find_customer, get_customer
from kindred.uploads.triggers import (
    cancel_job,
    delete_source,
    eraseSource,
    on_csv_uploaded,
    on_upload_updated,
    processUpload,
    regenerate_segments,
    sweep_jobs,
)

__all__ = [
    "accept_invite",
    "cancel_job",
    "delete_account",
    "delete_source",
    "eraseAccount",
    "eraseSource",
    "export_segments",
    "find_customer",
    "get_customer",
    "invite_member",
    "on_csv_uploaded",
    "on_upload_updated",
    "processUpload",
    "regenerate_segments",
    "remove_member",
    "set_role",
    "sign_out_everywhere",
    "sweep_jobs",
    "withdraw_invite",
]
