"""Rows: tables in many formats, read in batches and written again with new columns."""
