/** BigBird: BERT that reads blocks (arXiv:2007.14062). */
package io.sparkattention.model.bigbird;
