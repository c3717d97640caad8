package io.sparkattention.statistics;

import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * One attention call of a batch as statistics see it. What all statistics need of it is computed
 * once, when the first asks for it, and kept until this is closed.
 */
public final class Observation implements AutoCloseable {
  private final AttentionInput input;
  private final Attended attended;
  private final StatisticsPlan plan;
  private final List<SequenceTokens> tokens;
  private final RequestedMoments requested;
  private final IntFunction<int[]> rows;
  private final int heads;
  private ObservedMoments moments;
  private SampledRows sampled;

  /**
   * @param tokens those of each sequence, as many as it has keys
   * @param requested what the plan needs of each layer that these tokens are read in
   * @param sampled which queries of a sequence of that many row statistics look at
   */
  Observation(
      AttentionInput input,
      Attended attended,
      StatisticsPlan plan,
      List<SequenceTokens> tokens,
      RequestedMoments requested,
      IntFunction<int[]> sampled) {
    this.input = input;
    this.attended = attended;
    this.plan = plan;
    this.tokens = tokens;
    this.requested = requested;
    this.rows = sampled;
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

  /** Computes now what the statistics of a pass need, so that the call is not looked at later. */
  void read(StatisticsPass pass) {
    List<Integer> ofRows = pass.of(RowStatistic.class);
    if (!ofRows.isEmpty()) {
      sampled();
    }
    if (ofRows.size() < pass.of(HeadStatistic.class).size()) {
      moments();
    }
  }

  /** Waits until what was computed lies on the host. */
  void bring() {
    if (moments != null) {
      moments.bring();
    }
  }

  /** The sums over the weights that the plan's statistics need. */
  ObservedMoments moments() {
    if (moments == null) {
      moments = new ObservedMoments(input, attended, requested);
    }
    return moments;
  }

  /** Frees what was computed. */
  @Override
  public void close() {
    if (moments != null) {
      moments.close();
    }
  }

  /** The numbers of the sampled queries. */
  SampledRows sampled() {
    if (sampled == null) {
      sampled = SampledRows.of(this, plan, rows);
    }
    return sampled;
  }

  /** The tokens of a sequence. */
  SequenceTokens tokens(int sequence) {
    return tokens.get(sequence);
  }
}
