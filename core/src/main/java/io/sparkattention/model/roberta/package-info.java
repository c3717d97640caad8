/**
 * RoBERTa (Liu et al. 2019, arXiv:1907.11692) and XLM-RoBERTa (Conneau et al. 2019,
 * arXiv:1911.02116), which share configuration and names.
 */
package io.sparkattention.model.roberta;
