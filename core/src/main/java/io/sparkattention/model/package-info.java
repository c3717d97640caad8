/**
 * Transformer models that load published weights and read or score text.
 *
 * <p>A family is one folder with a configuration, a model and the names of its weights; what
 * families share stands here once. Sequences run packed, one after the other without padding; an
 * attention mechanism stands between the two scripted halves of each layer, and probes see what it
 * attended to.
 *
 * <p>To add a family: a folder with {@code YourConfig}, {@code YourModel}, {@code YourWeightNames}
 * and its line in {@code Models}.
 */
package io.sparkattention.model;
