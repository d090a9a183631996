"""How long the calendar page takes, and how large it is, with very many posts."""
