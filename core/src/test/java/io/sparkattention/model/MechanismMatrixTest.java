package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.OneThread;
import io.sparkattention.attention.Attentions;
import io.sparkattention.attention.SmallSpecs;
import io.sparkattention.generate.Generated;
import io.sparkattention.generate.GenerationConfig;
import io.sparkattention.generate.GenerativeModels;
import io.sparkattention.generate.Generator;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.statistics.StatisticsExtractor;
import io.sparkattention.statistics.StatisticsPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every mechanism through a model of every family: a result, or a refusal before any text is read.
 * Which it is stands in a committed table; {@code -Dmatrix.write=true} writes it anew.
 */
@ExtendWith(OneThread.class)
class MechanismMatrixTest {

  private static final Path TABLE =
      Path.of("src", "test", "resources", "mechanisms", "families.tsv");
  private static final List<String> ENCODERS =
      List.of(
          "bert",
          "big_bird",
          "distilbert",
          "longformer",
          "modernbert",
          "mpnet",
          "roberta",
          "xlm-roberta");
  private static final List<String> GENERATORS =
      List.of(
          "bart",
          "gemma3",
          "gpt2",
          "led",
          "llama",
          "longt5-local",
          "mistral",
          "mt5",
          "pegasus",
          "phi3",
          "qwen2",
          "qwen3",
          "smollm3",
          "t5");
  private static final List<String> TEXTS = List.of("abc ".repeat(23), "ab", "cab ba ".repeat(9));

  @Test
  void aResultOrARefusalAsTheTableSays() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("mechanism\t" + String.join("\t", ENCODERS) + "\t" + String.join("\t", GENERATORS));
    specs()
        .forEach(
            (name, spec) -> {
              Stream<String> read = ENCODERS.stream().map(model -> reads(model, name, spec));
              Stream<String> written = GENERATORS.stream().map(model -> writes(model, name, spec));
              lines.add(name + "\t" + String.join("\t", Stream.concat(read, written).toList()));
            });
    if (Boolean.getBoolean("matrix.write")) {
      Files.createDirectories(TABLE.getParent());
      Files.write(TABLE, lines);
    }
    assertThat(lines).isEqualTo(Files.readAllLines(TABLE));
  }

  /** Of every mechanism the last spec with small options, so that little texts are cut too. */
  private static Map<String, String> specs() {
    Map<String, String> specs = new LinkedHashMap<>();
    for (String spec : SmallSpecs.of(Attentions.REGISTRY)) {
      if (!spec.endsWith("=16")) {
        specs.put(spec.split(":")[0], spec);
      }
    }
    return specs;
  }

  private static String reads(String name, String mechanism, String attention) {
    ModelSpec spec = ModelSpec.of(name).withAttention(attention);
    try (LoadedModel model = LoadedModel.load(Golden.directory(name), spec, Golden.POOL)) {
      for (TextEmbedder.Embedding embedding : model.embedder().embed(TEXTS, Role.SYMMETRIC)) {
        assertFinite(embedding.vector(), name, attention);
      }
      StatisticsPlan plan = StatisticsPlan.of(List.of("entropy", "sink-rate"));
      assertThat(new StatisticsExtractor(model.attentionReader(), plan).extract(TEXTS)).hasSize(3);
      return "result";
    } catch (ModelLoadException refused) {
      return refusal(refused, mechanism);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(attention + " through " + name, e);
    }
  }

  private static String writes(String name, String mechanism, String attention) {
    ModelSpec spec = ModelSpec.of(name).withAttention(attention);
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model = GenerativeModels.load(GoldenText.directory(name), spec)) {
      List<int[]> prompts = List.of(golden.prompts().get(19), golden.prompts().get(4));
      GenerationConfig config =
          GenerationConfig.read(
              model.directory(),
              new ObjectMapper().createObjectNode().put("num_beams", 2).put("max_new_tokens", 4));
      Generator generator = new Generator(model, config, KvCachePolicies.REGISTRY.parse("full"), 8);
      for (Generated generated : generator.generate(prompts)) {
        assertThat(generated.meanLogProbability()).as(attention + " in " + name).isFinite();
      }
      return "result";
    } catch (ModelLoadException refused) {
      return refusal(refused, mechanism);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(attention + " through " + name, e);
    }
  }

  private static String refusal(ModelLoadException refused, String mechanism) {
    assertThat(refused).hasMessageContaining(mechanism);
    return "refused";
  }

  private static void assertFinite(float[] numbers, String name, String attention) {
    for (float number : numbers) {
      assertThat(number).as("%s through %s", attention, name).isFinite();
    }
  }
}
