/**
 * Summaries of documents and of groups of documents, one strategy per file.
 *
 * <p>A {@link io.sparkattention.summarize.Summarizer} takes many {@linkplain
 * io.sparkattention.summarize.Source sources} at once, so that a model reads the sentences of all
 * of them together; a source that cannot be summarized costs only itself. A source is one document
 * or several that share a summary, with a query where a strategy looks for one. How long a summary
 * may be is the {@link io.sparkattention.summarize.Budget}, the same for all strategies.
 *
 * <p>Extractive strategies answer one question, which sentences to keep: {@link
 * io.sparkattention.summarize.ExtractiveSummarizer} finds the sentences, refuses bad rows and puts
 * what was chosen into the order of the source. They pick one sentence after the other by maximal
 * marginal relevance, which passes over sentences that repeat what was picked, or that no longer
 * fit the budget.
 *
 * <p>Abstractive strategies have a model write: {@link
 * io.sparkattention.summarize.AbstractiveSummarizer} says how a source is cut and which texts come
 * next; a {@link io.sparkattention.summarize.Draft} holds what was written from what, and {@link
 * io.sparkattention.summarize.SummaryWriter} puts tasks to the model within what it reads.
 *
 * <p>To add a strategy: a record with {@link io.sparkattention.registry.Described} that implements
 * one of these, and its line in {@link io.sparkattention.summarize.Summarizers}.
 */
package io.sparkattention.summarize;
