/** MPNet (Song et al. 2020, arXiv:2004.09297): configuration and names of its weights. */
package io.sparkattention.model.mpnet;
