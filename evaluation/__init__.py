"""How well the research engine answers: real documents, and answers that nobody here wrote.

::

    make eval                        everything, and the tables of docs/research.md
    python -m evaluation --split dev the half on which rules may be tuned

Entities are parted in dev and test by a hash of their name; so is the wording of
the questions under other names. Nothing is tuned on test.
"""
