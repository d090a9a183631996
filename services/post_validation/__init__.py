"""What a post may be: types, lengths, media and platform fields of each network. Pure."""
