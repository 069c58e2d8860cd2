"""Forms of emulation."""
