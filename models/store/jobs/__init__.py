"""Durable jobs: enqueue, dispatch, claim, fence, release; and the processes that run them."""
