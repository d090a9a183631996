"""Content calendars: read from a file, and made into posts, by the API and by the command."""
