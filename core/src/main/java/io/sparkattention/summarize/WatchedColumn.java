package io.sparkattention.summarize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What can be told of a model's attention while it writes a summary. */
public enum WatchedColumn {
  /** How much of its weights each sentence gives to the prompt rather than to itself. */
  LOOKBACK_RATIO,
  /** How much of its weights the end of the prompt gives to the instruction in it. */
  FOCUS_SCORE;

  /** The name of its column. */
  public String column() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The columns of some names.
   *
   * @throws IllegalArgumentException naming those that are none
   */
  public static Set<WatchedColumn> named(List<String> names) {
    Set<WatchedColumn> columns = EnumSet.noneOf(WatchedColumn.class);
    List<String> unknown = new ArrayList<>();
    for (String name : names) {
      Arrays.stream(values())
          .filter(each -> each.column().equals(name))
          .findFirst()
          .ifPresentOrElse(columns::add, () -> unknown.add(name));
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          String.join(", ", unknown)
              + ": use "
              + String.join(", ", Arrays.stream(values()).map(WatchedColumn::column).toList()));
    }
    return columns;
  }
}
