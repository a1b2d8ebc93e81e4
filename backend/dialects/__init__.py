"""What clients of other systems speak: one module a family, a table of shapes and of calls to what ours calls too.

A dialect stores nothing of its own. What stands outside `/api/v2` is a dialect; its errors are sentences.
"""
