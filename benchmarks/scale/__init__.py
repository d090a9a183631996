"""What one post costs each part of a whole Slotbeat, and how far the dispatch goes."""
