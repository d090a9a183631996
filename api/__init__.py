"""The HTTP contract. Routes read and write rows; they send no message and call no provider."""
