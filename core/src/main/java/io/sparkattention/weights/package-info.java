/**
 * The tensors of a checkpoint, by name, as they lie on disk.
 *
 * <p>Checkpoints come in several files; models want one thing: the tensor of a given name, in
 * PyTorch's layout, under its Hugging Face name. A {@link io.sparkattention.weights.WeightStore} is
 * that view, over mapped files, so that a checkpoint is never copied to the heap and may be larger
 * than 2 GiB. Weights are data: formats that can run code (pickles) are refused.
 *
 * <p>Models ask through a {@link io.sparkattention.weights.WeightReader}, which collects everything
 * that is missing or has another shape before it fails.
 *
 * <p>To add a format, extend {@code MappedStore} with a static {@code open} that says where each
 * tensor lies, and name its files in {@link io.sparkattention.weights.WeightStores}. To add a known
 * model, add a line to {@link io.sparkattention.weights.KnownModels} and a directory of resources.
 */
package io.sparkattention.weights;
