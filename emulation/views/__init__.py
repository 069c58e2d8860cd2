"""Screens of emulation, one module a noun."""
