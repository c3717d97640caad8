package io.sparkattention.text.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes its body for every item.
 *
 * @param names what an item, or the parts of one, are called
 * @param filter which items are seen; null for all
 * @param otherwise written where there are no items
 */
record Loop(List<String> names, Expression items, Expression filter, Node body, Node otherwise)
    implements Node {

  /** How a body asks for the next item, or for none. */
  static final class Signal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    static final Signal BREAK = new Signal();
    static final Signal CONTINUE = new Signal();

    private Signal() {
      super(null, null, false, false);
    }
  }

  @Override
  public void write(Scope scope, StringBuilder out) {
    List<Object> seen = new ArrayList<>();
    for (Object item : Operators.items(items.value(scope))) {
      if (filter == null || Operators.truth(filter.value(inner(scope, item)))) {
        seen.add(item);
      }
    }
    if (seen.isEmpty()) {
      otherwise.write(scope, out);
    }
    for (int i = 0; i < seen.size(); i++) {
      Scope inner = inner(scope, seen.get(i));
      inner.set("loop", state(seen, i));
      try {
        body.write(inner, out);
      } catch (Signal signal) {
        if (signal == Signal.BREAK) {
          return;
        }
      }
    }
  }

  private Scope inner(Scope scope, Object item) {
    Scope inner = scope.inner();
    assign(inner, names, item);
    return inner;
  }

  private static Object state(List<Object> items, int at) {
    Map<String, Object> state = new HashMap<>();
    long size = items.size();
    state.put("index", at + 1L);
    state.put("index0", (long) at);
    state.put("revindex", size - at);
    state.put("revindex0", size - at - 1);
    state.put("first", at == 0);
    state.put("last", at == size - 1);
    state.put("length", size);
    if (at > 0) {
      state.put("previtem", items.get(at - 1));
    }
    if (at < size - 1) {
      state.put("nextitem", items.get(at + 1));
    }
    Function cycle = (places, named) -> places.get(at % places.size());
    state.put("cycle", cycle);
    return state;
  }

  /** Gives a value, or its items, their names. */
  static void assign(Scope scope, List<String> names, Object value) {
    if (names.size() == 1) {
      scope.set(names.get(0), value);
      return;
    }
    List<Object> parts = Operators.items(value);
    if (parts.size() != names.size()) {
      throw new TemplateException(
          "%d names stand for %d values".formatted(names.size(), parts.size()));
    }
    for (int i = 0; i < parts.size(); i++) {
      scope.set(names.get(i), parts.get(i));
    }
  }
}
