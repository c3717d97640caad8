package io.sparkattention.statistics;

import io.sparkattention.attention.Weighting;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.text.Chunk;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Computes the statistics of texts with a model; texts longer than it are merged from chunks. */
public final class StatisticsExtractor {

  private final AttentionReader reader;
  private final StatisticsPlan plan;

  /**
   * @param reader the model's
   * @param plan what to compute
   * @throws IllegalArgumentException with every reason why the model cannot give these statistics
   */
  public StatisticsExtractor(AttentionReader reader, StatisticsPlan plan) {
    List<String> reasons = new ArrayList<>(plan.unsupportedReasons(reader.shape()));
    if (reader.weighting() == Weighting.UNNORMALIZED) {
      reasons.add(
          "the attention's weights need not sum to 1, so that they have no entropy and no shares:"
              + " use one with normalized weights, such as dense");
    }
    if (!reasons.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", reasons));
    }
    this.reader = reader;
    this.plan = plan;
  }

  /**
   * One text's statistics.
   *
   * @param statistics the numbers of the document, its heads and its tokens
   * @param content the tokens of the text, in the positions of the token numbers
   * @param tokens how many tokens were read, special tokens and overlaps of chunks included
   * @param chunks in how many pieces the text was read
   */
  public record Extracted(DocumentStatistics statistics, Tokens content, int tokens, int chunks) {}

  /** Computes the statistics of texts, in their order. */
  public List<Extracted> extract(List<String> texts) {
    return reader.read(texts, () -> new StatisticsProbe(plan), StatisticsProbe::sequences).stream()
        .map(this::merged)
        .toList();
  }

  private Extracted merged(AttentionReader.Reading<StatisticsAccumulator> reading) {
    StatisticsAccumulator document = new StatisticsAccumulator(plan);
    int tokens = 0;
    for (int i = 0; i < reading.chunks().size(); i++) {
      Chunk chunk = reading.chunks().get(i);
      document.merge(reading.results().get(i), positions(chunk));
      tokens += chunk.tokens().length();
    }
    return new Extracted(document.statistics(), reading.content(), tokens, reading.chunks().size());
  }

  /** For each token of a chunk, its position in the text; −1 for special tokens. */
  private static int[] positions(Chunk chunk) {
    int[] positions = new int[chunk.tokens().length()];
    Arrays.fill(positions, -1);
    int next = chunk.from();
    for (int i = 0; i < positions.length; i++) {
      if (!chunk.tokens().isSpecial(i)) {
        positions[i] = next++;
      }
    }
    return positions;
  }
}
