"""What is left to chance, and can be repeated.

`make test` repeats one seed, so that a change is judged by what it changes; `make torture` draws a new one, unless
`SEED=…` names it, and prints it.
"""

import os

SEED = int(os.environ.get("SEED", 1))
