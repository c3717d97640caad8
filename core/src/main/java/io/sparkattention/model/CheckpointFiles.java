package io.sparkattention.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.weights.CheckpointException;
import io.sparkattention.weights.WeightReader;
import io.sparkattention.weights.WeightStore;
import io.sparkattention.weights.WeightStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads the files of a model directory and notes everything that is wrong with them. */
public final class CheckpointFiles {

  private final Path directory;
  private final List<String> problems;

  /** Reads from a local directory in the layout of Hugging Face. */
  public CheckpointFiles(Path directory) {
    this(directory, new ArrayList<>());
  }

  /**
   * Reads from a directory of which something was read before.
   *
   * @param problems what was wrong so far, and will be
   */
  CheckpointFiles(Path directory, List<String> problems) {
    this.directory = directory;
    this.problems = problems;
  }

  /** The parsed {@code config.json}, or null with the reason noted. */
  public JsonNode configJson() {
    return noted(
        () -> {
          Path file = directory.resolve("config.json");
          if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                file
                    + " is missing: a model directory has config.json, tokenizer.json and weights");
          }
          try {
            return new ObjectMapper().readTree(file.toFile());
          } catch (IOException e) {
            throw new UncheckedIOException(file + " is not readable JSON: " + e.getMessage(), e);
          }
        });
  }

  /** What a family makes of a {@code config.json}, or null with the reasons noted. */
  public <C> C config(JsonNode node, Function<ConfigJson, C> family) {
    ConfigJson json = new ConfigJson(node);
    try {
      C config = family.apply(json);
      problems.addAll(json.problems());
      return json.problems().isEmpty() ? config : null;
    } catch (IllegalArgumentException e) {
      // Where entries are missing, what does not fit together follows from that.
      problems.addAll(json.problems().isEmpty() ? List.of(e.getMessage()) : json.problems());
      return null;
    }
  }

  /** The tokenizer, or null with the reason noted. */
  public Tokenizer tokenizer() {
    return noted(
        () -> {
          try {
            return Tokenizer.open(directory);
          } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
          }
        });
  }

  /**
   * A reader of the weights, or null with the reason noted.
   *
   * @param prefix what is taken off the names that begin with it
   */
  public WeightReader reader(String prefix) {
    return noted(
        () -> {
          WeightStore store = null;
          try {
            store = WeightStores.open(directory);
            return new WeightReader(WeightStores.withoutPrefix(store, prefix));
          } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
          } catch (CheckpointException e) {
            if (store != null) {
              store.close();
            }
            throw e;
          }
        });
  }

  /** Notes what is wrong with the weights that were required of a reader. */
  public void check(WeightReader reader) {
    try {
      reader.check();
    } catch (CheckpointException e) {
      problems.addAll(e.problems());
    }
  }

  /** The value, or null with the reason noted. */
  public <T> T noted(Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException
        | IllegalStateException
        | CheckpointException
        | UncheckedIOException e) {
      problems.add(e.getMessage());
      return null;
    }
  }

  /** Notes problems that were found elsewhere. */
  public void note(List<String> more) {
    problems.addAll(more);
  }

  /**
   * Ends the checks.
   *
   * @throws ModelLoadException with every reason that was noted
   */
  public void requireNone(String location) {
    if (!problems.isEmpty()) {
      throw new ModelLoadException(location, problems);
    }
  }
}
