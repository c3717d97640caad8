"""Where the time of a packed cross-encoder goes on a GPU, kernel by kernel, plain and compiled.

    python3 gpu_breakdown.py DIR    # the directory that gpu_pairs.py made
"""

import sys
from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile
from transformers import BertForSequenceClassification

from gpu_pairs import DEVICE, Packed
from safetensors.torch import load_file


@torch.inference_mode()
def breakdown(directory, name, batch, compiled):
    half = BertForSequenceClassification.from_pretrained(directory / name, dtype=torch.bfloat16).eval().to(DEVICE)
    file = load_file(directory / f"batch-{batch}.safetensors", device=DEVICE)
    lengths = (file["offsets"][1:] - file["offsets"][:-1]).cpu()
    positions = torch.cat([torch.arange(int(n)) for n in lengths]).to(DEVICE)
    model = Packed(half)
    if compiled:
        model = torch.compile(model, dynamic=False)
    arguments = (file["ids"].long(), positions, file["offsets"], int(lengths.max()))
    for _ in range(5):
        model(*arguments)
    repeats = 10
    with profile(activities=[ProfilerActivity.CUDA]) as seen:
        for _ in range(repeats):
            model(*arguments)
        torch.cuda.synchronize()
    rows = sorted(seen.key_averages(), key=lambda row: -row.self_device_time_total)
    total = sum(row.self_device_time_total for row in rows) / repeats / 1000
    print(f"{name}, {batch}, {'compiled' if compiled else 'plain'}: {total:.2f} ms a batch")
    for row in rows[:12]:
        milliseconds = row.self_device_time_total / repeats / 1000
        print(f"  {milliseconds:7.3f} ms  {row.count // repeats:4d} x  {row.key[:100]}")


if __name__ == "__main__":
    for shape in ("minilm-l6", "bert-base"):
        for style in (False, True):
            breakdown(Path(sys.argv[1]), shape, "long", style)
