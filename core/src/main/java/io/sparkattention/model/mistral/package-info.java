/** Mistral (arXiv:2310.06825): configuration and names of its weights. */
package io.sparkattention.model.mistral;
