"""One mail to everybody with an account, after a leak: once each, whatever is killed, with proof."""
