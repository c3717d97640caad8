/** Phi 3 and 4 mini (arXiv:2404.14219): configuration and names of its weights. */
package io.sparkattention.model.phi3;
