"""Property tests: no deadline, since noisy machines make timings lie; the same examples each run where CI is set."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("actviz", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("actviz")
