package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.sparkattention.udfs.config.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Checks that rows can be told apart. All rules are looked into in one pass that moves nothing but
 * hashes; only where one seems broken are the ids themselves compared, to say which they are.
 */
final class Ids {

  private static final int EXAMPLES = 5;

  private Ids() {}

  /**
   * Counts the ids of each rule.
   *
   * @param what what a row is called in messages, such as {@code documents}
   * @throws UsageException with examples, if a rule is broken
   */
  static long[] check(Dataset<Row> rows, List<IdRule> rules, String what, String location) {
    long[] ids = new long[rules.size()];
    List<String> problems = new ArrayList<>();
    for (Row found : census(rows, rules).collectAsList()) {
      int i = found.getInt(0);
      IdRule rule = rules.get(i);
      ids[i] = found.getLong(1);
      if (found.getLong(2) > 0) {
        ids[i] =
            rule.text().isEmpty()
                ? unique(rows, rule.keys(), what, location, problems)
                : oneText(rows, rule, location, problems);
      }
    }
    if (!problems.isEmpty()) {
      throw new UsageException(problems);
    }
    return ids;
  }

  /** For each rule its number, how many ids there are, and for how many it seems broken. */
  private static Dataset<Row> census(Dataset<Row> rows, List<IdRule> rules) {
    Column entries =
        array(
            IntStream.range(0, rules.size())
                .mapToObj(i -> entry(i, rules.get(i)))
                .toArray(Column[]::new));
    Column repeated = col("unique").and(col("rows").gt(1).or(col("missing")));
    return rows.select(explode(entries).as("e"))
        .groupBy("e.rule", "e.unique", "e.id")
        .agg(
            count(lit(1)).as("rows"),
            max("e.missing").as("missing"),
            min("e.text").as("least"),
            max("e.text").as("most"))
        .groupBy("rule")
        .agg(
            count(lit(1)).as("ids"),
            count_if(repeated.or(col("least").notEqual(col("most")))).as("broken"));
  }

  private static Column entry(int number, IdRule rule) {
    Column text = rule.text().map(name -> xxhash64(col(name))).orElse(lit(0L));
    return struct(
        lit(number).as("rule"),
        lit(rule.text().isEmpty()).as("unique"),
        xxhash64(columns(rule.keys())).as("id"),
        anyNull(rule.keys()).as("missing"),
        text.as("text"));
  }

  private static long unique(
      Dataset<Row> rows, List<String> keys, String what, String location, List<String> problems) {
    Dataset<Row> groups = rows.groupBy(columns(keys)).agg(count(lit(1)).as("n"));
    Column missing = anyNull(keys);
    Column repeated = col("n").gt(1).and(missing.unary_$bang());
    Row totals =
        groups
            .agg(
                count(lit(1)),
                coalesce(sum(col("n").multiply(missing.cast("long"))), lit(0L)),
                count_if(repeated))
            .first();
    String name = String.join(", ", keys);
    if (totals.getLong(1) > 0) {
      problems.add(
          totals.getLong(1)
              + " "
              + what
              + " of "
              + location
              + " have no "
              + name
              + ": give each its own, or drop them");
    }
    if (totals.getLong(2) > 0) {
      problems.add(
          totals.getLong(2)
              + " "
              + name
              + " of "
              + location
              + " occur more than once, such as "
              + examples(groups.filter(repeated), keys)
              + ": each must name one row");
    }
    return totals.getLong(0);
  }

  private static String examples(Dataset<Row> repeated, List<String> keys) {
    return repeated.orderBy(columns(keys)).limit(EXAMPLES).collectAsList().stream()
        .map(
            row ->
                IntStream.range(0, keys.size())
                        .mapToObj(row::getString)
                        .collect(Collectors.joining(", ", "'", "'"))
                    + " ("
                    + row.getLong(keys.size())
                    + " times)")
        .collect(Collectors.joining(", "));
  }

  private static long oneText(
      Dataset<Row> rows, IdRule rule, String location, List<String> problems) {
    String text = rule.text().orElseThrow();
    String id = rule.keys().get(0);
    Dataset<Row> texts = rows.groupBy(col(id)).agg(count_distinct(xxhash64(col(text))).as("texts"));
    List<Row> several = texts.filter(col("texts").gt(1)).orderBy(id).limit(1).collectAsList();
    if (!several.isEmpty()) {
      problems.add(
          "the "
              + id
              + " '"
              + several.get(0).getString(0)
              + "' of "
              + location
              + " has several texts in column "
              + text
              + ": give each text an id of its own");
    }
    return texts.count();
  }

  private static Column anyNull(List<String> keys) {
    return keys.stream().map(key -> col(key).isNull()).reduce(Column::or).orElseThrow();
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(name -> col(name)).toArray(Column[]::new);
  }
}
