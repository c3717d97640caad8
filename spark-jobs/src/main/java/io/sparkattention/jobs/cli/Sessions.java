package io.sparkattention.jobs.cli;

import io.sparkattention.udfs.executor.ExecutorModels;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** The Spark session of a command: the one that is there, or a new one that ends with it. */
final class Sessions {

  private static final String MASTER = "spark.master";

  private Sessions() {}

  /** What Spark was configured with, by spark-submit or by the session that is there. */
  static Map<String, String> configuration() {
    SparkConf conf =
        SparkSession.getDefaultSession().isDefined()
            ? SparkSession.getDefaultSession().get().sparkContext().getConf()
            : new SparkConf();
    Map<String, String> values = new HashMap<>();
    for (Tuple2<String, String> entry : conf.getAll()) {
      values.put(entry._1(), entry._2());
    }
    return values;
  }

  /**
   * Works with a session; local mode where no master is set.
   *
   * @param more configuration that a new session gets besides
   */
  static <T> T with(String name, Map<String, String> more, Function<SparkSession, T> work) {
    if (SparkSession.getDefaultSession().isDefined()) {
      return work.apply(SparkSession.getDefaultSession().get());
    }
    SparkConf conf = new SparkConf();
    more.forEach(conf::set);
    conf.setIfMissing(MASTER, "local[*]");
    conf.setIfMissing("spark.app.name", name);
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
    try {
      return work.apply(spark);
    } finally {
      spark.stop();
      ExecutorModels.closeUnused();
    }
  }

  /** Where to show progress; null where nobody looks. */
  static PrintStream terminal() {
    return System.console() == null ? null : System.err;
  }
}
