package io.sparkattention.statistics;

import io.sparkattention.attention.AttentionMask;

/**
 * What one head attended to in one sequence, without padding. Arrays are fresh copies, one number
 * per real query unless said otherwise.
 */
public final class ObservedHead {
  private final Observation observation;
  private final int sequence;
  private final int head;

  ObservedHead(Observation observation, int sequence, int head) {
    this.observation = observation;
    this.sequence = sequence;
    this.head = head;
  }

  /** The call it belongs to, for statistics that need more than moments. */
  public Observation observation() {
    return observation;
  }

  /** Its sequence's place in the batch, counted from 0. */
  public int sequence() {
    return sequence;
  }

  /** Its number in the layer, counted from 0. */
  public int head() {
    return head;
  }

  /** How many real queries the sequence has. */
  public int queries() {
    return mask().queryLengths()[sequence];
  }

  /** How many real keys the sequence has. */
  public int keys() {
    return mask().keyLengths()[sequence];
  }

  /** The key position of query {@code t}. */
  public int position(int t) {
    return mask().queryOffsets()[sequence] + t;
  }

  /** How many keys the mask lets query {@code t} read. */
  public int readableKeys(int t) {
    return switch (mask().direction()) {
      case BIDIRECTIONAL -> keys();
      case CAUSAL -> Math.min(keys(), position(t) + 1);
    };
  }

  /** Entropy in nats. */
  public double[] entropy() {
    return observation.moments().entropy(row(), queries());
  }

  /** Sums over all keys of weight times column, which the statistic must have asked for. */
  public double[] mix(PositionColumn column) {
    return observation.moments().mix(row(), column, queries());
  }

  /** What queries give to the keys of a band, which the statistic must have asked for. */
  public double[] mass(DistanceBand band) {
    return observation.moments().mass(row(), band, queries());
  }

  /** Sums over the keys of a band of weight times position of the key. */
  public double[] moment(DistanceBand band) {
    return observation.moments().moment(row(), band, queries());
  }

  /** Sums over the queries of their weight to a key: one number per real key. */
  public double[] received() {
    return received(DistanceBand.ALL);
  }

  /** The same over the queries of which the key lies in a band. */
  public double[] received(DistanceBand band) {
    return observation.moments().received(row(), band, keys());
  }

  /** The same over all queries, of which earlier ones count less. */
  public double[] received(QueryDecay decay) {
    return observation.moments().received(row(), decay, keys());
  }

  /** The tokens that its keys stand for. */
  public SequenceTokens tokens() {
    return observation.tokens(sequence);
  }

  /** What a row statistic says of the sampled queries; NaN for the others. */
  double[] sampledRows(RowStatistic statistic) {
    return observation.sampled().numbers(sequence, head, statistic);
  }

  private int row() {
    return sequence * observation.heads() + head;
  }

  private AttentionMask mask() {
    return observation.input().mask();
  }
}
