"""Golden files of models that generate: tiny random checkpoints and what transformers makes of them.

Run (no network, no accelerator, a few minutes; package versions in versions.json of the output):

    pip install torch transformers tokenizers safetensors
    python core/src/test/golden/golden_generation.py OUTPUT [NAME ...]

Seeds are those of make_golden.py: the CRC-32 of the directory's name. Each directory holds a
checkpoint as a hub would serve it, generation_config.json included, and

* expected.safetensors, float32 unless said otherwise, by eager attention. For each of a few
  prompts b, t tokens long: `prompt.{b}` (t) int64; `hidden_states.{layer}.{b}` (t, hidden), layer 0
  being the embeddings and the last one normalized where the model ends in a norm;
  `attentions.{layer}.{b}` (heads, t, t); `logits.{b}` (t, vocabulary). Encoder-decoders have
  `encoder_hidden_states.`, `encoder_attentions.` (t queries, t keys whatever windows there are;
  LongT5's sums of blocks are keys before them),
  `target.{b}` (u) int64, `decoder_hidden_states.`, `decoder_attentions.`, `cross_attentions.` (u
  queries, t keys) and `logits.`.
* generation.expected.json: 20 prompts of mixed length as token ids; for each way of decoding its
  `settings` (the names of generation_config.json) and, for each prompt, the new `tokens` without
  those after the end, and `mean_log_probabilities` of these tokens by compute_transition_scores,
  before anything changed the scores. Each prompt was continued alone; a padded batch gave the same
  tokens, but for rotary embeddings that depend on the length, which transformers takes from the
  longest row.

sampling/warpers.safetensors holds what may be drawn from random scores.
"""

import json
import platform
import sys
from collections import Counter
from pathlib import Path

import safetensors
import tokenizers
import torch
import transformers
import transformers.generation as generation
from safetensors.torch import load_file, save_file
from tokenizers import processors
from transformers import AutoConfig, GenerationConfig, PreTrainedTokenizerFast

import golden_tokenizers
from golden_generation_models import DECODERS, ENCODER_DECODERS, SETTINGS
from golden_sparse import square
from golden_weights import generator, randomize

SHOWN = (1, 7, 20)
LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 17, 19, 22, 26, 31, 37)
NEW_TOKENS = 12
BOS, PAD, EOS, FIRST_WORD = 0, 1, 2, 5


