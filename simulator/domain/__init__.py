"""What the simulated provider knows and does: posts, media, profiles, stages, ledger. No HTTP."""
