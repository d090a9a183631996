"""Publishing providers: the protocol that each one implements, its errors, and Swonkie's client.

errors          errors, sorted by what the caller must do
protocol        the calls of a provider, and the types of their results
upload          sends a file to the URL that a provider named
aiohttp_client  the HTTP client that all providers share
request_stream  a request body with a timeout for a stuck connection
swonkie/        the first provider
"""
