/**
 * Text on its way into a model and back: tokens, batches, chunks, sentences, words and languages.
 *
 * <p>Models read token ids; people read text. Everything that crosses between the two lives here,
 * so that offsets have one unit everywhere: Unicode code points of the original text, which is what
 * {@code substring} counts in Spark SQL.
 *
 * <p>To add a way of finding sentences, implement {@link io.sparkattention.text.SentenceSplitter};
 * {@link io.sparkattention.text.SentenceSplitters} chooses among the splitters. Tokenizers need no
 * code: a {@code tokenizer.json} says all.
 */
package io.sparkattention.text;
