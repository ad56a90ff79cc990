"""Commands for people who work on the repository; the product never imports them."""
