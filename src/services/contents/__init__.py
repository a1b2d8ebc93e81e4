"""What an uploaded file is, by its content and not by its name, and what is made of it to be shown and read.

Files come from anywhere, and what reads them is large: it runs in a process of its own (`inspection`), with limits.
"""