class Model:
    """One checkpoint: made, saved, read back, and asked."""

    def __init__(self, root, name, tokenizer):
        self.name, self.folder = name, root / name
        self.paired = name in ENCODER_DECODERS
        # transformers 5.17 forgets the prompt where LongRoPE changes its factors under a cache
        self.cached = "longrope" not in name
        kind, options, saving = (ENCODER_DECODERS if self.paired else DECODERS)[name]
        tokens = dict(bos_token_id=BOS, pad_token_id=PAD, eos_token_id=EOS)
        if "text_config" in options:
            text = {**options["text_config"], "vocab_size": tokenizer.vocab_size}
            config = AutoConfig.for_model(kind, **{**tokens, **options, "text_config": text})
        else:
            config = AutoConfig.for_model(
                kind, vocab_size=tokenizer.vocab_size, **{**tokens, **options})
        auto = (transformers.AutoModelForSeq2SeqLM if self.paired
                else transformers.AutoModelForCausalLM)
        model = auto.from_config(config, attn_implementation="eager")
        randomize(model, name)
        self.listen(model)
        model.tie_weights()
        self.model = model
        model.generation_config = self.generation_config()
        saving = dict(saving)
        if "dtype" in saving:
            model.to(saving.pop("dtype"))
        own_head = saving.pop("own_head", False)
        model.save_pretrained(self.folder, **saving)
        if own_head:
            self.store_head()
        tokenizer.save_pretrained(self.folder)
        self.model = auto.from_pretrained(
            self.folder, attn_implementation="eager", dtype=torch.float32).eval()

    def store_head(self):
        """As checkpoints of T5 1.1 are, which transformers does not tie where their heads differ."""
        path = self.folder / "model.safetensors"
        weights = load_file(path)
        shape = weights["shared.weight"].shape
        weights["lm_head.weight"] = 0.2 * torch.randn(shape, generator=generator(self.name))
        save_file(weights, path, metadata={"format": "pt"})

    @staticmethod
    def listen(model):
        """Makes cross-attention wide enough for texts to depend on what was encoded."""
        with torch.no_grad():
            for key, parameter in model.named_parameters():
                if "encoder_attn." in key and parameter.dim() == 2:
                    parameter.mul_(2.5)

    def prompt(self, length, what):
        random = generator(f"{self.name}/{what}/{length}")
        vocabulary = self.model.config.get_text_config().vocab_size
        ids = torch.randint(FIRST_WORD, vocabulary, (length,), generator=random)
        if self.paired and length > 1:
            ids[-1] = EOS
        elif not self.paired:
            ids[0] = BOS
        return ids

    def generation_config(self):
        """Ends at </s> and at what the model says often, so that rows end at different lengths."""
        config = GenerationConfig(
            bos_token_id=BOS, pad_token_id=PAD, eos_token_id=EOS, max_new_tokens=NEW_TOKENS)
        if self.paired:
            config.decoder_start_token_id = self.model.config.decoder_start_token_id
            config.forced_eos_token_id = getattr(self.model.config, "forced_eos_token_id", None)
        said = Counter()
        for length in LENGTHS:
            tokens = self.continued(self.prompt(length, "prompt"), config)
            said.update(set(tokens[3:-1]) - set(tokens[:3]) - {EOS})
        often = [token for token, count in said.most_common() if count <= 8][:2]
        config.eos_token_id = [EOS] + sorted(often)
        return config

    def reading(self, batch):
        """What a model is asked beside its tokens: LED reads with its first token as a global one."""
        if self.model.config.model_type != "led":
            return batch
        first = torch.zeros_like(batch["input_ids"])
        first[:, 0] = 1
        return {**batch, "global_attention_mask": first}

    def continued(self, ids, config, **settings):
        return self.continued_and_scored(ids, config, **settings)[0]

    def continued_and_scored(self, ids, config, **settings):
        """The new tokens, and the mean of their log-probabilities."""
        batch = {"input_ids": ids[None], "attention_mask": torch.ones(1, len(ids)).long()}
        rows, found = self.generate(batch, config, settings)
        tokens = self.cut(rows[0], config)
        scores = self.model.compute_transition_scores(
            found.sequences, found.logits, found.get("beam_indices"), normalize_logits=True)
        return tokens, scores[0, :len(tokens)].mean().item()

    def generate(self, batch, config, settings):
        with torch.no_grad():
            if not self.paired:  # dynamic rotary embeddings remember the longest text until this
                self.model(batch["input_ids"][:, :1])
            found = self.model.generate(
                **self.reading(batch), generation_config=config, do_sample=False,
                use_cache=self.cached, return_dict_in_generate=True, output_logits=True,
                output_scores=True, **settings)
        start = 1 if self.paired else batch["input_ids"].shape[1]
        return found.sequences[:, start:].tolist(), found

    @staticmethod
    def cut(tokens, config):
        """Up to and with the first token that ends."""
        ends = config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends]
        for i, token in enumerate(tokens):
            if token in ends:
                return tokens[: i + 1]
        return tokens

    def padded(self, prompts):
        """Decoders are padded on the left, encoders on the right."""
        longest = max(map(len, prompts))
        ids = torch.full((len(prompts), longest), PAD)
        mask = torch.zeros_like(ids)
        for row, prompt in enumerate(prompts):
            place = slice(0, len(prompt)) if self.paired else slice(longest - len(prompt), longest)
            ids[row, place], mask[row, place] = prompt, 1
        return {"input_ids": ids, "attention_mask": mask}

    def generated(self):
        prompts = [self.prompt(length, "prompt") for length in LENGTHS]
        config = self.model.generation_config
        found = []
        for settings in SETTINGS.get(self.name, SETTINGS["*"]):
            scored = [self.continued_and_scored(prompt, config, **settings) for prompt in prompts]
            alone = [tokens for tokens, _ in scored]
            together = [self.cut(row, config) for row in
                        self.generate(self.padded(prompts), config, settings)[0]]
            different = sum(a != b for a, b in zip(alone, together))
            if different:
                print(f"{self.name} {settings}: {different} prompts differ in a batch")
            means = [round(mean, 6) for _, mean in scored]
            found.append({"settings": settings, "tokens": alone, "mean_log_probabilities": means})
        text = ",\n".join(json.dumps(each) for each in found)
        rows = json.dumps([prompt.tolist() for prompt in prompts])
        (self.folder / "generation.expected.json").write_text(
            '{"prompts": ' + rows + ',\n"decoded": [\n' + text + "\n]}\n")

    def shown(self):
        found = {}
        for row, length in enumerate(SHOWN):
            ids = self.prompt(length, "shown")
            found[f"prompt.{row}"] = ids
            asked = {"input_ids": ids[None]}
            if self.paired:
                target = self.prompt(length // 2 + 2, "target")
                target[0] = self.model.config.decoder_start_token_id
                found[f"target.{row}"] = target
                asked["decoder_input_ids"] = target[None]
            with torch.no_grad():
                if not self.paired:
                    self.model(ids[None, :1])
                out = self.model(
                    **self.reading(asked), output_hidden_states=True, output_attentions=True)
            found[f"logits.{row}"] = out.logits[0]
            parts = ("encoder_hidden_states", "decoder_hidden_states", "decoder_attentions",
                     "cross_attentions") if self.paired else ("hidden_states", "attentions")
            for part in parts:
                for layer, values in enumerate(out[part]):
                    found[f"{part}.{layer}.{row}"] = values[0]
            for layer, values in enumerate(out.get("encoder_attentions") or []):
                if self.model.config.model_type == "led":
                    values = square(values, out.encoder_global_attentions[layer])
                if self.model.config.model_type == "longt5":
                    values = unblocked(values, length)
                found[f"encoder_attentions.{layer}.{row}"] = values[0]
        found = {key: value.contiguous().clone() for key, value in found.items()}
        save_file(found, self.folder / "expected.safetensors")


def unblocked(values, tokens):
    """Weights of LongT5, (1, blocks, heads, size, 3 * size + sides), by key, sides first."""
    blocks, heads, size, columns = values.shape[1:]
    sides = columns - 3 * size
    found = torch.zeros(1, heads, blocks * size, sides + (blocks + 2) * size)
    for block in range(blocks):
        rows = slice(block * size, (block + 1) * size)
        found[0, :, rows, :sides] = values[0, block, :, :, 3 * size :]
        start = sides + block * size  # keys are a block further on, so that one is before the first
        found[0, :, rows, start : start + 3 * size] = values[0, block, :, :, : 3 * size]
    keys = [*range(sides), *range(sides + size, sides + size + tokens)]
    return found[:, :, :tokens, keys]


def tokenizer(paired):
    """The byte-level tokenizer of make_golden.py, with <s> before a prompt or </s> after a text."""
    trained = golden_tokenizers.train()["bpe"]
    text = "$A:0 </s>:0" if paired else "<s>:0 $A:0"
    pair = "$A:0 </s>:0 $B:0 </s>:0" if paired else "<s>:0 $A:0 $B:0"
    trained.post_processor = processors.TemplateProcessing(
        single=text, pair=pair, special_tokens=[("<s>", BOS), ("</s>", EOS)])
    return PreTrainedTokenizerFast(
        tokenizer_object=trained, model_max_length=128,
        model_input_names=["input_ids", "attention_mask"],
        **golden_tokenizers.SPECIAL_TOKENS["bpe"])


def warpers(folder):
    """What may be drawn: scores (R, vocabulary) before and after each way, minus infinity hidden."""
    scores = 3 * torch.randn(6, 50, generator=generator("warpers"))
    ways = {
        "temperature=0.7": [generation.TemperatureLogitsWarper(0.7)],
        "top_k=5": [generation.TopKLogitsWarper(5)],
        "top_p=0.8": [generation.TopPLogitsWarper(0.8)],
        "min_p=0.1": [generation.MinPLogitsWarper(0.1)],
        "temperature=1.5,top_k=20,top_p=0.9,min_p=0.05": [
            generation.TemperatureLogitsWarper(1.5), generation.TopKLogitsWarper(20),
            generation.TopPLogitsWarper(0.9), generation.MinPLogitsWarper(0.05)],
    }
    found = {"scores": scores}
    for name, way in ways.items():
        warped = scores.clone()
        for each in way:
            warped = each(None, warped)
        found[name] = warped.contiguous()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(found, folder / "warpers.safetensors")


def main(output, *names):
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    root = Path(output)
    warpers(root / "sampling")
    for name in names or [*DECODERS, *ENCODER_DECODERS]:
        model = Model(root, name, tokenizer(name in ENCODER_DECODERS))
        model.shown()
        model.generated()
        print(name, sum(file.stat().st_size for file in model.folder.iterdir()))
    modules = (torch, transformers, tokenizers, safetensors)
    golden_tokenizers.write_json(root / "versions.json", {
        "python": platform.python_version(), **{m.__name__: m.__version__ for m in modules}})


if __name__ == "__main__":
    main(*sys.argv[1:])
