package io.sparkattention.text.jinja;

import java.util.HashMap;
import java.util.Map;

/** Values that a template can change from inside a loop. */
record Namespace(Map<String, Object> values) {

  Namespace {
    values = new HashMap<>(values);
  }
}
