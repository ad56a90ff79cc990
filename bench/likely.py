"""Precision and recall of likely duplicates, printed. Started by `python -m bench.likely`, and by `make bench`."""

from __future__ import annotations

import django


def main() -> None:
    """Compare the names; no database is asked."""
    django.setup()
    from bench.duplicates import print_scores

    print_scores()


if __name__ == "__main__":
    main()
