"""The tools that a Locrit's model may call."""
