"""How late posts are at Bluesky's own server, beside the same records written directly."""
