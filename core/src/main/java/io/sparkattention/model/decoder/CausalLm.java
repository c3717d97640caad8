package io.sparkattention.model.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.Attentions;
import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.ModelLoadException;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.registry.Spelling;
import io.sparkattention.tensor.DecoderOperators;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
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
import java.util.Optional;
import java.util.function.Supplier;

/** A decoder with its tokenizer, loaded from a local directory in the layout of Hugging Face. */
public final class CausalLm implements AutoCloseable {

  private final Decoder decoder;
  private final Tokenizer tokenizer;
  private final Path directory;

  private CausalLm(Decoder decoder, Tokenizer tokenizer, Path directory) {
    this.decoder = decoder;
    this.tokenizer = tokenizer;
    this.directory = directory;
  }

  /** Reads tokens. */
  public Decoder decoder() {
    return decoder;
  }

  /** Turns text into the model's tokens. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Where it was loaded from. */
  public Path directory() {
    return directory;
  }

  /**
   * Loads a model.
   *
   * @throws ModelLoadException with every reason why the model, its mechanism or its device cannot
   *     be used
   */
  public static CausalLm load(Path directory, ModelSpec spec) {
    return new Loading(directory, spec).load();
  }

  @Override
  public void close() {
    decoder.close();
    tokenizer.close();
  }

  /** Checks everything, with all problems in one error, and then loads. */
  private static final class Loading {

    private final Path directory;
    private final ModelSpec spec;
    private final List<String> problems = new ArrayList<>();

    Loading(Path directory, ModelSpec spec) {
      this.directory = directory;
      this.spec = spec;
    }

    CausalLm load() {
      Precision precision = noted(() -> Precision.of(spec.dtype()));
      Device device = noted(() -> TorchEngine.device(spec.device()));
      Attention attention = noted(() -> Attentions.REGISTRY.parse(spec.attention()));
      JsonNode json = noted(this::configJson);
      DecoderFamily family = json == null ? null : noted(() -> family(json));
      DecoderConfig config = family == null ? null : config(family, json);
      if (config != null && attention != null && precision != null && device != null) {
        problems.addAll(attention.unsupportedReasons(config.attentionShape(precision, device)));
      }
      Tokenizer tokenizer = noted(this::tokenizer);
      WeightReader reader = noted(() -> reader(family));
      try (reader) {
        if (config != null && reader != null) {
          check(new DecoderLoader(config, family.weightNames(), reader), reader);
        }
        if (!problems.isEmpty()) {
          throw new ModelLoadException(spec.location(), problems);
        }
        DecoderLoader loader = new DecoderLoader(config, family.weightNames(), reader);
        return new CausalLm(
            decoder(config, loader, precision, device, attention), tokenizer, directory);
      } catch (RuntimeException | Error e) {
        if (tokenizer != null) {
          tokenizer.close();
        }
        throw e;
      }
    }

    private static Decoder decoder(
        DecoderConfig config,
        DecoderLoader loader,
        Precision precision,
        Device device,
        Attention attention) {
      DecoderOperators operators = DecoderOperators.load(device, precision, config.form());
      NDManager owner = TorchEngine.newManager(device);
      try {
        return new Decoder(config, loader.load(owner, operators), operators, attention);
      } catch (RuntimeException | Error e) {
        owner.close();
        operators.close();
        throw e;
      }
    }

    private void check(DecoderLoader loader, WeightReader reader) {
      loader.require();
      try {
        reader.check();
      } catch (CheckpointException e) {
        problems.addAll(e.problems());
      }
    }

    private JsonNode configJson() {
      Path file = directory.resolve("config.json");
      if (!Files.isRegularFile(file)) {
        throw new IllegalArgumentException(
            file + " is missing: a model directory has config.json, tokenizer.json and weights");
      }
      try {
        return new ObjectMapper().readTree(file.toFile());
      } catch (IOException e) {
        throw new UncheckedIOException(file + " is no readable JSON: " + e.getMessage(), e);
      }
    }

    private static DecoderFamily family(JsonNode json) {
      String type = json.path("model_type").asText("");
      Optional<DecoderFamily> family = DecoderFamilies.of(type);
      return family.orElseThrow(
          () ->
              new IllegalArgumentException(
                  "config.json: model_type '"
                      + type
                      + "' is no decoder that is supported"
                      + Spelling.hint(type, DecoderFamilies.modelTypes())
                      + ": the supported ones are "
                      + String.join(", ", DecoderFamilies.modelTypes())));
    }

    /** The configuration, or null with the reasons noted. */
    private DecoderConfig config(DecoderFamily family, JsonNode node) {
      ConfigJson json = new ConfigJson(node);
      try {
        DecoderConfig config = family.config(json);
        problems.addAll(json.problems());
        return json.problems().isEmpty() ? config : null;
      } catch (IllegalArgumentException e) {
        // Where entries are missing, what does not fit together follows from that.
        problems.addAll(json.problems().isEmpty() ? List.of(e.getMessage()) : json.problems());
        return null;
      }
    }

    private Tokenizer tokenizer() {
      try {
        return Tokenizer.open(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }

    private WeightReader reader(DecoderFamily family) {
      String prefix = family == null ? "" : family.weightNames().prefix();
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
    }

    /** The value, or null with the reason noted. */
    private <T> T noted(Supplier<T> step) {
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
  }
}
