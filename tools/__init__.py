"""What the Makefile calls. Standard library only, except where a module says that it runs inside .venv."""
