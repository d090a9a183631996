"""What use cases take: pydantic models of request bodies, and the query of a list of posts."""
