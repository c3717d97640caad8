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
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.sparkattention.udfs.config.UsageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
   * What is known of ids.
   *
   * @param counts how many ids there are of each rule
   * @param lost how many rows cannot be decoded and have no id
   * @param sound whether all rules hold
   */
  record Census(List<Long> counts, long lost, boolean sound) {}

  /**
   * Counts the ids of each rule.
   *
   * @param rows with {@value InputTable#PROBLEM} beside ids and texts
   * @param what what a row is called in messages, such as {@code documents}
   * @throws UsageException with examples, if a rule is broken
   */
  static Census check(Dataset<Row> rows, List<IdRule> rules, String what, String location) {
    Census census = census(rows, rules);
    if (census.sound) {
      return census;
    }
    List<String> problems = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    for (IdRule rule : rules) {
      counts.add(
          rule.text().isEmpty()
              ? unique(rows.filter(isLost(rule).unary_$bang()), rule, what, location, problems)
              : oneText(rows, rule, location, problems));
    }
    if (!problems.isEmpty()) {
      throw new UsageException(problems);
    }
    return new Census(counts, census.lost, true); // hashes were equal, ids were not
  }

  /** The same by hashes: a rule that seems broken need not be. */
  static Census census(Dataset<Row> rows, List<IdRule> rules) {
    Column entries =
        array(
            IntStream.range(0, rules.size())
                .mapToObj(i -> entry(i, rules.get(i)))
                .toArray(Column[]::new));
    Column named = col("rows").minus(col("lost"));
    Column repeated = col("unique").and(named.gt(1).or(col("missing")));
    List<Row> found =
        rows.select(explode(entries).as("e"))
            .groupBy("e.rule", "e.unique", "e.id")
            .agg(
                count(lit(1)).as("rows"),
                count_if(col("e.lost")).as("lost"),
                max("e.missing").as("missing"),
                min("e.text").as("least"),
                max("e.text").as("most"))
            .groupBy("rule")
            .agg(
                count_if(named.gt(0)).as("ids"),
                sum("lost").as("lost"),
                count_if(repeated.or(col("least").notEqual(col("most")))).as("broken"))
            .collectAsList();
    Long[] counts = new Long[rules.size()];
    Arrays.fill(counts, 0L);
    found.forEach(rule -> counts[rule.getInt(0)] = rule.getLong(1));
    return new Census(
        List.of(counts),
        found.stream().mapToLong(rule -> rule.getLong(2)).sum(),
        found.stream().allMatch(rule -> rule.getLong(3) == 0));
  }

  private static Column entry(int number, IdRule rule) {
    Column lost = isLost(rule);
    return struct(
        lit(number).as("rule"),
        lit(rule.text().isEmpty()).as("unique"),
        xxhash64(columns(rule.keys())).as("id"),
        lost.as("lost"),
        anyNull(rule.keys()).and(lost.unary_$bang()).as("missing"),
        rule.text().map(Ids::decoded).orElse(lit(0L)).as("text"));
  }

  /** A hash of a text; null where the row cannot be decoded, so that the text may be in part. */
  private static Column decoded(String text) {
    return when(col(InputTable.PROBLEM).isNull(), xxhash64(col(text)));
  }

  /** Whether a row cannot be decoded, has no id, and needs none. */
  static Column isLost(IdRule rule) {
    return rule.unnamed() == IdRule.Unnamed.LEFT_OUT
        ? anyNull(rule.keys()).and(col(InputTable.PROBLEM).isNotNull())
        : lit(false);
  }

  private static long unique(
      Dataset<Row> rows, IdRule rule, String what, String location, List<String> problems) {
    List<String> keys = rule.keys();
    Dataset<Row> groups = rows.groupBy(columns(keys)).agg(count(lit(1)).as("n"));
    Column missing = anyNull(keys);
    Column repeated = col("n").gt(1).and(missing.unary_$bang());
    List<Column> counts = new ArrayList<>(List.of(count_if(repeated)));
    Stream.concat(Stream.of(missing), keys.stream().map(key -> col(key).isNull()))
        .forEach(absent -> counts.add(coalesce(sum(when(absent, col("n"))), lit(0L))));
    Row totals = groups.agg(count(lit(1)), counts.toArray(Column[]::new)).first();
    if (totals.getLong(2) > 0) {
      String absent =
          IntStream.range(0, keys.size())
              .filter(key -> totals.getLong(3 + key) > 0)
              .mapToObj(keys::get)
              .collect(Collectors.joining(" or no "));
      problems.add(
          totals.getLong(2)
              + " "
              + what
              + " of "
              + location
              + " have no "
              + absent
              + " (null, or not UTF-8): give each its own, or drop them");
    }
    if (totals.getLong(1) > 0) {
      problems.add(
          totals.getLong(1)
              + " "
              + String.join(", ", keys)
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
    Dataset<Row> texts = rows.groupBy(col(id)).agg(count_distinct(decoded(text)).as("texts"));
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
