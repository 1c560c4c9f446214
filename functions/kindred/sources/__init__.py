"""The life of a source, whatever brings its data: document, jobs, stored tables, erasure.

What a kind of source does on its own has a folder here: `csv` for uploaded files.
"""
