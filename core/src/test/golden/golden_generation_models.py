"""The configurations behind golden_generation.py: name: (model type, options, how to save)."""

import torch

_BASE = dict(
    hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=128)
_ALL_HEADS = {**_BASE, "num_key_value_heads": 4, "tie_word_embeddings": False}
_TIED = {**_BASE, "tie_word_embeddings": True}


def _rope(**parameters):
    return {**_TIED, "rope_parameters": {"rope_theta": 100.0, **parameters}}


DECODERS = {
    "llama": ("llama", _ALL_HEADS, {}),
    "llama-grouped-tied": ("llama", {
        **_TIED, "head_dim": 16, "attention_bias": True, "mlp_bias": True}, {}),
    "llama-one-key-head": ("llama", {**_TIED, "num_key_value_heads": 1}, {"max_shard_size": "40KB"}),
    "llama-rope-linear": ("llama", _rope(rope_type="linear", factor=4.0), {}),
    "llama-rope-dynamic": ("llama", {
        **_rope(rope_type="dynamic", factor=4.0), "max_position_embeddings": 16}, {}),
    "llama-rope-llama3": ("llama", _rope(
        rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=16), {}),
    "llama-rope-yarn": ("llama", _rope(
        rope_type="yarn", factor=4.0, original_max_position_embeddings=16), {}),
    "llama-bf16": ("llama", _TIED, {"dtype": torch.bfloat16}),
    "mistral": ("mistral", {
        **_BASE, "num_hidden_layers": 3, "sliding_window": 8, "head_dim": 8,
        "tie_word_embeddings": False}, {}),
    "mistral-yarn": ("mistral", {
        **_TIED, "num_key_value_heads": 1, "sliding_window": None, "rope_parameters": {
            "rope_type": "yarn", "rope_theta": 100.0, "factor": 4.0,
            "original_max_position_embeddings": 16, "beta_fast": 8.0, "beta_slow": 2.0}}, {}),
    "qwen2": ("qwen2", _TIED, {}),
    "qwen2-sliding": ("qwen2", {
        **_TIED, "num_hidden_layers": 3, "use_sliding_window": True, "sliding_window": 6,
        "max_window_layers": 1, "tie_word_embeddings": False}, {}),
    "qwen3": ("qwen3", {**_TIED, "head_dim": 16}, {"dtype": torch.float16}),
    "qwen3-sliding": ("qwen3", {
        **_ALL_HEADS, "head_dim": 8, "num_hidden_layers": 3, "use_sliding_window": True,
        "sliding_window": 6, "max_window_layers": 1, "attention_bias": True,
        "rope_parameters": {"rope_type": "linear", "rope_theta": 100.0, "factor": 2.0}}, {}),
    "gemma3": ("gemma3_text", {
        **_TIED, "num_hidden_layers": 3, "head_dim": 16, "sliding_window": 8,
        "query_pre_attn_scalar": 24,
        "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
        "rope_parameters": {
            "sliding_attention": {"rope_type": "default", "rope_theta": 50.0},
            "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000.0}}}, {}),
    "gemma3-nested": ("gemma3", {
        "text_config": {
            **_TIED, "model_type": "gemma3_text", "head_dim": 8, "sliding_window": 8,
            "sliding_window_pattern": 2, "query_pre_attn_scalar": 8},
        "vision_config": {
            "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1,
            "num_attention_heads": 1, "image_size": 8, "patch_size": 4},
        "mm_tokens_per_image": 4}, {}),
    "phi3": ("phi3", {**_BASE, "tie_word_embeddings": False}, {}),
    "phi3-longrope": ("phi3", {
        **_TIED, "original_max_position_embeddings": 16, "sliding_window": 12,
        "rope_parameters": {
            "rope_type": "longrope", "rope_theta": 100.0, "partial_rotary_factor": 0.5,
            "short_factor": [1.0, 1.25], "long_factor": [1.5, 4.0],
            "original_max_position_embeddings": 16}}, {}),
    "smollm3": ("smollm3", {**_TIED, "num_hidden_layers": 3, "no_rope_layers": [1, 0, 1]}, {}),
    "smollm3-sliding": ("smollm3", {
        **_BASE, "num_key_value_heads": 1, "num_hidden_layers": 4, "intermediate_size": 32,
        "no_rope_layer_interval": 4, "use_sliding_window": True, "sliding_window": 8,
        "layer_types": ["sliding_attention", "sliding_attention", "full_attention",
                        "sliding_attention"],
        "tie_word_embeddings": False, "rope_parameters": {
            "rope_type": "llama3", "rope_theta": 100.0, "factor": 8.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 16}}, {}),
    "gpt2": ("gpt2", dict(n_embd=32, n_layer=2, n_head=4, n_positions=128), {}),
    "gpt2-untied": ("gpt2", dict(
        n_embd=32, n_layer=3, n_head=2, n_inner=48, n_positions=128,
        scale_attn_by_inverse_layer_idx=True, tie_word_embeddings=False,
        activation_function="gelu"), {}),
    "mpt": ("mpt", dict(d_model=32, n_layers=2, n_heads=4, max_seq_len=128), {}),
    "mpt-six-heads": ("mpt", dict(
        d_model=24, n_layers=3, n_heads=6, max_seq_len=128, layer_norm_epsilon=1e-6,
        tie_word_embeddings=False, attn_config={"softmax_scale": 0.4}), {}),
}

_BART = dict(
    d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
    decoder_attention_heads=4, encoder_ffn_dim=20, decoder_ffn_dim=24,
    max_position_embeddings=48, decoder_start_token_id=0)
_T5 = dict(
    d_model=32, d_kv=8, d_ff=48, num_layers=2, num_decoder_layers=2, num_heads=4,
    relative_attention_num_buckets=8, relative_attention_max_distance=24, decoder_start_token_id=1)

ENCODER_DECODERS = {
    "bart": ("bart", {**_BART, "forced_eos_token_id": 2}, {}),
    "bart-scaled": ("bart", {
        **_BART, "decoder_layers": 1, "scale_embedding": True, "activation_function": "relu",
        "forced_eos_token_id": None}, {}),
    "bart-fp16-sharded": ("bart", {
        **_BART, "encoder_attention_heads": 2, "decoder_attention_heads": 2, "decoder_layers": 1}, {
        "dtype": torch.float16, "max_shard_size": "40KB"}),
    "pegasus": ("pegasus", {**_BART, "scale_embedding": True, "decoder_start_token_id": 1}, {}),
    "pegasus-deep": ("pegasus", {
        **_BART, "encoder_layers": 3, "decoder_layers": 1, "encoder_attention_heads": 2,
        "decoder_attention_heads": 2, "encoder_ffn_dim": 16, "decoder_ffn_dim": 16,
        "activation_function": "relu", "scale_embedding": False, "decoder_start_token_id": 1,
        "forced_eos_token_id": None}, {}),
    "led": ("led", {
        **{k: v for k, v in _BART.items() if k != "max_position_embeddings"},
        "encoder_ffn_dim": 16, "decoder_ffn_dim": 12, "attention_window": [8, 4],
        "max_encoder_position_embeddings": 48, "max_decoder_position_embeddings": 32}, {}),
    "led-one-layer": ("led", {
        **{k: v for k, v in _BART.items() if k != "max_position_embeddings"},
        "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2,
        "decoder_attention_heads": 2, "attention_window": [6], "activation_function": "relu",
        "max_encoder_position_embeddings": 54, "max_decoder_position_embeddings": 32}, {}),
    "t5": ("t5", _T5, {}),
    "t5-gated-untied": ("t5", {
        **_T5, "num_heads": 2, "d_kv": 12, "feed_forward_proj": "gated-gelu",
        "tie_word_embeddings": False}, {}),
    "t5-own-head": ("t5", {
        **_T5, "num_layers": 1, "num_decoder_layers": 1, "feed_forward_proj": "gated-gelu",
        "tie_word_embeddings": False}, {"own_head": True}),
    "mt5": ("mt5", {**_T5, "num_heads": 2, "d_ff": 32}, {}),
    "mt5-bf16-sharded": ("mt5", {**_T5, "num_decoder_layers": 1}, {
        "dtype": torch.bfloat16, "max_shard_size": "40KB"}),
    "mt5-plain": ("mt5", {
        **_T5, "num_layers": 3, "num_decoder_layers": 1, "d_kv": 6, "d_ff": 24,
        "feed_forward_proj": "relu"}, {}),
    "longt5-local": ("longt5", {**_T5, "local_radius": 3}, {}),
    "longt5-transient-global": ("longt5", {
        **_T5, "d_ff": 32, "local_radius": 3, "global_block_size": 4,
        "feed_forward_proj": "gated-gelu",
        "encoder_attention_type": "transient-global"}, {}),
}

_GREEDY, _BEAM = {"num_beams": 1}, {"num_beams": 4}
_WAYS = [
    _GREEDY,
    _BEAM,
    {"num_beams": 4, "length_penalty": 2.0, "early_stopping": True},
    {"num_beams": 3, "length_penalty": 0.0, "early_stopping": "never"},
    {"num_beams": 1, "no_repeat_ngram_size": 2},
    {"num_beams": 4, "no_repeat_ngram_size": 2, "min_new_tokens": 6},
    {"num_beams": 1, "repetition_penalty": 1.3},
    {"num_beams": 1, "suppress_tokens": [7, 12, 40, 99], "begin_suppress_tokens": [50, 51]},
    {"num_beams": 2, "forced_bos_token_id": 9, "forced_eos_token_id": 2},
    {"num_beams": 4, "max_new_tokens": 5, "repetition_penalty": 1.2},
]
SETTINGS = {"*": [_GREEDY, _BEAM], "llama": _WAYS, "bart": _WAYS, "gpt2": _WAYS[:6]}
