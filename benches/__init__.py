"""Measurements: each prints ratios against something in the same run."""
