/** Qwen 2 and 2.5 (arXiv:2412.15115): configuration and names of its weights. */
package io.sparkattention.model.qwen2;
