"""`slotbeat doctor`: one module for each check; checks.py lists them, check_runner.py runs them."""
