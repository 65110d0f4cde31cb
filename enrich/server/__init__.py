"""A Task API of our own, wire-compatible with the hosted service."""
