package io.sparkattention.statistics;

import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.Inference;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.statistics.WritingStatistics.Writing;
import io.sparkattention.text.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Golden models that generate, and what is seen of ids themselves. */
final class GoldenWriters {
  static final ExecutorService POOL =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work);
            thread.setDaemon(true);
            return thread;
          });

  private GoldenWriters() {}

  /** A golden model that reads 128 tokens. */
  static TextGenerator load(String name, String attention) {
    return TextGenerator.load(
        GoldenText.directory(name),
        ModelSpec.of(name).withAttention(attention).withMaxTokens(128),
        Inference.on(POOL));
  }

  /** Ids that were written after ids that were read. */
  static Writing writing(int[] source, int[] written) {
    return new Writing("", Tokens.ofIds(source), null, "", Tokens.ofIds(written), false);
  }

  /** What the model sees of ids that it reads at once, of which the first ones are marked. */
  static DocumentStatistics read(
      AttentionReader reader, StatisticsPlan plan, int[] ids, int marked) {
    SequenceTokens tokens = SequenceTokens.unknown(ids.length);
    Arrays.fill(tokens.marked(), 0, marked, true);
    return reader
        .run(
            List.of(Tokens.ofIds(ids)),
            (scope, batch, places) -> {
              StatisticsProbe probe =
                  new StatisticsProbe(
                      plan,
                      plan.passes(LayersStatistic.WINDOW).get(0),
                      List.of(tokens),
                      reader.model().mechanism());
              reader.model().read(scope, batch, List.of(probe)).close();
              return probe.sequences();
            })
        .get(0)
        .statistics();
  }
}
