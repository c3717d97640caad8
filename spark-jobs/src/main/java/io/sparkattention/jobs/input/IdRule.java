package io.sparkattention.jobs.input;

import java.util.List;
import java.util.Optional;

/**
 * What must hold for ids.
 *
 * @param keys the columns that hold the id, in whole or in part
 * @param text a column of which each id has one value, in any number of rows; where there is none,
 *     each id names one row, and none is null
 */
record IdRule(List<String> keys, Optional<String> text) {

  IdRule {
    keys = List.copyOf(keys);
  }

  /** Each id names one row. */
  static IdRule unique(List<String> keys) {
    return new IdRule(keys, Optional.empty());
  }

  /** Each id always stands beside the same text. */
  static IdRule oneText(String id, String text) {
    return new IdRule(List.of(id), Optional.of(text));
  }
}
