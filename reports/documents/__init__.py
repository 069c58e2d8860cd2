"""The content of documents as plain data: blocks of text, annexes, and the reports written from compiled results."""
