"""All benchmarks, in the order in which they run."""

from . import first_link, hashing, home, idle, latency, others, panel, planning, rules, upload, walk
from .rows import Bench

SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1M": 1_000_000}
QUICK = "10k"
"""The size that takes a few seconds."""

BENCHES: tuple[Bench, ...] = (
    *(idle.bench(size, count, quick=size == QUICK) for size, count in SIZES.items()),
    *(walk.bench(size, count, quick=size == QUICK) for size, count in SIZES.items()),
    hashing.bench("photos", 64, 4, quick=True),
    hashing.bench("film", 1, 1_024),
    hashing.bench("pictures", 5_000, 0.05),
    first_link.bench("1k", 1_000, quick=True),
    first_link.bench("10k", 10_000),
    first_link.bench("100k", 100_000),
    upload.bench("few", 100, 200_000, quick=True),
    upload.bench("photos", 2_000, 200_000),
    upload.bench("film", 1, 4 * 1024**3),
    rules.bench("upload", 10_000, 2_000),
    *(planning.oracle_bench(size, count, quick=size == "1k") for size, count in SIZES.items()),
    *(planning.plan_bench(size, count, quick=size == QUICK) for size, count in SIZES.items() if count > 1_000),
    *(planning.ledger_bench(size, count, quick=size == QUICK) for size, count in SIZES.items() if count > 1_000),
    *latency.benches(),
    *others.BENCHES,
    home.BENCH,
    *panel.BENCHES,
)
