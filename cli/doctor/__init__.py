"""`slotbeat doctor`: one module a check; checks.py lists them, check_runner.py runs them."""
