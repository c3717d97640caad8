/**
 * What DJL's array API lacks: fused operators of libtorch, layer halves, precisions, and scopes of
 * native memory.
 *
 * <p>An operator is a method of a TorchScript resource in this room, called through {@link
 * io.sparkattention.tensor.TorchScript}; no Python is involved, the source text is compiled by
 * libtorch when it is loaded. Every operator has an array-API reference; operators that are private
 * to libtorch are probed when a device is first used and replaced by their reference, with a
 * warning, where they are missing or wrong.
 *
 * <p>To add one: write the method in the resource, its reference in Java, and a line in the probe.
 */
package io.sparkattention.tensor;
