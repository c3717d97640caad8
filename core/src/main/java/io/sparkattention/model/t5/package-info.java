/** T5, T5 1.1, Flan-T5 and mT5 (arXiv:1910.10683, arXiv:2010.11934): configuration and names. */
package io.sparkattention.model.t5;
