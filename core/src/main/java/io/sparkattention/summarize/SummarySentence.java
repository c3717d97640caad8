package io.sparkattention.summarize;

/**
 * A sentence of a source, chosen for its summary.
 *
 * @param document the place of its document in the source, from 0; always 0 outside groups
 * @param index its place among the document's sentences, from 0
 * @param start its first code point in the document, from 0
 * @param end the code point after its last one
 * @param score what it was chosen for, in the strategy's own unit; higher is better
 * @param text the sentence, verbatim
 */
public record SummarySentence(
    int document, int index, int start, int end, double score, String text) {}
