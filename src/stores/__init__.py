"""How it is kept: one writer thread, snapshot readers, SQL."""
