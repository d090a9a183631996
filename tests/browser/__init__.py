"""The calendar page in a real Chromium, against a whole Slotbeat; run by `make test-extra`."""
