"""Reading PDFs: `child` opens the file in a process of its own, `words` finds number and date in its text."""
