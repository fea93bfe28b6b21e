"""Speed and size against peers, as ratios: ``python -m bench --help``."""
