/**
 * Names for everything that can vary: mechanisms, strategies, statistics, models.
 *
 * <p>A registry looks a name up, says which names exist, and turns a spec such as {@code
 * sink-window:sinks=4,window=1024} into a checked record. What is registered is a record with a
 * {@link io.sparkattention.registry.Described} annotation; its components are its options, each
 * with a {@link io.sparkattention.registry.Default}. So a new variant is one file and one {@code
 * .add("name", TheRecord.class)} line in the registry of its room, and the command line, the
 * listing and the documentation follow from these two.
 *
 * <p>Options may be specs and lists. One rule serves both: commas part, brackets keep together. So
 * {@code cascade:stages=[bm25,[bi-encoder:similarity=dot]],keep=30} nests two specs, to any depth
 * and without quoting in a shell; see {@link io.sparkattention.registry.SpecList}.
 */
package io.sparkattention.registry;
