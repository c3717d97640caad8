"""How far from float32 transformers is in half precision, on the checkpoints of the other scripts.

Run after golden_generation.py and make_golden.py, with their outputs and the file to write:

    python core/src/test/golden/golden_half.py GOLDEN_GENERATION GOLDEN half.expected.json

For each dtype, checkpoint and part (`hidden`, or `encoder` and `decoder`): the root mean square of
the differences of the last hidden states from those of the same model in float32, by eager
attention. Models that generate read the 20 prompts of generation.expected.json, each alone; decoders
of encoder-decoders read their start token and the first ten tokens of the prompt. Encoders read the
sequences of expected.safetensors. fp16 leaves out T5 and its kin, of which transformers keeps some
weights in float32, and what overflows.
"""

import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file

from golden_sparse import FAMILIES, alone

KEPT_IN_FLOAT32 = ("t5", "mt5", "longt5")
ENCODERS = ("bert", "roberta", "mpnet", "distilbert", *FAMILIES)


def loaded(auto, folder, dtype):
    return auto.from_pretrained(folder, attn_implementation="eager", dtype=dtype).eval()


def generating(folder, dtype):
    prompts = json.loads((folder / "generation.expected.json").read_text())["prompts"]
    config = transformers.AutoConfig.from_pretrained(folder)
    paired = config.is_encoder_decoder
    auto = transformers.AutoModelForSeq2SeqLM if paired else transformers.AutoModelForCausalLM
    model = loaded(auto, folder, dtype)
    for prompt in prompts:
        asked = {"input_ids": torch.tensor([prompt])}
        if paired:
            asked["decoder_input_ids"] = torch.tensor([[config.decoder_start_token_id, *prompt[:10]]])
        if config.model_type == "led":
            asked["global_attention_mask"] = torch.eye(1, len(prompt), dtype=torch.long)
        with torch.no_grad():
            if not paired:  # dynamic rotary embeddings remember the longest text until this
                model(asked["input_ids"][:, :1])
            out = model(**asked, output_hidden_states=True)
        if paired:
            yield {"encoder": out.encoder_hidden_states[-1], "decoder": out.decoder_hidden_states[-1]}
        else:
            yield {"hidden": out.hidden_states[-1]}


def encoding(folder, dtype):
    model = loaded(transformers.AutoModel, folder, dtype)
    expected = load_file(folder / "expected.safetensors")
    names = [n for n in ("input_ids", "attention_mask", "token_type_ids") if n in expected]
    for row, length in enumerate(expected["attention_mask"].sum(1).tolist()):
        inputs = {name: expected[name][row : row + 1, :length] for name in names}
        yield {"hidden": alone(model, inputs, False).last_hidden_state}


def distances(states, folder, dtype):
    """The root mean square for each part."""
    squares, counts = {}, {}
    for half, full in zip(states(folder, dtype), states(folder, torch.float32)):
        for part in half:
            difference = half[part].double() - full[part].double()
            squares[part] = squares.get(part, 0) + float((difference ** 2).sum())
            counts[part] = counts.get(part, 0) + difference.numel()
    return {f"{folder.name}.{part}": (squares[part] / counts[part]) ** 0.5 for part in squares}


def main(generation, golden, output):
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(1)
    found = {}
    for name, dtype in (("bf16", torch.bfloat16), ("fp16", torch.float16)):
        found[name] = {}
        for folder in sorted(Path(generation).iterdir()):
            if not (folder / "config.json").exists():
                continue
            kind = transformers.AutoConfig.from_pretrained(folder).model_type
            if dtype == torch.bfloat16 or kind not in KEPT_IN_FLOAT32:
                found[name].update(distances(generating, folder, dtype))
        for family in ENCODERS:
            found[name].update(distances(encoding, Path(golden) / family, dtype))
        for key in [key for key, value in found[name].items() if not value < float("inf")]:
            print(f"{name} {key} overflows")
            del found[name][key]
    Path(output).write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
