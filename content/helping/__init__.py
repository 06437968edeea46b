"""Help that is asked for: placing for somebody else, changing a post when its owner allows it, referring a request."""
