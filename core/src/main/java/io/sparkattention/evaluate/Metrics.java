package io.sparkattention.evaluate;

import io.sparkattention.registry.Registry;
import io.sparkattention.registry.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics, by name. Besides specs, the usual short forms are read: {@code ndcg@10} is {@code
 * ndcg:k=10}, {@code rouge2} is {@code rouge-n:n=2}, {@code rougeL} and {@code rougeLsum} are
 * {@code rouge-l} and {@code rouge-lsum}.
 */
public final class Metrics {

  /** All of them; one line each. */
  public static final Registry<Metric> REGISTRY =
      new Registry<Metric>("metric")
          .add("bertscore", BertScore.class)
          .add("map", AveragePrecision.class)
          .add("mrr", ReciprocalRank.class)
          .add("ndcg", Ndcg.class)
          .add("own-document", OwnDocument.class)
          .add("precision", Precision.class)
          .add("recall", Recall.class)
          .add("rouge-l", RougeL.class)
          .add("rouge-lsum", RougeLsum.class)
          .add("rouge-n", RougeN.class);

  private static final Pattern CUTOFF = Pattern.compile("([a-z-]+)@(\\d+)");
  private static final Pattern ROUGE = Pattern.compile("rouge([1-9]|L|Lsum)(?::(.*))?");

  private static final String TOKENIZER = "tokenizer";

  private Metrics() {}

  /**
   * Makes the metric that a spec or a short form describes.
   *
   * @throws IllegalArgumentException with every reason
   */
  public static Metric parse(String spec) {
    return REGISTRY.parse(written(spec.strip()));
  }

  /**
   * Makes the metrics of a list such as {@code rouge1,rouge-l:tokenizer=unicode,ndcg@10}. An entry
   * without a colon that sets an option belongs to the metric before it.
   *
   * @throws IllegalArgumentException with every reason: of each metric, for a list that names none,
   *     and for a metric that is there twice
   */
  public static List<Metric> parseAll(String list) {
    return parseAll(list, RougeTokenizer.STEMMED);
  }

  /** As {@link #parseAll(String)}; metrics that name no tokenizer but have one take this. */
  public static List<Metric> parseAll(String list, RougeTokenizer tokenizer) {
    List<String> specs = new ArrayList<>();
    for (String entry : list.split(",")) {
      String spec = entry.strip();
      boolean option = spec.indexOf('=') >= 0 && spec.indexOf(':') < 0;
      if (option && !specs.isEmpty()) {
        specs.set(specs.size() - 1, specs.get(specs.size() - 1) + "," + spec);
      } else if (!spec.isEmpty()) {
        specs.add(spec);
      }
    }
    List<String> problems = new ArrayList<>();
    List<Metric> metrics = new ArrayList<>();
    Set<Metric> known = new HashSet<>();
    for (String spec : specs) {
      try {
        Metric metric = REGISTRY.parse(tokenized(written(spec), tokenizer));
        metrics.add(metric);
        if (!known.add(metric)) {
          problems.add("'" + spec + "' is there twice: keep one");
        }
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage());
      }
    }
    if (specs.isEmpty()) {
      problems.add("no metric is named: write a list such as rouge1,rougeL or ndcg@10,mrr");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return List.copyOf(metrics);
  }

  /** The shortest spec that makes an equal metric, such as {@code ndcg@10} or {@code rouge1}. */
  public static String label(Metric metric) {
    Settings settings = Settings.parse(REGISTRY.format(metric));
    String name = metric instanceof RougeN grams ? "rouge" + grams.n() : settings.name();
    List<String> options = new ArrayList<>();
    for (Registry.Option option : entry(metric).options()) {
      String value = settings.values().get(option.name());
      if (option.name().equals("k")) {
        name += value.equals("0") ? "" : "@" + value;
      } else if (!option.name().equals("n") && !value.equals(option.defaultValue())) {
        options.add(option.name() + "=" + value);
      }
    }
    return options.isEmpty() ? name : name + ":" + String.join(",", options);
  }

  /**
   * Names of the columns that a metric's numbers stand in: its label for the first part, label and
   * part for the others, such as {@code rouge1} and {@code rouge1-recall}.
   */
  public static List<String> columns(Metric metric) {
    List<String> parts = metric.parts();
    String label = label(metric);
    return parts.stream()
        .map(part -> part.equals(parts.get(0)) ? label : label + "-" + part)
        .toList();
  }

  private static Registry.Entry<Metric> entry(Metric metric) {
    return REGISTRY.entries().stream()
        .filter(entry -> entry.type() == metric.getClass())
        .findFirst()
        .orElseThrow();
  }

  private static String tokenized(String spec, RougeTokenizer tokenizer) {
    Settings settings = Settings.parse(spec);
    boolean tokenizes =
        REGISTRY.entries().stream()
            .filter(entry -> entry.name().equals(settings.name()))
            .flatMap(entry -> entry.options().stream())
            .anyMatch(option -> option.name().equals(TOKENIZER));
    if (!tokenizes || settings.values().containsKey(TOKENIZER)) {
      return spec;
    }
    Map<String, String> values = new LinkedHashMap<>(settings.values());
    values.put(TOKENIZER, tokenizer.name().toLowerCase(Locale.ROOT));
    return new Settings(settings.name(), values).toString();
  }

  private static String written(String spec) {
    Matcher cutoff = CUTOFF.matcher(spec);
    if (cutoff.matches()) {
      return cutoff.group(1) + ":k=" + cutoff.group(2);
    }
    Matcher rouge = ROUGE.matcher(spec);
    if (!rouge.matches()) {
      return spec;
    }
    String kind = rouge.group(1);
    String options = rouge.group(2);
    if (kind.startsWith("L")) {
      return "rouge-" + kind.toLowerCase(Locale.ROOT) + (options == null ? "" : ":" + options);
    }
    return "rouge-n:n=" + kind + (options == null ? "" : "," + options);
  }
}
