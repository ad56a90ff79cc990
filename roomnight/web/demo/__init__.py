"""The demo hotel: invented, but lived through the real commands (ADR 9)."""
