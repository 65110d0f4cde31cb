"""What answers a run: documents, passages, values and their evidence."""
