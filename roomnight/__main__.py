"""`python -m roomnight` is the operator's command line."""

from roomnight.web.cli import main

main()
