"""Row → INPUT: what one run is given, and its name for ever.

Only the columns that a job declares are read here, and only what is read can leave.
"""

from enrich.inputs.condition import Condition
from enrich.inputs.field import InputField, input_schema
from enrich.inputs.fingerprint import Fingerprinter, canonical, fingerprint
from enrich.inputs.mapper import Mapper, mapping_problems
from enrich.inputs.nearest import did_you_mean, nearest
from enrich.inputs.template import Template

__all__ = [
    "Condition",
    "Fingerprinter",
    "InputField",
    "Mapper",
    "Template",
    "canonical",
    "did_you_mean",
    "fingerprint",
    "input_schema",
    "mapping_problems",
    "nearest",
]
