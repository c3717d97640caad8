/**
 * Statistics of attention: numbers that say how a head, a document or a token is attended to.
 *
 * <p>A statistic is a record. It names its class, which is its cost ({@link
 * io.sparkattention.statistics.StatisticClass}), and what its numbers are no evidence of. What it
 * sees decides which interface it implements: {@link io.sparkattention.statistics.HeadStatistic}
 * turns what one head attended to into one number per token, {@link
 * io.sparkattention.statistics.RowStatistic} a sampled row of weights into one number, {@link
 * io.sparkattention.statistics.LayersStatistic} all layers of a sequence, {@link
 * io.sparkattention.statistics.ExperimentStatistic} further forward passes over it, and {@link
 * io.sparkattention.statistics.ModelStatistic} the model alone. What several statistics of heads
 * need is computed once per layer, in one pass that never holds T x S weights, and is brought to
 * the host at once: everything after it is plain Java on doubles, so a document's numbers do not
 * depend on what shared its batch.
 *
 * <p>The way through the room: {@link io.sparkattention.statistics.StatisticsPlan} checks what was
 * asked for, {@link io.sparkattention.statistics.StatisticsProbe} watches one forward pass, {@link
 * io.sparkattention.statistics.StatisticsAccumulator} merges the pieces of a document, {@link
 * io.sparkattention.statistics.DocumentStatistics} is the result. {@link
 * io.sparkattention.statistics.WritingStatistics} goes the same way while a model writes.
 *
 * <p>To add one: write {@code YourStatistic.java} in this room, a record with {@link
 * io.sparkattention.registry.Described}, and its line in {@link
 * io.sparkattention.statistics.AttentionStatistics}. The tests over the registry pick it up from
 * there. Sums over a row of weights come as {@link io.sparkattention.statistics.PositionColumn}s
 * and {@link io.sparkattention.statistics.DistanceBand}s, what keys receive as bands and {@link
 * io.sparkattention.statistics.QueryDecay}s, all from the same pass.
 */
package io.sparkattention.statistics;
