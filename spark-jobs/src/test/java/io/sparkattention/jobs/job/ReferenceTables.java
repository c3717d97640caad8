package io.sparkattention.jobs.job;

import io.sparkattention.evaluate.Metrics;
import io.sparkattention.jobs.FunctionTables;
import io.sparkattention.jobs.SparkVersions;
import io.sparkattention.jobs.bench.Measured;
import io.sparkattention.jobs.bench.MeasuredPage;
import io.sparkattention.jobs.config.ConfigurationKeys;
import io.sparkattention.jobs.corpus.CorpusTable;
import io.sparkattention.jobs.corpus.CorpusTables;
import io.sparkattention.jobs.evaluate.SummaryTable;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.jobs.report.DifferenceTable;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.model.EncoderFamilies;
import io.sparkattention.model.decoder.DecoderFamilies;
import io.sparkattention.model.seq2seq.Seq2SeqFamilies;
import io.sparkattention.prompt.Prompts;
import io.sparkattention.registry.Registry;
import io.sparkattention.registry.SpecList;
import io.sparkattention.rerank.Rerankers;
import io.sparkattention.statistics.AttentionStatistic;
import io.sparkattention.statistics.AttentionStatistics;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.statistics.ValueScale;
import io.sparkattention.summarize.Summarizers;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.metrics.InferenceMetric;
import io.sparkattention.udfs.work.StatisticsTable;
import io.sparkattention.udfs.work.StatisticsWork;
import io.sparkattention.weights.KnownModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tables of the documentation, written from the declarations that the code itself reads. */
public final class ReferenceTables {

  private ReferenceTables() {}

  /** All tables in Markdown, by the name that a page calls them by. */
  public static Map<String, String> all() {
    Map<String, String> tables = new TreeMap<>();
    for (Job job : Jobs.ALL) {
      tables.put("options of " + job.name(), options(job.options()));
      tables.put("keys of " + job.name(), keys(job));
    }
    tables.put("keys of every application", generalKeys());
    tables.put("options of every run", options(RunOptions.OPTIONS));
    Stream<OutputSchema> perLevel =
        Arrays.stream(StatisticLevel.values())
            .filter(level -> level != StatisticLevel.CORPUS)
            .map(level -> AttentionStatsJob.schema(StatisticsTable.of(level, statistics(level))));
    StatisticsTable usual =
        StatisticsTable.of(
            StatisticLevel.HEAD,
            StatisticsPlan.of(SpecList.split(StatisticsWork.STATISTICS.defaultText())));
    for (CorpusTable each : CorpusTables.ALL) {
      tables.put("columns of " + each.schema(usual).name(), columns(each.schema(usual)));
    }
    Stream.concat(
            Stream.of(
                SummarizeJob.SCHEMA,
                RerankJob.SCHEMA,
                EmbedJob.SCHEMA,
                EvaluateJob.SCHEMA,
                SummaryTable.SCHEMA,
                CorpusExport.SCHEMA,
                DifferenceTable.SCHEMA),
            perLevel)
        .forEach(schema -> tables.put("columns of " + schema.name(), columns(schema)));
    tables.put("mechanisms", MechanismTables.all());
    tables.put("measurements", MeasuredPage.of(Measured.ofLogs(measuredLogs())));
    tables.put("cache policies", variants(KvCachePolicies.REGISTRY));
    tables.put("statistics", statistics());
    tables.put("summarizers", variants(Summarizers.REGISTRY));
    tables.put("rerankers", variants(Rerankers.REGISTRY));
    tables.put("metrics of evaluate", variants(Metrics.REGISTRY));
    tables.put("models", models());
    tables.put("families", families());
    tables.put("prompts", prompts());
    tables.putAll(FunctionTables.all());
    tables.put("metrics", metrics());
    tables.put("versions of Spark", SparkVersions.table());
    return tables;
  }

