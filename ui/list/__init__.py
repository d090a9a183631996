"""The list: one line a post, for finding posts, and for changing many of them."""
