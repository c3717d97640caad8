package io.sparkattention.jobs.job;

import io.sparkattention.evaluate.Bootstrap;
import io.sparkattention.evaluate.Metric;
import io.sparkattention.evaluate.Metrics;
import io.sparkattention.evaluate.PairedTest;
import io.sparkattention.evaluate.RougeTokenizer;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.OptionType;
import java.util.List;
import java.util.Locale;

/** What is measured, and how sure it is to be. */
final class EvaluateOptions {

  static final JobOption<List<Metric>> METRICS =
      JobOption.required(
          "metrics",
          new OptionType<>("metric,metric,…", Metrics::parseAll),
          "What to measure: rouge1,rougeL of summaries, or ndcg@10,mrr of rankings (see list"
              + " metrics)");
  static final JobOption<String> ROUGE_TOKENIZER =
      JobOption.withDefault(
          "rouge-tokenizer",
          OptionType.oneOf("stemmed", "plain", "unicode"),
          "stemmed",
          "What a word is to ROUGE: stemmed or plain words of Latin letters, or unicode for any"
              + " script");
  static final JobOption<Double> CONFIDENCE =
      JobOption.withDefault(
          "confidence",
          new OptionType<>("0..1", EvaluateOptions::confidence),
          "0.95",
          "The part of the resampled means that an interval holds");
  static final JobOption<Integer> RESAMPLES =
      JobOption.withDefault(
          "resamples",
          OptionType.wholeNumber(1000),
          String.valueOf(Bootstrap.DEFAULT.resamples()),
          "How many times items are drawn for an interval");
  static final JobOption<Integer> SEED =
      JobOption.withDefault(
          "seed", OptionType.wholeNumber(0), "42", "The seed of intervals and tests");

  static final List<JobOption<?>> OPTIONS =
      List.of(METRICS, ROUGE_TOKENIZER, CONFIDENCE, RESAMPLES, SEED);

  private EvaluateOptions() {}

  /** The metrics; those of ROUGE that name no tokenizer take that of the option. */
  static List<Metric> metrics(JobSettings settings) {
    settings.value(METRICS); // refuses here what is wrong whatever the tokenizer
    String tokenizer = settings.value(ROUGE_TOKENIZER).toUpperCase(Locale.ROOT);
    return Metrics.parseAll(
        settings.text(METRICS).orElseThrow(), RougeTokenizer.valueOf(tokenizer));
  }

  /** How means and runs are judged. */
  static PairedTest test(JobSettings settings) {
    int seed = settings.value(SEED);
    Bootstrap bootstrap =
        new Bootstrap(settings.value(RESAMPLES), settings.value(CONFIDENCE), seed);
    return new PairedTest(bootstrap, PairedTest.DEFAULT.permutations(), seed);
  }

  private static double confidence(String text) {
    double confidence = OptionType.RATE.parser().apply(text);
    if (confidence == 0 || confidence == 1) {
      throw new IllegalArgumentException("use a number between 0 and 1, such as 0.95");
    }
    return confidence;
  }
}
