"""A language model beside the extractive reader: it chooses and quotes, and never writes a value.

endpoint   any OpenAI-compatible server: structured answers, retries, tokens and what they cost
passages   what a model is shown, fenced as data
reader     its say on one field, held to verbatim spans
report     a report of its sentences, each checked against the passages that it cites
outline    the fields of an answer whose structure it proposes
"""
