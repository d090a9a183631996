"""The other side of Bluesky for tests: calls at a PDS, real or sandbox, and a proxy before it."""
