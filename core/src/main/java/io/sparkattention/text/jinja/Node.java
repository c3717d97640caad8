package io.sparkattention.text.jinja;

import java.util.List;

/** A piece of a template that writes text. */
@FunctionalInterface
interface Node {

  void write(Scope scope, StringBuilder out);

  /** All of some nodes, one after the other. */
  static Node all(List<Node> nodes) {
    List<Node> copy = List.copyOf(nodes);
    return (scope, out) -> copy.forEach(node -> node.write(scope, out));
  }

  /** A node whose failures tell its line. */
  static Node at(int line, Node node) {
    return (scope, out) -> {
      try {
        node.write(scope, out);
      } catch (TemplateException e) {
        throw e.at(line);
      }
    };
  }
}
