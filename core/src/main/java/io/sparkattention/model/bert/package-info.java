/** BERT (Devlin et al. 2018, arXiv:1810.04805): its configuration and the names of its weights. */
package io.sparkattention.model.bert;
