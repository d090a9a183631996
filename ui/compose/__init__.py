"""The form that publishes a post."""
