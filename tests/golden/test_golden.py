#!/usr/bin/env python3
"""All golden cases: see run.py, which shows more and can accept changes."""
import sys

import run

if __name__ == '__main__':
    sys.exit(run.main([]))
