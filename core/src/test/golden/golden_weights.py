"""Seeded random weights."""

import zlib

import torch


def generator(name):
    return torch.Generator().manual_seed(zlib.crc32(name.encode()))


def randomize(module, name):
    """Weights wide enough for attention to be far from uniform; no bias is 0, no norm weight 1."""
    random = generator(name)
    with torch.no_grad():
        for key, parameter in sorted(module.named_parameters()):
            values = torch.randn(parameter.shape, generator=random)
            if parameter.dim() == 1 and "norm" in key.lower() and key.endswith("weight"):
                parameter.copy_(1 + 0.2 * values)
            else:
                parameter.copy_((1.0 if "relative_attention_bias" in key else 0.2) * values)
    return module.eval()
