package io.sparkattention.jobs.input;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.OptionType;
import java.util.List;

/** What a job that evaluates can be told about its input. */
public final class EvaluationInputs {

  public static final JobOption<String> PREDICTIONS =
      JobOption.required("predictions", OptionType.PATH, "The summaries or rankings to measure");
  public static final JobOption<String> BASELINE =
      JobOption.optional(
          "baseline", OptionType.PATH, "Those of another run, to test whether the two differ");
  public static final JobOption<String> REFERENCES =
      JobOption.optional(
          "references",
          OptionType.PATH,
          "What to compare with: summaries that people wrote, or judgements of passages");
  public static final JobOption<String> SOURCES =
      JobOption.optional(
          "sources", OptionType.PATH, "The documents of the summaries, for own-document");

  static final JobOption<String> FORMAT =
      JobOption.optional(
          "format",
          OptionType.TEXT,
          "The format of --predictions and --baseline: trec, json, parquet, orc, csv or another"
              + " Spark source; by default the file name tells");
  static final JobOption<String> REFERENCES_FORMAT =
      JobOption.optional(
          "references-format",
          OptionType.TEXT,
          "The format of --references; by default the file name tells");
  static final JobOption<String> SOURCES_FORMAT =
      JobOption.optional(
          "sources-format",
          OptionType.TEXT,
          "The format of --sources; by default the file name tells");

  static final JobOption<String> ID_COLUMN =
      JobOption.withDefault(
          "id-column", OptionType.COLUMN, Documents.ID, "The column that names a document");
  static final JobOption<String> SUMMARY_COLUMN =
      JobOption.withDefault(
          "summary-column", OptionType.COLUMN, "summary", "The column of summaries");
  static final JobOption<String> REFERENCE_COLUMN =
      JobOption.withDefault(
          "reference-column", OptionType.COLUMN, "reference", "The column of reference summaries");
  static final JobOption<String> TEXT_COLUMN =
      JobOption.withDefault(
          "text-column", OptionType.COLUMN, Documents.TEXT, "The column of documents");
  static final JobOption<String> QUERY_ID_COLUMN =
      JobOption.withDefault(
          "query-id-column", OptionType.COLUMN, "query_id", "The column that names a query");
  static final JobOption<String> PASSAGE_ID_COLUMN =
      JobOption.withDefault(
          "passage-id-column", OptionType.COLUMN, "passage_id", "The column that names a passage");
  static final JobOption<String> SCORE_COLUMN =
      JobOption.withDefault(
          "score-column", OptionType.COLUMN, "score", "The column of scores; higher is better");
  static final JobOption<String> RELEVANCE_COLUMN =
      JobOption.withDefault(
          "relevance-column",
          OptionType.COLUMN,
          "relevance",
          "The column of judgements; 1 and more is relevant");

  /** All of them. */
  public static final List<JobOption<?>> OPTIONS =
      List.of(
          PREDICTIONS,
          BASELINE,
          REFERENCES,
          SOURCES,
          FORMAT,
          REFERENCES_FORMAT,
          SOURCES_FORMAT,
          ID_COLUMN,
          SUMMARY_COLUMN,
          REFERENCE_COLUMN,
          TEXT_COLUMN,
          QUERY_ID_COLUMN,
          PASSAGE_ID_COLUMN,
          SCORE_COLUMN,
          RELEVANCE_COLUMN);

  /** Those that name what is read. */
  public static final List<JobOption<String>> LOCATIONS =
      List.of(PREDICTIONS, BASELINE, REFERENCES, SOURCES);

  private EvaluationInputs() {}
}
