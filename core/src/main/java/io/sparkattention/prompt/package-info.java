/**
 * What instruction models are told, as versioned resources.
 *
 * <p>A prompt changes results as much as a model does, so it is named and recorded like one: a
 * {@link io.sparkattention.prompt.Prompt} is a text file that never changes once it was released,
 * known by its name, its version and its SHA-256. Strategies say which placeholders they fill; a
 * file that lacks one, or has another, is refused before any text is read.
 *
 * <p>What is filled in is never read again: braces in a document stay braces. That a document
 * cannot speak in the control tokens of a model either is the work of {@link
 * io.sparkattention.text.ControlTokens}.
 *
 * <p>To add a prompt, or a better version of one: a file {@code <name>/v<number>.txt} among the
 * resources of this package, and its line in {@code prompts.txt} beside it.
 */
package io.sparkattention.prompt;
