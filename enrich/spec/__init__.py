"""What is asked: task specs, the published rules for them, and shorthand for writing them."""

from enrich.spec.check import check_task_spec
from enrich.spec.classes import from_pydantic
from enrich.spec.mend import mend, mend_fields
from enrich.spec.model import normalize_schema, normalize_task_spec, output_fields
from enrich.spec.shorthand import expand_fields
from enrich.spec.size import SizeCheck, check_size
from enrich.spec.walk import path_parts
from enrich.spec.words import words_for

__all__ = [
    "SizeCheck",
    "check_size",
    "check_task_spec",
    "expand_fields",
    "from_pydantic",
    "mend",
    "mend_fields",
    "normalize_schema",
    "normalize_task_spec",
    "output_fields",
    "path_parts",
    "words_for",
]
