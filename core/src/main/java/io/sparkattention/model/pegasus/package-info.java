/** PEGASUS (Zhang et al. 2019, arXiv:1912.08777): configuration and names of its weights. */
package io.sparkattention.model.pegasus;
