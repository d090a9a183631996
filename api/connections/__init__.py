"""Bounds what strangers hold of the web process: connections, and the time to send a request.

- `limits.py`: the bounds · `registry.py`: who holds a connection, and who makes place (no I/O)
- `guarded_protocol.py`: one connection, between asyncio and the server's own protocol
- `guard_server.py`: puts the two before every listener of the event loop
"""
