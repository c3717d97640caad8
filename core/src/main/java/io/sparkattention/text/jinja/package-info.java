/**
 * Jinja as far as the chat templates of checkpoints use it, with the results of Jinja2 in the
 * sandbox of transformers: {@code trim_blocks}, {@code lstrip_blocks}, Python's methods of strings,
 * slices, namespaces, macros, loop filters and controls.
 *
 * <p>A template comes from whoever wrote the checkpoint. It is read into a tree whose values are
 * texts, numbers, lists and maps alone: there is no reflection, so it can reach nothing of this
 * process. General template libraries for Java were tried and left: they lack slices with steps and
 * most methods of strings, pass over the filter of a loop without a word, interpret braces in
 * documents unless told otherwise, and bring a Guava that older Sparks cannot run beside.
 *
 * <p>To add a filter, test or method: its line in {@link io.sparkattention.text.jinja.Filters},
 * {@link io.sparkattention.text.jinja.ValueTests} or {@link io.sparkattention.text.jinja.Methods},
 * and a case for the script beside the golden files.
 */
package io.sparkattention.text.jinja;
