"""Newsletters by way of Mailchimp: off, until an operator connects a neighbourhood under an agreement."""
