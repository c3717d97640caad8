/**
 * Quality on judged data: how good summaries and rankings are, with intervals and paired tests.
 *
 * <p>Each source of judgements has a class that turns what its package holds into a {@link
 * io.sparkattention.bench.quality.JudgedCollection} or into {@link
 * io.sparkattention.bench.quality.Article}s; {@link io.sparkattention.bench.quality.QualityCorpora}
 * names them all. To add a source, write such a class and name its package in {@code
 * bench/quality/run}. Options of strategies are never chosen by what is measured here.
 */
package io.sparkattention.bench.quality;
