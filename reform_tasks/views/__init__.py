"""Views of reform_tasks."""
