package io.sparkattention.summarize;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.generate.GenerationSpec;
import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.Inference;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.GoldenText;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A tiny model that writes, with a pool of one thread. */
final class WrittenSummaries implements AutoCloseable {

  static final int NEW_TOKENS = 6;

  /** Sentences of which some are longer than others. */
  static final String TEXT =
      "Mice eat cheese. Cats \uD83D\uDC31 eat mice. The moon is far away.\n\n"
          + "Rain fell for days. It stopped. Then came the sun. Bees flew. A river ran to the sea."
          + " Fish swam. Stars rose.";

  private final ExecutorService pool = Executors.newSingleThreadExecutor();
  final TextGenerator generator;
  final SummaryWriter writer;
  final SummarizeContext context;

  /**
   * @param contextTokens what the model reads; 0 for what its files say
   */
  WrittenSummaries(String model, int contextTokens) {
    this(
        GoldenText.directory(model),
        ModelSpec.of(model).withMaxTokens(contextTokens),
        JsonNodeFactory.instance
            .objectNode()
            .put("max_new_tokens", NEW_TOKENS)
            .put("eos_token_id", 2)); // so that texts are not too short
  }

  /**
   * @param entries the options of generation
   */
  WrittenSummaries(Path directory, ModelSpec spec, ObjectNode entries) {
    generator = TextGenerator.load(directory, spec, Inference.on(pool));
    writer =
        new SummaryWriter(generator, new GenerationSpec(entries, GenerationSpec.DEFAULT.policy()));
    context = SummarizeContext.of(new PeriodSplitter(), writer);
  }

  @Override
  public void close() {
    generator.close();
    pool.shutdown();
  }
}
