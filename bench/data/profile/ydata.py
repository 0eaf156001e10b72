"""Prints the seconds that ydata-profiling's minimal mode takes for a Parquet file, as JSON."""
import contextlib
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import pandas as pd
with contextlib.redirect_stdout(sys.stderr):
    from ydata_profiling import ProfileReport

at = time.perf_counter()
t = pd.read_parquet(sys.argv[1])
read, at = time.perf_counter() - at, time.perf_counter()
with contextlib.redirect_stdout(sys.stderr):
    report = ProfileReport(t, minimal=True, progress_bar=False)
    report.get_description()
    described, at = time.perf_counter() - at, time.perf_counter()
    report.to_html()
print(json.dumps({"read": read, "profile": described, "show": time.perf_counter() - at}))
