package io.sparkattention.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A function that a template defines.
 *
 * @param defaults one per parameter; null where it has none
 * @param calls whether it asks for the text of a tag that calls it
 * @param scope where it was defined
 */
record Macro(
    String name,
    List<String> parameters,
    List<Expression> defaults,
    boolean calls,
    Node body,
    Scope scope)
    implements Function {

  /** What a macro calls the text of the tag that calls it. */
  static final String CALLER = "caller";

  Macro {
    parameters = List.copyOf(parameters);
    defaults = new ArrayList<>(defaults);
  }

  @Override
  public Object call(List<Object> places, Map<String, Object> named) {
    TreeSet<String> unknown = new TreeSet<>(named.keySet());
    unknown.removeAll(parameters);
    if (calls) {
      unknown.remove(CALLER);
    }
    if (places.size() > parameters.size() || !unknown.isEmpty()) {
      throw new TemplateException(
          "macro '%s' takes %s, not %d values%s"
              .formatted(
                  name,
                  parameters,
                  places.size(),
                  unknown.isEmpty() ? "" : " and " + String.join(", ", unknown)));
    }
    Scope inner = scope.inner();
    if (calls) {
      inner.set(CALLER, named.getOrDefault(CALLER, new Undefined(CALLER)));
    }
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      if (i < places.size()) {
        inner.set(parameter, places.get(i));
      } else if (named.containsKey(parameter)) {
        inner.set(parameter, named.get(parameter));
      } else {
        Expression otherwise = defaults.get(i);
        inner.set(parameter, otherwise == null ? new Undefined(parameter) : otherwise.value(inner));
      }
    }
    return inner.call(body);
  }
}
