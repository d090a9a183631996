"""Posts with their media and deliveries: insert, query, change, history, retention."""
