package io.sparkattention.jobs.cli;

import io.sparkattention.attention.Attentions;
import io.sparkattention.evaluate.Metrics;
import io.sparkattention.registry.Registry;
import io.sparkattention.rerank.Rerankers;
import io.sparkattention.statistics.AttentionStatistics;
import io.sparkattention.summarize.Summarizers;
import io.sparkattention.weights.KnownModel;
import io.sparkattention.weights.KnownModels;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** Lists what can be named in an option: name, tab, summary, tab, source. */
final class ListCommand implements Callable<Integer> {

  private static final Map<String, Supplier<Stream<String>>> KINDS =
      new TreeMap<>(
          Map.of(
              "attention", () -> lines(Attentions.REGISTRY),
              "metrics", () -> lines(Metrics.REGISTRY),
              "models", ListCommand::models,
              "rerankers", () -> lines(Rerankers.REGISTRY),
              "statistics", () -> lines(AttentionStatistics.REGISTRY),
              "summarizers", () -> lines(Summarizers.REGISTRY)));

  private final PrintWriter out;
  private final CommandSpec spec;

  private ListCommand(PrintWriter out) {
    this.out = out;
    this.spec = CommandSpec.wrapWithoutInspection(this).mixinStandardHelpOptions(true);
  }

  static CommandSpec spec(PrintWriter out) {
    ListCommand command = new ListCommand(out);
    command.spec.usageMessage().description("List what exists: name, summary, source.");
    command.spec.addPositional(
        PositionalParamSpec.builder()
            .type(String.class)
            .index("0")
            .arity("1")
            .required(true)
            .paramLabel("<kind>")
            .completionCandidates(KINDS.keySet())
            .description("One of " + String.join(", ", KINDS.keySet()) + ".")
            .build());
    return command.spec;
  }

  @Override
  public Integer call() {
    String kind = spec.positionalParameters().get(0).getValue();
    Supplier<Stream<String>> lines = KINDS.get(kind);
    if (lines == null) {
      throw new ParameterException(
          spec.commandLine(),
          "unknown kind '" + kind + "': use one of " + String.join(", ", KINDS.keySet()));
    }
    lines.get().forEach(out::println);
    return 0;
  }

  private static Stream<String> lines(Registry<?> registry) {
    return registry.entries().stream()
        .map(entry -> String.join("\t", List.of(entry.name(), entry.summary(), entry.source())));
  }

  private static Stream<String> models() {
    return KnownModels.names().stream()
        .map(KnownModels::named)
        .map((KnownModel m) -> String.join("\t", List.of(m.name(), m.summary(), m.coordinates())));
  }
}
