package io.sparkattention.text.jinja;

/**
 * A piece of a template that has a value: a {@link String}, {@link Long}, {@link Double}, {@link
 * Boolean}, {@link java.util.List}, {@link java.util.Map}, {@link Namespace} or {@link Function};
 * null for Python's {@code None}; {@link Undefined} for what does not exist.
 */
@FunctionalInterface
interface Expression {

  Object value(Scope scope);
}
