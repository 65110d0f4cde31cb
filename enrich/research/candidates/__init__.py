"""Typed values in running text, one module a sort of value."""
