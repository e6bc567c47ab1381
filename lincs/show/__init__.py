"""The pages of results: what a command prints, ``str(result)`` gives and a notebook shows, made in one place each."""
