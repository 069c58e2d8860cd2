"""Screens of the editor of a draft set: the tree with its live check, one row, the heading, grades and vetoes."""
