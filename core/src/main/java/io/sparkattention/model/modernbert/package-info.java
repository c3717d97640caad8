/** ModernBERT: pre-norm layers with rotary embeddings, most of them local (arXiv:2412.13663). */
package io.sparkattention.model.modernbert;
