"""Durable jobs: enqueue, dispatch, claim, release; fences; the processes that run them."""
