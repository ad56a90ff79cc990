"""Shared reads about clients: the list, the search, and what is known of one record's past."""

from roomnight.clients.queries.duplicates import Likely, likely
from roomnight.clients.queries.listing import Wish, capped_count, ordered_by, wanted
from roomnight.clients.queries.search import Hit, search

__all__ = ["Hit", "Likely", "Wish", "capped_count", "likely", "ordered_by", "search", "wanted"]
