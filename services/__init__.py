"""The use cases: accept, change, import and show posts and calendars. No HTTP: see `errors`."""
