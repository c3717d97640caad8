package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;

/** The runs that an evaluation measures. */
public final class Runs {

  /** The run that is measured. */
  public static final String PREDICTIONS = "predictions";

  /** The run that it is compared with. */
  public static final String BASELINE = "baseline";

  private Runs() {}

  /** The names of one run, or of two. */
  static List<String> names(boolean compared) {
    return compared ? List.of(PREDICTIONS, BASELINE) : List.of(PREDICTIONS);
  }

  /** What each run lacks of the items that are wanted, and what it has beside them. */
  static void addCoverage(Map<String, Column> conditions, Column wanted, List<String> runs) {
    for (String run : runs) {
      conditions.put("missing_from_" + run, wanted.and(not(col(run))));
      conditions.put("left_out_of_" + run, not(wanted).and(col(run)));
    }
  }
}
