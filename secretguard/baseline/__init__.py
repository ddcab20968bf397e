"""What a team has accepted: entries, the file they live in, and what follows from them. Holds fingerprints only.

A hook whose commit is clean imports ``header`` alone.
"""
