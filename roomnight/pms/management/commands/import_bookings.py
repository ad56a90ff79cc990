"""Bring a file of reservations in from the command line."""

from roomnight.pms.management.importing import ImportCommand
from roomnight.pms.models import Kind


class Command(ImportCommand):
    help = "Import reservations from a CSV or Excel file."
    kind = Kind.BOOKINGS
