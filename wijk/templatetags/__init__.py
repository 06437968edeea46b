"""Template tags of the floor: icons and streets."""
