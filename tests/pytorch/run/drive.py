"""Trains several runs in one process, or in each of several: python3 drive.py ARGUMENTS -- RUN RUN ..."""

import importlib.util
import os
import sys

split = sys.argv.index("--")
words, runs = sys.argv[1:split], sys.argv[split + 1 :]
for run in runs:
    spec = importlib.util.spec_from_file_location("go_on", f"{runs[-1]}/go_on.py")
    go_on = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(go_on)
    sys.argv = ["go_on.py", run, *words]
    try:
        go_on.main()
    except SystemExit as end:
        if len(runs) == 1:
            raise end
sys.stderr.flush()
os._exit(0)
