"""Benchmarks: figures with their ratios, made on the machine that asks. No test depends on them."""
