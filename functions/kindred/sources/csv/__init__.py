"""Uploaded files: what starts and answers them, the merchant's mappings, edits and versions."""
