"""What a text is about: its keyphrases, from its words alone."""
