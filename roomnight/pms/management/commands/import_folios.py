"""Bring a file of folio lines in from the command line."""

from roomnight.pms.management.importing import ImportCommand
from roomnight.pms.models import Kind


class Command(ImportCommand):
    help = "Import folio lines from a CSV or Excel file."
    kind = Kind.FOLIOS
