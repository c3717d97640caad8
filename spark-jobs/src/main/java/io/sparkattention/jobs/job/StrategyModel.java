package io.sparkattention.jobs.job;

import io.sparkattention.jobs.output.Provenance;
import io.sparkattention.model.ChunkEmbedder;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelRole;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.PairScorer;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TokenEmbedder;
import io.sparkattention.udfs.executor.TaskModels;
import java.io.Serializable;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/**
 * The model of a strategy, if the strategy needs one.
 *
 * @param needs what the strategy needs a model for
 * @param spec the model that is loaded then
 */
record StrategyModel(Set<ModelRole> needs, ModelSpec spec) implements Serializable {

  StrategyModel {
    needs = Set.copyOf(needs);
  }

  /** Checks the model where there is one; a digest of its files, or nothing. */
  String fingerprint(SparkSession spark) {
    if (needs.isEmpty()) {
      return "";
    }
    Set<ModelRole> roles = needs;
    return ModelCheck.fingerprint(
        spark,
        spec,
        model -> {
          if (roles.contains(ModelRole.EMBEDDER)) {
            model.embedder();
          }
          if (roles.contains(ModelRole.PAIR_SCORER)) {
            model.pairScorer();
          }
          if (roles.contains(ModelRole.ATTENTION)) {
            model.attentionReader();
          }
          if (roles.contains(ModelRole.TOKEN_EMBEDDER)) {
            model.tokenEmbedder();
          }
          if (roles.contains(ModelRole.CHUNK_EMBEDDER)) {
            model.chunkEmbedder();
          }
        });
  }

  Provenance provenance() {
    return needs.isEmpty() ? Provenance.NO_MODEL : ModelOptions.provenance(spec);
  }

  /** The model, where the strategy needs one. */
  Optional<LoadedModel> loaded(TaskModels models) {
    return needs.isEmpty() ? Optional.empty() : Optional.of(models.model(spec));
  }

  Optional<TextEmbedder> embedder(TaskModels models) {
    return needs.contains(ModelRole.EMBEDDER)
        ? Optional.of(models.model(spec).embedder())
        : Optional.empty();
  }

  Optional<PairScorer> pairScorer(TaskModels models) {
    return needs.contains(ModelRole.PAIR_SCORER)
        ? Optional.of(models.model(spec).pairScorer())
        : Optional.empty();
  }

  Optional<TokenEmbedder> tokenEmbedder(TaskModels models) {
    return needs.contains(ModelRole.TOKEN_EMBEDDER)
        ? Optional.of(models.model(spec).tokenEmbedder())
        : Optional.empty();
  }

  Optional<ChunkEmbedder> chunkEmbedder(TaskModels models) {
    return needs.contains(ModelRole.CHUNK_EMBEDDER)
        ? Optional.of(models.model(spec).chunkEmbedder())
        : Optional.empty();
  }
}
