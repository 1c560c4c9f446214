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
from kindred.customers.triggers import export_segments, find_customer, get_customer
from kindred.pipeline.triggers import eraseAccount, processUpload, scoreTexts, sweep_jobs
from kindred.segments.triggers import compare_sources, name_segment, preview_segment
from kindred.sources.csv.triggers import (
    edit_rows,
    list_rows,
    on_csv_uploaded,
    on_upload_created,
    on_upload_updated,
    preview_upload,
)
from kindred.sources.triggers import cancel_job, delete_source, eraseSource, regenerate_segments

__all__ = [
    "accept_invite",
    "cancel_job",
    "compare_sources",
    "delete_account",
    "delete_source",
    "edit_rows",
    "eraseAccount",
    "eraseSource",
    "export_segments",
    "find_customer",
    "get_customer",
    "invite_member",
    "list_rows",
    "name_segment",
    "on_csv_uploaded",
    "on_upload_created",
    "on_upload_updated",
    "preview_segment",
    "preview_upload",
    "processUpload",
    "regenerate_segments",
    "remove_member",
    "scoreTexts",
    "set_role",
    "sign_out_everywhere",
    "sweep_jobs",
    "withdraw_invite",
]
