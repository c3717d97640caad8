/**
 * Statistics of attention: numbers that say how a head, a document or a token is attended to.
 *
 * <p>A statistic is a record. It names its class, which is its cost ({@link
 * io.sparkattention.statistics.StatisticClass}), and what its numbers are no evidence of. It turns
 * what one head attended to ({@link io.sparkattention.statistics.ObservedHead}) into one number per
 * token; from these follow the numbers of heads and of documents. What several statistics need is
 * computed once per layer, in one pass that never holds T x S weights, and leaves native memory at
 * once: everything after it is plain Java on doubles, so a document's numbers do not depend on what
 * shared its batch.
 *
 * <p>The way through the room: {@link io.sparkattention.statistics.StatisticsPlan} checks what was
 * asked for, {@link io.sparkattention.statistics.StatisticsProbe} watches one forward pass, {@link
 * io.sparkattention.statistics.StatisticsAccumulator} merges the pieces of a document, {@link
 * io.sparkattention.statistics.DocumentStatistics} is the result.
 *
 * <p>To add one: write {@code YourStatistic.java} in this room, a record with {@link
 * io.sparkattention.registry.Described}, and its line in {@link
 * io.sparkattention.statistics.AttentionStatistics}. The tests over the registry pick it up from
 * there. Sums over positions come as {@link io.sparkattention.statistics.PositionColumn}s; for
 * anything else {@link io.sparkattention.statistics.Observation} gives the inputs and blocks of
 * rows.
 */
package io.sparkattention.statistics;
