/** LED: the Longformer encoder-decoder (Longformer, arXiv:2004.05150). */
package io.sparkattention.model.led;
