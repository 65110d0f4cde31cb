"""What a job came to, as one HTML page that needs nothing beside itself.

gather walks over the rows once and keeps counts, and the few rows that a person should see
page   writes them as HTML; a function of what was gathered
"""

from enrich.report.facts import Facts, FieldFacts, Settings
from enrich.report.gather import gather
from enrich.report.page import page

__all__ = ["Facts", "FieldFacts", "Settings", "gather", "page"]