  /** The logs of mechanisms that are kept as evidence, in the order of their names. */
  private static List<Path> measuredLogs() {
    Path home = Path.of(System.getProperty("spark.attention.home", ".."));
    try (Stream<Path> files = Files.list(home.resolve("docs").resolve("evidence"))) {
      return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String families() {
    return table(
        List.of("Kind", "`model_type`"),
        Stream.of(
            List.of("encoder", codes(EncoderFamilies.modelTypes())),
            List.of("encoder-decoder", codes(Seq2SeqFamilies.modelTypes())),
            List.of("decoder", codes(DecoderFamilies.modelTypes()))));
  }

  private static String prompts() {
    return table(
        List.of("Prompt", "Fills", "SHA-256"),
        Prompts.names().stream()
            .map(Prompts::load)
            .map(
                prompt ->
                    List.of(
                        code(prompt.name()),
                        prompt.placeholders().stream()
                            .map(name -> code("{" + name + "}"))
                            .collect(Collectors.joining(", ")),
                        code(prompt.sha256().substring(0, 16) + "…"))));
  }

  private static String codes(Set<String> names) {
    return names.stream().map(ReferenceTables::code).collect(Collectors.joining(", "));
  }

  private static String metrics() {
    return table(
        List.of("Metric", "Speaks of", "What it is"),
        Arrays.stream(InferenceMetric.values())
            .map(
                metric ->
                    List.of(
                        code(metric.label()),
                        metric.of().name().toLowerCase(Locale.ROOT),
                        metric.summary())));
  }

  private static String options(List<JobOption<?>> options) {
    return table(
        List.of("Option", "Value", "Default", "Meaning"),
        options.stream()
            .map(
                option ->
                    List.of(
                        code("--" + option.name()),
                        code(option.type().label()),
                        byDefault(option),
                        option.doc())));
  }

  private static String keys(Job job) {
    return table(
        List.of("Key", "Default", "Changes the results"),
        Jobs.options(job).stream()
            .map(
                option ->
                    List.of(
                        code(option.key(job.name())),
                        byDefault(option),
                        option.effect() == JobOption.Effect.RESULTS ? "yes" : "no")));
  }

  private static String generalKeys() {
    return table(
        List.of("Key", "Value", "Default", "Meaning"),
        ConfigurationKeys.GENERAL.stream()
            .map(
                key ->
                    List.of(
                        code(key.key()), code(key.type().label()), key.byDefault(), key.doc())));
  }

  private static String byDefault(JobOption<?> option) {
    if (option.presence() == JobOption.Presence.REQUIRED) {
      return "must be set";
    }
    return option.defaultText() == null ? "" : code(option.defaultText());
  }

  private static String columns(OutputSchema schema) {
    return table(
        List.of("Column", "Type", "Meaning"),
        Arrays.stream(schema.type().fields())
            .map(
                field ->
                    List.of(
                        code(field.name()),
                        code(field.dataType().catalogString()),
                        field.getComment().get())));
  }

  private static String statistics() {
    return AttentionStatistics.REGISTRY.entries().stream()
        .map(
            entry -> {
              AttentionStatistic statistic = AttentionStatistics.REGISTRY.parse(entry.name());
              String scales =
                  statistic.levels().stream()
                      .sorted()
                      .map(level -> lower(level.name()) + " " + scale(statistic.scale(level)))
                      .collect(Collectors.joining("; "));
              return heading(entry)
                  + "- Class: "
                  + lower(statistic.statisticClass().name())
                  + ", "
                  + statistic.statisticClass().cost()
                  + "\n- Range: "
                  + scales
                  + "\n- No evidence: "
                  + statistic.caveat()
                  + "\n"
                  + settings(entry);
            })
        .collect(Collectors.joining("\n"));
  }

  private static String scale(ValueScale scale) {
    String unit = " (" + scale.unit() + ")";
    if (Double.isInfinite(scale.lowest())) {
      return (Double.isInfinite(scale.highest()) ? "any number" : "up to " + bound(scale.highest()))
          + unit;
    }
    String highest =
        Double.isInfinite(scale.highest()) ? "upwards" : "to " + bound(scale.highest());
    return "from " + bound(scale.lowest()) + " " + highest + unit;
  }

  private static String bound(double bound) {
    return BigDecimal.valueOf(bound)
        .setScale(3, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  /** All statistics that have numbers of a level. */
  private static StatisticsPlan statistics(StatisticLevel level) {
    return StatisticsPlan.of(
        names(AttentionStatistics.REGISTRY).stream()
            .filter(name -> AttentionStatistics.REGISTRY.parse(name).levels().contains(level))
            .toList());
  }

  private static String variants(Registry<?> registry) {
    return registry.entries().stream()
        .map(entry -> heading(entry) + settings(entry))
        .collect(Collectors.joining("\n"));
  }

  static String heading(Registry.Entry<?> entry) {
    return "### `"
        + entry.name()
        + "`\n\n"
        + entry.summary().replace(" (operator only", "\n(operator only")
        + ".\n\n- Source: "
        + entry.source()
        + "\n";
  }

  static String settings(Registry.Entry<?> entry) {
    if (entry.options().isEmpty()) {
      return "- Options: none\n";
    }
    return "\n"
        + table(
            List.of("Option", "Value", "Default", "Meaning"),
            entry.options().stream()
                .map(
                    option ->
                        List.of(
                            code(option.name()),
                            value(option),
                            option.defaultValue() == null
                                ? "must be set"
                                : code(option.defaultValue()),
                            option.means())));
  }

  private static String value(Registry.Option option) {
    return option.itemType() == null
        ? value(option.type())
        : "list: " + value(option.itemType()) + ", …";
  }

  private static String value(Class<?> type) {
    if (type.isInterface()) {
      return code("name[:key=value,…]");
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> code(lower(((Enum<?>) constant).name()).replace('_', '-')))
          .collect(Collectors.joining(", "));
    }
    if (type == int.class || type == Integer.class) {
      return "whole number";
    }
    return type == double.class || type == Double.class ? "number" : "text";
  }

  private static String models() {
    return table(
        List.of("Name", "What it is", "Artifact"),
        KnownModels.names().stream()
            .map(KnownModels::named)
            .map(model -> List.of(code(model.name()), model.summary(), code(model.coordinates()))));
  }

  private static List<String> names(Registry<?> registry) {
    return registry.entries().stream().<String>map(Registry.Entry::name).toList();
  }

  private static String table(List<String> head, Stream<List<String>> rows) {
    List<String> rule = head.stream().map(name -> "---").toList();
    return Stream.concat(Stream.of(head, rule), rows)
        .map(cells -> "| " + String.join(" | ", cells) + " |\n")
        .collect(Collectors.joining());
  }

  /** Literal text; a bar would end a cell. */
  private static String code(String text) {
    return "`" + text.replace("|", "\\|") + "`";
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
