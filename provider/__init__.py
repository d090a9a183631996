"""Publishing providers: the protocol that each one implements, its errors, and the providers.

errors          errors, sorted by what the caller must do
protocol        the calls of a provider, and the types of their results
carried_fields  the form of a table of the platform fields that a provider has a place for
field_tables    these tables, by the provider's name
upload          sends a file to the URL that a provider named
aiohttp_client  the HTTP client that all providers share
credentials     the credentials of a connection, and its session
request_stream  a request body with a timeout for a stuck connection
swonkie/        Swonkie, which publishes on many networks
bluesky/        Bluesky
"""
