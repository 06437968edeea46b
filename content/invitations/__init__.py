"""Inviting somebody by mail to help keep a page or a post, and the pages of those who keep it together."""
