"""Bring a file of payments in from the command line."""

from roomnight.pms.management.importing import ImportCommand
from roomnight.pms.models import Kind


class Command(ImportCommand):
    help = "Import payments from a CSV or Excel file."
    kind = Kind.PAYMENTS
