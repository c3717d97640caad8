/** Longformer: RoBERTa that reads windows (arXiv:2004.05150). */
package io.sparkattention.model.longformer;
