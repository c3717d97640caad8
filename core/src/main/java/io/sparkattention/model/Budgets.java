package io.sparkattention.model;

import io.sparkattention.text.TokenBudget;

/**
 * How many tokens one forward pass takes: what a processor's caches and a GPU's cores like best.
 */
final class Budgets {

  /** Enough rows for the products of a small processor, few enough to stay near its caches. */
  static final TokenBudget CPU = TokenBudget.packed(4_096);

  /** Enough rows to fill a GPU. */
  static final TokenBudget GPU = TokenBudget.packed(131_072);

  private Budgets() {}
}
