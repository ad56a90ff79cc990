"""Measurements at full size: data in the numbers of PERF-01, every page beside the least that would do, on both databases."""
