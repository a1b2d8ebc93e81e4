"""Measurements. They print ratios of one run; no test asserts them, for they depend on the machine and its load."""
