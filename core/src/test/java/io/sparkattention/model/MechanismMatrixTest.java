package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.OneThread;
import io.sparkattention.attention.Attentions;
import io.sparkattention.attention.SmallSpecs;
import io.sparkattention.attention.Weighting;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every mechanism through a model of every family: a result, or a refusal before any text is read.
 * Which it is stands in a committed table, for encoder-decoders with the attentions that it serves;
 * {@code -Dmatrix.write=true} writes it anew.
 */
@ExtendWith(OneThread.class)
class MechanismMatrixTest {

  private static final Path TABLE =
      Path.of("src", "test", "resources", "mechanisms", "families.tsv");
  private static final List<String> FAMILIES =
      List.of(
          "bert",
          "big_bird",
          "distilbert",
          "longformer",
          "modernbert",
          "mpnet",
          "roberta",
          "xlm-roberta",
          "gemma3",
          "gpt2",
          "llama",
          "mistral",
          "mpt",
          "phi3",
          "qwen2",
          "qwen3",
          "smollm3",
          "bart",
          "led",
          "longt5-local",
          "mt5",
          "pegasus",
          "t5");

  /** One of each kind: positions that are learned, rotated, relative; encoders, decoders, both. */
  private static final List<String> FEW = List.of("bert", "modernbert", "llama", "bart", "t5");

  private static final List<String> SITES = List.of("encoder", "decoder", "cross");
  private static final List<String> TEXTS = List.of("abc ".repeat(23), "ab", "cab ba ".repeat(9));

  @Test
  void aFewFamiliesGiveResultsOrRefuseAsTheTableSays() throws IOException {
    assertThat(columns(FEW)).isEqualTo(table(FEW));
  }

  @Tag("thorough") // minutes
  @Test
  void everyFamilyGivesResultsOrRefusesAsTheTableSays() throws IOException {
    Map<String, List<String>> found = columns(FAMILIES);
    if (Boolean.getBoolean("matrix.write")) {
      List<String> lines = new ArrayList<>(List.of("mechanism\t" + String.join("\t", FAMILIES)));
      found.forEach((name, cells) -> lines.add(name + "\t" + String.join("\t", cells)));
      Files.createDirectories(TABLE.getParent());
      Files.write(TABLE, lines);
    }
    assertThat(found).isEqualTo(table(FAMILIES));
  }

  /** What the committed table says of some families, by mechanism. */
  private static Map<String, List<String>> table(List<String> families) throws IOException {
    List<String> lines = Files.readAllLines(TABLE);
    List<String> header = List.of(lines.get(0).split("\t"));
    Map<String, List<String>> table = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t");
      table.put(cells[0], families.stream().map(each -> cells[header.indexOf(each)]).toList());
    }
    return table;
  }

  private static Map<String, List<String>> columns(List<String> families) {
    Map<String, List<String>> columns = new LinkedHashMap<>();
    SmallSpecs.smallest(Attentions.REGISTRY)
        .forEach(
            (name, spec) ->
                columns.put(
                    name,
                    families.stream()
                        .map(family -> cell(family, spec.split(":")[0], spec))
                        .toList()));
    return columns;
  }

  private static String cell(String family, String mechanism, String spec) {
    if (Files.exists(Golden.directory(family))) {
      return reads(family, mechanism, spec);
    }
    return FAMILIES.indexOf(family) < FAMILIES.indexOf("bart")
        ? writes(family, mechanism, spec)
        : sites(family, mechanism, spec);
  }

  /** Where in an encoder-decoder a mechanism serves; it is asked for everywhere there at once. */
  private static String sites(String family, String mechanism, String spec) {
    List<String> served = new ArrayList<>();
    for (String site : SITES) {
      ModelSpec alone = ModelSpec.of(family).withAttention("per-site:" + site + "=[" + spec + "]");
      try (GenerativeModel model = GenerativeModels.load(GoldenText.directory(family), alone)) {
        served.add(site);
      } catch (ModelLoadException refused) {
        refusal(refused, mechanism);
      }
    }
    if (served.isEmpty()) {
      return "refused";
    }
    String all = String.join(",", served.stream().map(site -> site + "=[" + spec + "]").toList());
    assertThat(writes(family, mechanism, "per-site:" + all)).isEqualTo("result");
    return String.join("+", served);
  }

  private static String reads(String name, String mechanism, String attention) {
    ModelSpec spec = ModelSpec.of(name).withAttention(attention);
    try (LoadedModel model = LoadedModel.load(Golden.directory(name), spec, Golden.POOL)) {
      for (TextEmbedder.Embedding embedding : model.embedder().embed(TEXTS, Role.SYMMETRIC)) {
        assertFinite(embedding.vector(), name, attention);
      }
      StatisticsPlan plan = StatisticsPlan.of(List.of("entropy", "sink-rate"));
      if (Attentions.REGISTRY.parse(attention).weighting() == Weighting.UNNORMALIZED) {
        assertThatThrownBy(() -> new StatisticsExtractor(model.attentionReader(), plan))
            .hasMessageContaining("need not sum to 1");
        return "result without statistics";
      }
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
