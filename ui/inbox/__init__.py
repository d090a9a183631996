"""What needs a person: the inbox, and the posts that wait for approval."""
