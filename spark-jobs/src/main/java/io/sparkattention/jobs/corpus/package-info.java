/**
 * What the documents of a corpus say together: tables that follow from all rows of attention-stats
 * and are written beside them, by ordinary aggregations, so they do not depend on how the rows are
 * parted.
 *
 * <p>A new one is a class that implements {@link io.sparkattention.jobs.corpus.CorpusTable} and a
 * line in {@link io.sparkattention.jobs.corpus.CorpusTables}.
 */
package io.sparkattention.jobs.corpus;
