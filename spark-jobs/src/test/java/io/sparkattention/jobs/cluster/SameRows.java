package io.sparkattention.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/** Compares rows of two runs: floats within a tolerance, all else exactly. */
public final class SameRows {

  /** Batches of other sizes add in another order. */
  private static final double TOLERANCE = 1e-4;

  private SameRows() {}

  public static void assertSame(List<Row> actual, List<Row> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      same(actual.get(i), expected.get(i), expected.get(i));
    }
  }

  private static void same(Object actual, Object expected, Row row) {
    if (expected instanceof Row columns) {
      for (int i = 0; i < columns.size(); i++) {
        same(((Row) actual).get(i), columns.get(i), row);
      }
    } else if (expected instanceof scala.collection.Seq<?> items) {
      List<?> values = CollectionConverters.asJava((scala.collection.Seq<?>) actual);
      List<?> wanted = CollectionConverters.asJava(items);
      assertThat(values).as("%s", row).hasSameSizeAs(wanted);
      for (int i = 0; i < wanted.size(); i++) {
        same(values.get(i), wanted.get(i), row);
      }
    } else if (expected instanceof Number number
        && (number instanceof Float || number instanceof Double)) {
      assertThat(((Number) actual).doubleValue())
          .as("%s", row)
          .isCloseTo(
              number.doubleValue(),
              within(TOLERANCE * Math.max(1, Math.abs(number.doubleValue()))));
    } else {
      assertThat(actual).as("%s", row).isEqualTo(expected);
    }
  }
}
