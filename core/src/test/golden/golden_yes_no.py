"""Golden files of reranking by yes and no: what transformers says of the next token.

Run (no network, no accelerator, seconds; the checkpoints are those of golden_generation.py):

    pip install torch transformers
    python core/src/test/golden/golden_yes_no.py core/src/test/resources

golden/yes-no/<checkpoint>.expected.json holds the token ids of the words; for each pair its prompt
as tokens, the `logOdds` of the words, and the log-probability `said` that one of them is said:
of the token after the prompt for decoders, of the decoder's first one for encoder-decoders.
"""

import json
import sys
from pathlib import Path

import torch
import transformers

CHECKPOINTS = {"llama": "decoder", "qwen2-sliding": "decoder", "t5": "encoder-decoder"}
PROMPT = "Query: {query} Document: {passage} Relevant:"
YES = ["Ġthe"]
NO = ["of", "Ġof"]
PAIRS = [
    ("where", "It is in the box."),
    ("where", "It is in the old box on the old table."),
    ("who said so", "Nobody knows."),
    ("who said so", "a"),
    ("naïve 注意", "🙂"),
    ("why?", "Because, as one says, {passage} and {query} stay as they are."),
    ("the", "the the the the"),
    ("of", "of of of of of of"),
    ("x", "One passage\nhas two lines."),
    ("a longer query, of some words", "and a shorter passage"),
]


def expected(folder, kind):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    made = (transformers.AutoModelForCausalLM if kind == "decoder"
            else transformers.AutoModelForSeq2SeqLM)
    model = made.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    yes = tokenizer.convert_tokens_to_ids(YES)
    no = tokenizer.convert_tokens_to_ids(NO)
    pairs = []
    for query, passage in PAIRS:
        text = PROMPT.replace("{query}", "\0").replace("{passage}", passage).replace("\0", query)
        ids = tokenizer(text).input_ids
        with torch.no_grad():
            inputs = {"input_ids": torch.tensor([ids])}
            if kind != "decoder":
                start = model.config.decoder_start_token_id
                inputs["decoder_input_ids"] = torch.tensor([[start]])
            logits = model(**inputs).logits[0, -1].double()
        logs = torch.log_softmax(logits, 0)
        log_yes = torch.logsumexp(logs[yes], 0)
        log_no = torch.logsumexp(logs[no], 0)
        pairs.append({
            "query": query, "passage": passage, "prompt": ids,
            "logOdds": (log_yes - log_no).item(),
            "said": torch.logaddexp(log_yes, log_no).item()})
    return {"transformers": transformers.__version__, "torch": torch.__version__,
            "yes": yes, "no": no, "pairs": pairs}


def main(resources):
    resources = Path(resources)
    output = resources / "golden" / "yes-no"
    output.mkdir(parents=True, exist_ok=True)
    for name, kind in CHECKPOINTS.items():
        made = expected(resources / "golden-generation" / name, kind)
        with open(output / (name + ".expected.json"), "w", encoding="utf-8", newline="\n") as file:
            json.dump(made, file, ensure_ascii=False, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
