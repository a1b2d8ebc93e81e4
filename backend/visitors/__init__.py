"""Visitors of public pages: who they are, what they reach, how much they may say, and the pages themselves."""
