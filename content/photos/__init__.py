"""Photos with posts: made anew from their pixels, stored encrypted under a key per controller."""
