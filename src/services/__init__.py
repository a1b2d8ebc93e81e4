"""What the application does; every public method is async."""
