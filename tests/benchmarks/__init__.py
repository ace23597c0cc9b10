"""Measurements, kept apart from the tests; each file is a command that prints a table."""
