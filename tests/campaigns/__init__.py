"""Campaigns: what is tried hundreds of times to see whether it breaks; their short forms are among the tests."""
