"""HTTP: the provider's calls, the host of uploads, the connect page, and `/_simulator/`."""
