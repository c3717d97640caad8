package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.OneThread;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of complete texts that stay for some steps change no text. */
@ExtendWith(OneThread.class)
class KeptRowsTest {

  private final TreeSet<Integer> kept = new TreeSet<>();
  private final TreeSet<Integer> notKept = new TreeSet<>();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'num_beams': 2, 'forced_eos_token_id': null}",
        "{'num_beams': 4, 'num_beam_groups': 2, 'diversity_penalty': 0.5}"
      })
  void sayWhatRowsSayThatLeaveAtOnce(String settings) throws IOException {
    try (GoldenText golden = GoldenText.open("bart");
        GenerativeModel model =
            GenerativeModels.load(GoldenText.directory("bart"), ModelSpec.of("bart"))) {
      GenerationConfig config =
          GenerationConfig.read(
              model.directory(), new ObjectMapper().readTree(settings.replace('\'', '"')));
      List<int[]> prompts = golden.prompts();
      assertThat(said(with(model, true, kept), config, prompts))
          .usingRecursiveComparison()
          .withComparatorForType(
              (a, b) -> Math.abs(a - b) < 1e-4 ? 0 : Double.compare(a, b), Double.class)
          .isEqualTo(said(with(model, false, notKept), config, prompts));
      assertThat(kept).as("numbers of rows").hasSizeLessThan(notKept.size()).hasSizeGreaterThan(1);
    }
  }

  private static List<Generated> said(
      GenerativeModel model, GenerationConfig config, List<int[]> prompts) {
    return new Generator(model, config, KvCachePolicies.REGISTRY.parse("full"), 100)
        .generate(prompts);
  }

  /** A model whose rows stay or leave, and which notes how many it reads. */
  private static GenerativeModel with(GenerativeModel model, boolean keeps, TreeSet<Integer> rows) {
    return proxy(
        GenerativeModel.class,
        (self, method, arguments) -> {
          Object result = method.invoke(model, arguments);
          return result instanceof Continuation texts ? noting(texts, keeps, rows) : result;
        });
  }

  private static Continuation noting(Continuation texts, boolean keeps, TreeSet<Integer> rows) {
    return proxy(
        Continuation.class,
        (self, method, arguments) -> {
          if (method.getName().equals("next")) {
            rows.add(texts.rows());
          }
          return method.getName().equals("keepsRows") ? keeps : method.invoke(texts, arguments);
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
