/** BART (Lewis et al. 2019, arXiv:1910.13461): configuration and names of its weights. */
package io.sparkattention.model.bart;
