"""Forms of the editor of a draft set: one row, the part common to all rows, grades and vetoes."""
