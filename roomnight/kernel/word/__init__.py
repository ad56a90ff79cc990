"""Word documents from templates that strangers may have made: opened safely, checked, filled, and turned into PDF."""

from roomnight.kernel.word.convert import has_office, to_pdf
from roomnight.kernel.word.package import MOST_BYTES, open_package
from roomnight.kernel.word.template import FILTERS, NUMBER, Problem, Values, Vocabulary, check_template, fill_template

__all__ = [
    "FILTERS", "MOST_BYTES", "NUMBER", "Problem", "Values", "Vocabulary", "check_template", "fill_template", "has_office",
    "open_package", "to_pdf",
]  # fmt: skip
