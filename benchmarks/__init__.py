"""Benchmarks: one command, one table. Run with ``make bench``."""
