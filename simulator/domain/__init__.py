"""The simulated provider without HTTP: posts, media, profiles, stages, publisher, ledger."""
