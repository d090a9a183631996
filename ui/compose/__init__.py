"""The composer: one editor for new posts, copies and changes."""
