package io.sparkattention.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The tensors of one safetensors file, of any size.
 *
 * <p>The format is that of <a href="https://github.com/huggingface/safetensors">safetensors</a>.
 */
public final class SafetensorsStore extends MappedStore {

  private SafetensorsStore(SafetensorsHeader header, MappedFile file) {
    super(header.tensors(), header.metadata(), List.of(file));
  }

  /**
   * Opens a file and checks its whole header.
   *
   * @throws CheckpointException with everything that is wrong with the header
   * @throws IOException if the file cannot be read
   */
  public static SafetensorsStore open(Path path) throws IOException {
    MappedFile file = MappedFile.open(path);
    try {
      SafetensorsHeader header = SafetensorsHeader.read(file);
      CheckpointException.throwIfAny(path, header.problems());
      return new SafetensorsStore(header, file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }
}
