package io.sparkattention.generate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import java.io.Serializable;

/**
 * How texts are to be continued, beside what the model's own files say: small and serializable.
 *
 * @param entries as in {@code generation_config.json}, in place of the model's own
 * @param policy which keys the decoder goes on reading
 */
public record GenerationSpec(ObjectNode entries, KvCachePolicy policy) implements Serializable {

  /** As the model's own files say, with all keys. */
  public static final GenerationSpec DEFAULT =
      new GenerationSpec(
          JsonNodeFactory.instance.objectNode(), KvCachePolicies.REGISTRY.parse("full"));

  public GenerationSpec {
    entries = entries.deepCopy();
  }
}
