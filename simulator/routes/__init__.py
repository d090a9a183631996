"""HTTP: the provider's calls, the upload host, the connect page, and `/_simulator/` for tests.

`provider_routes` lists the provider's calls; `admin_*` are the calls of `/_simulator/`.
"""
