/** LongT5: T5 for long texts (LongT5, arXiv:2112.07916). */
package io.sparkattention.model.longt5;
