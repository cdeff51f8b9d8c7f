"""ideep-scan: see where RNA-binding proteins bind, at every position of a genome."""

__version__ = "0.2.0"
