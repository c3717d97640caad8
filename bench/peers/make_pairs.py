"""Pairs for the rerank job on a GPU: passages of 20 to 100 words of the example corpus.

    python3 make_pairs.py speeches.jsonl OUT [pairs]    # OUT/pairs.parquet, OUT/sample.jsonl
"""

import json
import random
import sys
from pathlib import Path

import pyarrow
import pyarrow.parquet

words = " ".join(json.loads(line)["text"] for line in open(sys.argv[1], encoding="utf-8")).split()
out = Path(sys.argv[2])
count = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
random.seed(11)


def passage(low, high):
    start = random.randrange(len(words) - high)
    return " ".join(words[start : start + random.randint(low, high)])


candidates = 100
queries = [passage(4, 10) for _ in range(count // candidates)]
rows = [(f"q{i // candidates}", queries[i // candidates], f"p{i}", passage(20, 90)) for i in range(count)]
table = {name: list(column) for name, column in zip(("query_id", "query", "passage_id", "text"), zip(*rows))}
pyarrow.parquet.write_table(pyarrow.table(table), out / "pairs.parquet", row_group_size=20_000)
with open(out / "sample.jsonl", "w", encoding="utf-8") as sample:
    for row in rows[:100_000]:
        sample.write(json.dumps({"query": row[1], "text": row[3]}) + "\n")
