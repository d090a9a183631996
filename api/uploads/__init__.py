"""Files in requests and responses: multipart forms, headers, streaming."""
