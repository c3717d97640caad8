package io.sparkattention.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The names that are known at a place of a template. */
final class Scope {

  /** How deep macros may call each other. */
  private static final int MAX_DEPTH = 200;

  private final Scope parent; // null at the top
  private final Map<String, Object> names;
  private final AtomicInteger depth; // of calls, of all scopes together

  private Scope(Scope parent, Map<String, Object> names, AtomicInteger depth) {
    this.parent = parent;
    this.names = names;
    this.depth = depth;
  }

  /** The outermost scope. */
  static Scope of(Map<String, ?> names) {
    return new Scope(null, new HashMap<>(names), new AtomicInteger());
  }

  /** A scope inside this one, whose names are gone after it. */
  Scope inner() {
    return new Scope(this, new HashMap<>(), depth);
  }

  /** Writes the body of a macro in this scope. */
  String call(Node body) {
    if (depth.incrementAndGet() > MAX_DEPTH) {
      throw new TemplateException("macros call each other without an end");
    }
    StringBuilder out = new StringBuilder();
    body.write(this, out);
    depth.decrementAndGet();
    return out.toString();
  }

  /** A name's value; {@link Undefined} if it is not known. */
  Object value(String name) {
    for (Scope scope = this; scope != null; scope = scope.parent) {
      if (scope.names.containsKey(name)) {
        return scope.names.get(name);
      }
    }
    return new Undefined(name);
  }

  /** Gives a name its value from here on. */
  void set(String name, Object value) {
    names.put(name, value);
  }
}
