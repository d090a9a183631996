"""The HTTP contract. Routes call use cases and write rows; they send no message to the broker and
call no provider."""
