package io.sparkattention.weights;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A pretrained model that has a short name and lies in a Maven artifact.
 *
 * <p>What the artifact lacks is bundled: {@code config.json} and, for sentence embeddings, the
 * files of sentence-transformers with pooling, normalization and prompts. {@code config.json} says
 * how many positions the model has (512); {@code sentence_bert_config.json} says to how many tokens
 * sentence-transformers cuts by default ({@code max_seq_length}, 256 for minilm), a habit and no
 * limit.
 */
public final class KnownModel {

  private final String name;
  private final String summary;
  private final MavenArtifact artifact;
  private final List<String> resources;
  private final ArtifactFiles files;

  /** How the files of an artifact become those of a model directory. */
  interface ArtifactFiles {
    void write(MavenArtifact artifact, Path directory) throws IOException;
  }

  KnownModel(
      String name,
      String summary,
      MavenArtifact artifact,
      List<String> resources,
      ArtifactFiles files) {
    this.name = name;
    this.summary = summary;
    this.artifact = artifact;
    this.resources = resources;
    this.files = files;
  }

  /** The short name, such as {@code minilm}. */
  public String name() {
    return name;
  }

  /** What the model is, in one sentence. */
  public String summary() {
    return summary;
  }

  /** The Maven coordinates that it comes from: group, artifact and version, parted by colons. */
  public String coordinates() {
    return artifact.coordinates();
  }

  /**
   * Lays the model out as a Hugging Face directory, unless an intact one is there already.
   *
   * <p>The directory appears whole or not at all, and several processes may ask for it at once.
   * Checksums of its files are kept beside them; a directory that no longer agrees with them is
   * built again.
   *
   * @param cache where directories of known models lie; created if it is missing
   * @return the directory of this model, inside {@code cache}
   * @throws FileNotFoundException if the artifact is not on this machine; the message says how to
   *     fetch it
   * @throws IOException if a file cannot be read or written
   */
  public Path materialize(Path cache) throws IOException {
    return new SealedDirectory(cache.resolve(name + "-" + artifact.version())).require(this::write);
  }

  private void write(Path directory) throws IOException {
    for (String resource : resources) {
      Path target = directory.resolve(resource);
      Files.createDirectories(target.getParent());
      try (InputStream in = KnownModel.class.getResourceAsStream(name + "/" + resource)) {
        if (in == null) {
          throw new FileNotFoundException(
              "The resource %s of %s is missing".formatted(resource, name));
        }
        Files.copy(in, target);
      }
    }
    files.write(artifact, directory);
  }
}
