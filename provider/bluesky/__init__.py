"""Bluesky: an account's own server (PDS) of the AT Protocol.

connect_form    how a person connects an account
client          the calls
publication     publishes once, and takes away for good: how the two exclude each other
repository      an account's records: reads, and writes that depend on its last commit
records         a draft → the records of a post, or of a thread
post_content    a draft → its texts and languages
embeds          a draft's files, as records embed them
rich_text       links, mentions and hashtags → facets
mentions        handles → accounts
record_keys     a marker → the keys of the records
content_ids     the ids of files and records, from their bytes
uploads         the request for a file, and what its response means
media_ids       our id of an uploaded file
profile         the account
account_calls   a call with the account's session
sessions        the session, which all workers share
session         its text
http            one call
answers         an answer → the error that it means
directory       a handle or a DID → the account and its server
did_documents   what a DID's document says
carried_fields  the platform fields that Bluesky has a place for
"""
