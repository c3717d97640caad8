/** Gemma 3 for text (arXiv:2503.19786): configuration and names of its weights. */
package io.sparkattention.model.gemma3;
