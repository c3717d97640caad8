package io.sparkattention.jobs.cli;

import io.sparkattention.udfs.config.UsageException;
import io.sparkattention.udfs.executor.ExecutorModels;
import io.sparkattention.udfs.executor.SparkAttentionPlugin;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
    if (conf.get(MASTER).matches("local(\\[.*)?")) {
      conf.setIfMissing("spark.locality.wait", "0"); // where tasks that wait may wait for ever
    }
    conf.setIfMissing("spark.app.name", name);
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    conf.setIfMissing("spark.plugins", SparkAttentionPlugin.class.getName());
    SparkSession spark = started(() -> SparkSession.builder().config(conf).getOrCreate(), conf);
    try {
      return work.apply(spark);
    } finally {
      spark.stop();
      ExecutorModels.closeUnused();
    }
  }

  /**
   * A session that starts.
   *
   * @throws UsageException if it does not, such as with a master that does not exist
   */
  static SparkSession started(Callable<SparkSession> start, SparkConf conf) {
    try {
      return start.call();
    } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare
      throw new UsageException(
          List.of(
              "Spark cannot start with "
                  + MASTER
                  + " "
                  + conf.get(MASTER)
                  + ": "
                  + (e.getMessage() == null ? e.toString() : e.getMessage())));
    }
  }

  /** Where to show progress; null where nobody looks. */
  static PrintStream terminal() {
    return System.console() == null ? null : System.err;
  }
}
