"""The peers of the cross-encoder benchmark on a GPU, and the checkpoints and batches that all run.

    python3 gpu_pairs.py make DIR TOKENIZER.json   # random checkpoints, batches, fp32 logits
    python3 gpu_pairs.py peers DIR                 # transformers, packed PyTorch, compiled
    python3 gpu_pairs.py errors DIR                # transformers in 16 bits beside its fp32

Peers read the same checkpoints and the same batches as io.sparkattention.bench.GpuPairs, in bf16.
Their inputs already lie on the GPU and their outputs stay there; the Java side copies both.
"""

import json
import shutil
import statistics
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertForSequenceClassification

SHAPES = {
    "minilm-l6": dict(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536),
    "bert-base": dict(hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072),
}
BATCHES = {"short": (1024, 128), "long": (256, 512)}  # pairs, longest; lengths from a quarter of it
DEVICE = "cuda"


def make(directory, tokenizer):
    torch.manual_seed(7)
    for name, (pairs, longest) in BATCHES.items():
        lengths = torch.randint(longest // 4, longest + 1, (pairs,))
        offsets = torch.zeros(pairs + 1, dtype=torch.int32)
        offsets[1:] = lengths.cumsum(0)
        ids = torch.randint(1000, 30000, (int(offsets[-1]),), dtype=torch.int32)
        ids[offsets[:-1].long()] = 101
        ids[offsets[1:].long() - 1] = 102
        save_file({"ids": ids, "offsets": offsets}, directory / f"batch-{name}.safetensors")
    for name, shape in SHAPES.items():
        config = BertConfig(vocab_size=30522, max_position_embeddings=512, num_labels=1, initializer_range=0.05, **shape)
        model = BertForSequenceClassification(config).eval()
        model.save_pretrained(directory / name)
        shutil.copy(tokenizer, directory / name / "tokenizer.json")
        model.to(DEVICE)
        for batch in BATCHES:
            save_file(
                {"logits": padded_logits(model, *padded(directory, batch)).cpu()},
                directory / f"logits-{name}-{batch}.safetensors",
            )


def padded(directory, batch):
    packed = load_file(directory / f"batch-{batch}.safetensors")
    rows = [packed["ids"][a:b].long() for a, b in zip(packed["offsets"][:-1], packed["offsets"][1:])]
    ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    mask = torch.nn.utils.rnn.pad_sequence([torch.ones_like(r) for r in rows], batch_first=True)
    return ids.to(DEVICE), mask.to(DEVICE)


@torch.inference_mode()
def padded_logits(model, ids, mask):
    parts = [model(input_ids=i, attention_mask=m).logits for i, m in zip(ids.split(64), mask.split(64))]
    return torch.cat(parts).float()


class Packed(torch.nn.Module):
    """A BERT cross-encoder over packed sequences, written as plainly as PyTorch allows."""

    def __init__(self, model):
        super().__init__()
        self.heads = model.config.num_attention_heads
        self.bert, self.classifier = model.bert, model.classifier
        for layer in self.bert.encoder.layer:
            attention = layer.attention.self
            parts = (attention.query, attention.key, attention.value)
            layer.qkv_weight = torch.nn.Parameter(torch.cat([p.weight for p in parts]))
            layer.qkv_bias = torch.nn.Parameter(torch.cat([p.bias for p in parts]))

    def forward(self, ids, positions, offsets, longest):
        e = self.bert.embeddings
        x = e.word_embeddings(ids) + e.token_type_embeddings.weight[0] + e.position_embeddings(positions)
        x = e.LayerNorm(x)
        for layer in self.bert.encoder.layer:
            qkv = F.linear(x, layer.qkv_weight, layer.qkv_bias).view(x.shape[0], 3, self.heads, -1)
            attended = torch.ops.aten._flash_attention_forward(
                qkv[:, 0], qkv[:, 1], qkv[:, 2], offsets, offsets, longest, longest, 0.0, False, False
            )[0].flatten(1)
            out = layer.attention.output
            x = out.LayerNorm(x + out.dense(attended))
            up = F.gelu(layer.intermediate.dense(x))
            x = layer.output.LayerNorm(x + layer.output.dense(up))
        first = x[offsets[:-1]]
        return self.classifier(torch.tanh(self.bert.pooler.dense(first))).float()


def seconds(call, repeats=30, warm=5):
    for _ in range(warm):
        call()
    times = []
    for _ in range(repeats):
        torch.cuda.synchronize()
        start = time.perf_counter()
        call()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


@torch.inference_mode()
def peers(directory):
    print(json.dumps({"torch": torch.__version__, "transformers": transformers.__version__,
                      "gpu": torch.cuda.get_device_name()}))
    for name in SHAPES:
        half = BertForSequenceClassification.from_pretrained(
            directory / name, attn_implementation="sdpa", dtype=torch.bfloat16).eval().to(DEVICE)
        for batch, (pairs, longest) in BATCHES.items():
            ids, mask = padded(directory, batch)
            file = load_file(directory / f"batch-{batch}.safetensors", device=DEVICE)
            offsets = file["offsets"]
            lengths = (offsets[1:] - offsets[:-1]).cpu()
            positions = torch.cat([torch.arange(int(n)) for n in lengths]).to(DEVICE)
            expected = load_file(directory / f"logits-{name}-{batch}.safetensors", device=DEVICE)["logits"]
            packed = Packed(half)
            arguments = (file["ids"].long(), positions, offsets, int(lengths.max()))
            compiled = torch.compile(packed, dynamic=False)
            calls = {
                "transformers, padded, SDPA": lambda: half(input_ids=ids, attention_mask=mask).logits,
                "PyTorch, packed, flash": lambda: packed(*arguments),
                "PyTorch, packed, compiled": lambda: compiled(*arguments),
            }
            for peer, call in calls.items():
                error = (call().float() - expected).abs()
                print(json.dumps({
                    "model": name, "batch": batch, "peer": peer, "pairs_per_s": round(pairs / seconds(call)),
                    "bf16_error_mean": error.mean().item(), "bf16_error_max": error.max().item()}), flush=True)


@torch.inference_mode()
def errors(directory):
    for name in SHAPES:
        for dtype in (torch.bfloat16, torch.float16):
            model = BertForSequenceClassification.from_pretrained(
                directory / name, attn_implementation="sdpa", dtype=dtype).eval().to(DEVICE)
            for batch in BATCHES:
                ids, mask = padded(directory, batch)
                expected = load_file(directory / f"logits-{name}-{batch}.safetensors", device=DEVICE)["logits"]
                error = (model(input_ids=ids, attention_mask=mask).logits.float() - expected).abs()
                print(json.dumps({"model": name, "batch": batch, "dtype": str(dtype),
                                  "error_mean": error.mean().item(), "error_max": error.max().item()}), flush=True)


if __name__ == "__main__":
    torch.backends.cuda.matmul.allow_tf32 = False
    target = Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    if sys.argv[1] == "make":
        make(target, sys.argv[3])
    elif sys.argv[1] == "errors":
        errors(target)
    else:
        peers(target)
