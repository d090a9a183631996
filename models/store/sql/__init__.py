"""Statement helpers that SQLAlchemy lacks for both dialects: bulk writes, upserts, write buffer."""
