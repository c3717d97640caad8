/** DistilBERT (Sanh et al. 2019, arXiv:1910.01108): configuration and names of its weights. */
package io.sparkattention.model.distilbert;
