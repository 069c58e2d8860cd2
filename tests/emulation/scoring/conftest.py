"""A quick profile for mutation runs, where every test runs thousands of times; the suite itself uses the full one."""

from hypothesis import settings

settings.register_profile("mutate", derandomize=True, max_examples=12, deadline=None, database=None)
