"""HTTP: the calls under `/xrpc/`, the directory of DIDs, and `/_simulator/` for tests."""
