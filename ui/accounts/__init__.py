"""The page of the accounts, the form that connects one, and the same form behind a link."""
