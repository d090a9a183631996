"""Use cases of posts: publish, edit, move, remove, retry, approve, list."""
