"""What tests ask of a WordPress site, real or sandbox, and a proxy before it."""
