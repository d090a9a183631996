"""Mastodon: an account on any instance, or on another server with a part of Mastodon's API.

connect_form    how a person connects an account
authorization   on the server's own page (OAuth)
server_address  the instance that a person entered
client          the calls
publication     publishes each status of a thread once, also after a lost answer
search          finds the account's own statuses that say what a draft says
status_text     whether a status says what a draft says
statuses        a draft → statuses, with their idempotency keys
threads         the account's answers to its own statuses
removal         takes a post away, with its thread
uploads         files, and their alt texts
account         the account, and calls with its token
instance        the limits of the instance
http            one call
answers         an answer → the error that it means
carried_fields  the platform fields that Mastodon has a place for
"""
