/** Llama 1 to 3.2 (arXiv:2407.21783) and its kin: configuration and names of its weights. */
package io.sparkattention.model.llama;
