"""The pages of help: at the desk, for the owner of a post, and for who has only a link."""
