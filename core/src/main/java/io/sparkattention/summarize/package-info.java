/**
 * Summaries of documents, one strategy per file.
 *
 * <p>A {@link io.sparkattention.summarize.Summarizer} takes many documents at once, so that a model
 * reads the sentences of all of them together; a document that cannot be summarized costs only
 * itself. Extractive strategies answer one question, which sentences to keep: {@link
 * io.sparkattention.summarize.ExtractiveSummarizer} finds the sentences, refuses bad rows and puts
 * what was chosen into document order.
 *
 * <p>To add a strategy: a record with {@link io.sparkattention.registry.Described} that implements
 * one of the two, and its line in {@link io.sparkattention.summarize.Summarizers}.
 */
package io.sparkattention.summarize;
