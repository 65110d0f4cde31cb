"""What is asked: task specs, the published rules for them, and shorthand for writing them."""

from enrich.spec.model import normalize_schema, normalize_task_spec, output_fields
from enrich.spec.size import SizeCheck, check_size
from enrich.spec.walk import path_parts

__all__ = [
    "SizeCheck",
    "check_size",
    "normalize_schema",
    "normalize_task_spec",
    "output_fields",
    "path_parts",
]
