/** Qwen 3 (arXiv:2505.09388): configuration and names of its weights. */
package io.sparkattention.model.qwen3;
