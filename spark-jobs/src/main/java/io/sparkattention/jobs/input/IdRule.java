package io.sparkattention.jobs.input;

import java.util.List;
import java.util.Optional;

/**
 * What must hold for ids.
 *
 * @param keys the columns that hold the id, in whole or in part
 * @param text a column of which each id has one value, in any number of rows; where there is none,
 *     each id names one row, and none is null
 * @param unnamed what becomes of rows that cannot be decoded and have no id
 */
record IdRule(List<String> keys, Optional<String> text, Unnamed unnamed) {

  /** What becomes of rows that cannot be decoded and have no id. */
  enum Unnamed {
    REFUSED,
    LEFT_OUT
  }

  IdRule {
    keys = List.copyOf(keys);
  }

  /** Each id names one row. */
  static IdRule unique(List<String> keys) {
    return new IdRule(keys, Optional.empty(), Unnamed.REFUSED);
  }

  /** Each id names one row; rows that cannot be decoded need none. */
  static IdRule uniqueWhereDecoded(List<String> keys) {
    return new IdRule(keys, Optional.empty(), Unnamed.LEFT_OUT);
  }

  /** Each id always stands beside the same text. */
  static IdRule oneText(String id, String text) {
    return new IdRule(List.of(id), Optional.of(text), Unnamed.REFUSED);
  }
}
