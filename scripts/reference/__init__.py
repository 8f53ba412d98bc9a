"""The tables of docs/ that follow from the code: `python -m scripts.reference` writes them, `--check` says which are out of date."""
