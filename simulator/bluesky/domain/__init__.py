"""What a sandbox keeps and decides: accounts, sessions, repositories, blobs, limits; no HTTP."""
