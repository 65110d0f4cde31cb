"""What answers a run: documents, passages, values and their evidence.

A question goes subject → documents → passages → readings → value with its basis::

    question.py     what is asked, told and answered: the contract with the server
    engine.py       one run from question to output
    processors.py   what each of the API's tiers does
    subject.py      whom a run is about, and which documents are about it
    corpus.py       files to documents: html.py, plaintext.py, documents.py, names.py
    index.py        the documents on disk
    wanted.py       what a field asks for: kinds.py, codes.py, descriptions.py
    page.py         a document ready for reading
    labels.py       how well a label fits a field
    reader.py       passages to values; candidates/ holds the typed ones
    fields.py       a structured answer, field by field: rows.py, hops.py
    asking.py, report.py, structure.py     text, reports, auto
    basis.py        reasoning, citations, confidence
"""
