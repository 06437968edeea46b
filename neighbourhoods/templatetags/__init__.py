"""Template tags of neighbourhoods."""
