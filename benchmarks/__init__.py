"""Benchmarks: figures and ratios, measured on the machine that runs them. No test needs them."""
