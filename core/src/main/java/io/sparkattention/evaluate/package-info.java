/**
 * Measures how good summaries and rankings are, and how sure that is.
 *
 * <p>There are three kinds of {@link io.sparkattention.evaluate.Metric}: a {@link
 * io.sparkattention.evaluate.TextMetric} compares texts with references, a {@link
 * io.sparkattention.evaluate.RankingMetric} a query's ranking with judgements, a {@link
 * io.sparkattention.evaluate.SourceMetric} texts with the documents that they were made from. Each
 * gives numbers per item, and nothing else is kept: {@link io.sparkattention.evaluate.ItemScores}
 * of parts are merged, {@link io.sparkattention.evaluate.Bootstrap} turns them into a mean with its
 * interval, {@link io.sparkattention.evaluate.PairedTest} compares two runs item by item. An item
 * that cannot be scored is counted as missing, never dropped in silence.
 *
 * <p>A number that the field knows must be the field's number: ROUGE equals rouge-score, ranking
 * metrics equal trec_eval, and the tests hold them to values that those programs computed.
 *
 * <p>To add a metric: a record with {@link io.sparkattention.registry.Described} that implements
 * one of the three kinds, and its line in {@link io.sparkattention.evaluate.Metrics}. The tests
 * over the registry pick it up from there; values from an independent program belong beside it.
 */
package io.sparkattention.evaluate;
