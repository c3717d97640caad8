package io.sparkattention.udfs.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.generate.GenerationConfig;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.SettingsSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the entries of --generation are read. */
class GenerationOptionsTest {

  @Test
  void groupsOfBeams() {
    GenerationConfig config =
        GenerationConfig.of(
            settings("num_beams=6,num_beam_groups=3,diversity_penalty=0.5,max_new_tokens=9"));
    assertThat(config.beams())
        .isEqualTo(new GenerationConfig.Beams(6, 3, 0.5, 1, GenerationConfig.EarlyStopping.FALSE));
  }

  @Test
  void groupsOfAsManyBeamsAsTheModelsOwnFilesSay() {
    assertThat(settings("num_beam_groups=2,diversity_penalty=1").has("num_beams")).isFalse();
  }

  @Test
  void groupsThatDoNotDivideTheBeamsAreRefused() {
    assertThatThrownBy(() -> settings("num_beams=4,num_beam_groups=3"))
        .hasMessageContaining("num_beam_groups=3 with num_beams=4: use a number that divides");
    assertThatThrownBy(() -> settings("diversity_penalties=3"))
        .hasMessageContaining("did you mean 'diversity_penalty'?");
  }

  private static JsonNode settings(String generation) {
    Problems problems = new Problems();
    JobSettings settings =
        JobSettings.resolve(
            "summarize",
            GenerationOptions.OPTIONS,
            List.of(SettingsSource.commandLine(Map.of("generation", generation))),
            problems);
    problems.throwIfAny();
    return GenerationOptions.spec(settings).entries();
  }
}
