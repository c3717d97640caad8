package io.sparkattention.weights;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A store over mapped files; a format is what finds the tensors in them. */
abstract class MappedStore implements WeightStore {

  private final SortedMap<String, StoredTensor> tensors;
  private final Map<String, String> metadata;
  private final List<MappedFile> files;

  MappedStore(
      Map<String, StoredTensor> tensors, Map<String, String> metadata, List<MappedFile> files) {
    this.tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
    this.metadata = Map.copyOf(metadata);
    this.files = List.copyOf(files);
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    return tensor(name).info();
  }

  @Override
  public ByteBuffer bytes(String name) {
    StoredTensor tensor = tensor(name);
    if (tensor.info().bytes() > Integer.MAX_VALUE) {
      throw new CheckpointException(
          tensor.file().path().toString(),
          List.of(
              "tensor %s has %d bytes; at most %d can be read: store it in parts"
                  .formatted(tensor.info(), tensor.info().bytes(), Integer.MAX_VALUE)));
    }
    return tensor.bytes();
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public void close() {
    files.forEach(MappedFile::close);
  }

  @Override
  public String toString() {
    return files.get(0).path().toString();
  }

  /** Where the tensor of that name lies. */
  StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "%s has no tensor %s; it has %s".formatted(this, name, tensors.keySet()));
    }
    return tensor;
  }

  /** All tensors, by name. */
  SortedMap<String, StoredTensor> tensors() {
    return tensors;
  }
}
