"""The OpenAPI document, and the responses that routes describe."""
