package io.sparkattention.statistics;

import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One attention call of a batch as statistics see it. What all statistics need of it is computed
 * once, when the first asks for it, and leaves native memory in that same block.
 */
public final class Observation {
  private final AttentionInput input;
  private final Attended attended;
  private final StatisticsPlan plan;
  private final List<SequenceTokens> tokens;
  private final int heads;
  private ObservedMoments moments;
  private SampledRows sampled;

  /**
   * @param tokens those of each sequence, as many as it has keys
   */
  Observation(
      AttentionInput input, Attended attended, StatisticsPlan plan, List<SequenceTokens> tokens) {
    this.input = input;
    this.attended = attended;
    this.plan = plan;
    this.tokens = tokens;
    this.heads = input.heads();
  }

  /** What was asked: queries, keys, mask; padded. */
  public AttentionInput input() {
    return input;
  }

  /** What was attended to; rows of weights come in blocks, never all at once. */
  public Attended attended() {
    return attended;
  }

  /** One head of one sequence, both counted from 0. */
  public ObservedHead head(int sequence, int head) {
    return new ObservedHead(this, sequence, head);
  }

  /** How many heads the layer has. */
  int heads() {
    return heads;
  }

  /** All heads of one sequence. */
  List<ObservedHead> heads(int sequence) {
    return IntStream.range(0, heads).mapToObj(head -> head(sequence, head)).toList();
  }

  /** Computes now what the statistics of a pass need, so that nothing native is read later. */
  void read(StatisticsPass pass) {
    List<Integer> ofRows = pass.of(RowStatistic.class);
    if (!ofRows.isEmpty()) {
      sampled();
    }
    if (ofRows.size() < pass.of(HeadStatistic.class).size()) {
      moments();
    }
  }

  /** The sums over the weights that the plan's statistics need. */
  ObservedMoments moments() {
    if (moments == null) {
      moments = new ObservedMoments(input, attended, plan, tokens);
    }
    return moments;
  }

  /** The numbers of the sampled queries. */
  SampledRows sampled() {
    if (sampled == null) {
      sampled = SampledRows.of(this, plan);
    }
    return sampled;
  }

  /** The tokens of a sequence. */
  SequenceTokens tokens(int sequence) {
    return tokens.get(sequence);
  }
}
