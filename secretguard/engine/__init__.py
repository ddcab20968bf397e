"""All rules over one fragment: Vectorscan finds candidates, ``regex`` confirms them in a bounded window.

Nothing is imported here: ``screen`` has to start fast, and needs little of the rest.
"""


class ScanTimeoutError(Exception):
    """A confirmation took too long: the fragment counts as not fully read."""
