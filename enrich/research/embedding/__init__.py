"""What words mean, by a small embedding model, where its packages are installed.

::

    wordpiece.py   text to the model's tokens
    model.py       texts to vectors; None where the packages are not there
    meaning.py     how near a question lies to a page's labels

``vocab.txt`` is the vocabulary of BERT base uncased, Copyright Google, Apache License 2.0.
"""
