package io.sparkattention.jobs.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import io.sparkattention.jobs.input.Sources;
import io.sparkattention.model.Outcome;
import io.sparkattention.summarize.Summary;
import io.sparkattention.text.SentenceSplitter;
import io.sparkattention.text.SentenceSplitters;
import io.sparkattention.udfs.batch.BatchMapper;
import io.sparkattention.udfs.batch.WindowLimits;
import io.sparkattention.udfs.executor.InferenceStage;
import io.sparkattention.udfs.executor.TaskDevice;
import io.sparkattention.udfs.work.SummarizeWork;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Summaries that are written in rounds by all machines: in each round every text of every source is
 * a row of its own, and what comes of them is gathered by source. So one long source is as much
 * work for a cluster as many short ones. What a round gathered is kept on two executors, so that
 * one of them may be lost.
 */
final class SummaryRounds {

  /** Texts of a task: fewer cost a cluster more than they gain. */
  private static final int TASKS_PER_SLOT = 4;

  private static final String SOURCE = "source";

  private final SummarizeWork work;
  private final SummaryMapping mapping;
  private final Sources sources;
  private final WindowLimits limits;
  private final int asked;
  private Dataset<Row> kept;

  /**
   * @param asked tasks of a round at most; 0 for four for each that runs at a time
   */
  SummaryRounds(
      SummarizeWork work, SummaryMapping mapping, Sources sources, WindowLimits limits, int asked) {
    this.work = work;
    this.mapping = mapping;
    this.sources = sources;
    this.limits = limits;
    this.asked = asked;
  }

  /** The sources of some rows, all texts written; {@link Finish} makes summaries of them. */
  Dataset<Row> written(Dataset<Row> rows, int partitions) {
    release();
    Dataset<Row> units = sources.units(rows, partitions);
    kept =
        keep(
            InferenceStage.map(
                units,
                new BatchMapper<>(new RoundStart(mapping), new RoundStart.Cutting(work), limits),
                RoundColumns.SOURCE));
    long open = open(kept);
    while (open > 0) {
      Dataset<Row> before = kept;
      kept = keep(next(before, partitions(rows, open)));
      try {
        open = open(kept);
      } finally {
        before.unpersist();
      }
    }
    return kept;
  }

  private Dataset<Row> next(Dataset<Row> state, int partitions) {
    Dataset<Row> tasks =
        state
            .select(
                col(Sources.ID),
                posexplode(col(RoundColumns.TASKS))
                    .as(new String[] {RoundColumns.NUMBER, RoundColumns.TASK}))
            .repartition(partitions, col(Sources.ID), col(RoundColumns.NUMBER));
    Dataset<Row> texts =
        InferenceStage.map(
            tasks,
            new BatchMapper<>(new RoundWriting(), new RoundWriting.Model(work), limits),
            RoundColumns.TEXT);
    Dataset<Row> gathered =
        texts
            .groupBy(col(Sources.ID).as(SOURCE))
            .agg(
                sort_array(
                        collect_list(
                            struct(
                                col(RoundColumns.NUMBER),
                                col(RoundColumns.STEP),
                                col(RoundColumns.PROBLEM),
                                col(RoundColumns.MILLISECONDS))))
                    .as(RoundColumns.WRITTEN));
    Dataset<Row> joined =
        state
            .drop(RoundColumns.TASKS) // the texts are not carried through the join
            .join(gathered, state.col(Sources.ID).equalTo(gathered.col(SOURCE)), "left")
            .drop(SOURCE);
    return InferenceStage.map(
        joined,
        new BatchMapper<>(new RoundEnd(), new RoundEnd.Next(work), limits),
        RoundColumns.SOURCE);
  }

  /** How many texts are to be written. */
  private static long open(Dataset<Row> state) {
    Row sum = state.agg(sum(size(col(RoundColumns.TASKS)))).first();
    return sum.isNullAt(0) ? 0 : sum.getLong(0);
  }

  private int partitions(Dataset<Row> rows, long tasks) {
    int parallel = rows.sparkSession().sparkContext().defaultParallelism();
    return (int) Math.max(1, Math.min(asked > 0 ? asked : TASKS_PER_SLOT * parallel, tasks));
  }

  private static Dataset<Row> keep(Dataset<Row> rows) {
    String master = rows.sparkSession().sparkContext().master();
    return rows.persist(
        TaskDevice.isLocal(master)
            ? StorageLevel.MEMORY_AND_DISK()
            : StorageLevel.MEMORY_AND_DISK_2());
  }

  /** Lets go of what the last sources came to. */
  void release() {
    if (kept != null) {
      kept.unpersist();
      kept = null;
    }
  }

  /** Makes summaries of what was written. */
  Finish finish() {
    return new Finish(mapping, work.sentences());
  }

  /**
   * Makes rows of summaries.
   *
   * @param sentences how sentences are found
   */
  record Finish(SummaryMapping mapping, String sentences)
      implements MapPartitionsFunction<Row, Row>, Serializable {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      SentenceSplitter splitter = SentenceSplitters.named(sentences);
      List<Row> out = new ArrayList<>();
      while (rows.hasNext()) {
        Row row = rows.next();
        double milliseconds = row.<Double>getAs(RoundColumns.MILLISECONDS);
        mapping.write(row, summary(row, splitter), milliseconds, out::add);
      }
      return out.iterator();
    }

    private static Outcome<Summary> summary(Row row, SentenceSplitter splitter) {
      String problem = row.getAs(RoundColumns.PROBLEM);
      if (problem != null) {
        return Outcome.failure(problem);
      }
      Round round = Round.read(row.getAs(RoundColumns.ROUND));
      return Outcome.attempt(() -> round.draft().summary(round.prompts(), splitter));
    }
  }
}
