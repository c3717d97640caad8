package io.sparkattention.text.jinja;

import io.sparkattention.text.jinja.Lexer.Kind;
import io.sparkattention.text.jinja.Lexer.Token;
import java.util.ArrayList;
import java.util.List;

/** Reads templates: texts, outputs and tags. */
final class TemplateParser {

  /** How deep tags may be nested. */
  private static final int MAX_DEPTH = 100;

  /** What the text of a filter tag is called: no name that a template can say. */
  private static final String FILTERED = "filtered text";

  private final Cursor in;
  private final ExpressionParser expressions;
  private int depth;

  private TemplateParser(Cursor in) {
    this.in = in;
    this.expressions = new ExpressionParser(in);
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException if it is none, naming the line
   */
  static Node parse(String template) {
    Cursor in = new Cursor(Lexer.tokens(template));
    Node all = new TemplateParser(in).until();
    if (in.peek().kind() != Kind.END) {
      throw in.unexpected("a tag that was opened");
    }
    return all;
  }

  /** Everything up to one of these tags, or to the end. */
  private Node until(String... ends) {
    if (++depth > MAX_DEPTH) {
      throw new TemplateException("tags are nested too deeply").at(in.peek().line());
    }
    List<Node> nodes = new ArrayList<>();
    while (in.peek().kind() != Kind.END) {
      for (String end : ends) {
        if (in.seesBlock(end)) {
          depth--;
          return Node.all(nodes);
        }
      }
      nodes.add(Node.at(in.peek().line(), node()));
    }
    if (ends.length > 0) {
      throw in.unexpected("{% " + String.join(" %} or {% ", ends) + " %}");
    }
    return Node.all(nodes);
  }

  private Node node() {
    Token token = in.next();
    if (token.kind() == Kind.TEXT) {
      return (scope, out) -> out.append(token.text());
    }
    if (token.kind() == Kind.OUTPUT_BEGIN) {
      Expression value = expressions.tuple();
      in.require(Kind.OUTPUT_END, "}}");
      return (scope, out) -> out.append(PythonText.str(value.value(scope)));
    }
    String tag = in.name();
    return switch (tag) {
      case "if" -> condition();
      case "for" -> loop();
      case "set" -> assignment();
      case "macro" -> macro();
      case "call" -> call(token.line());
      case "filter" -> filter();
      case "generation" -> generation();
      case "break" -> signal(Loop.Signal.BREAK);
      case "continue" -> signal(Loop.Signal.CONTINUE);
      case "include", "import", "from", "extends", "block" ->
          throw new TemplateException(
                  "tag '"
                      + tag
                      + "' speaks of other templates, and a chat template has none beside it: put"
                      + " their text in its place")
              .at(token.line());
      default ->
          throw new TemplateException(
                  "tag '"
                      + tag
                      + "' is unknown here or stands alone: use break, call, continue, filter, for,"
                      + " generation, if, macro, raw or set")
              .at(token.line());
    };
  }

  private void endOfTag() {
    in.require(Kind.BLOCK_END, "%}");
  }

  /** Passes over a tag of one word. */
  private void closing() {
    in.next();
    in.next();
    endOfTag();
  }

  private Node signal(Loop.Signal signal) {
    endOfTag();
    return (scope, out) -> {
      throw signal;
    };
  }

  private Node generation() {
    endOfTag();
    Node body = until("endgeneration");
    closing();
    return body;
  }

  private Node condition() {
    Expression test = expressions.tuple();
    endOfTag();
    Node then = until("elif", "else", "endif");
    Node otherwise;
    if (in.seesBlock("elif")) {
      in.next();
      in.next();
      otherwise = condition();
    } else if (in.seesBlock("else")) {
      closing();
      otherwise = until("endif");
      closing();
    } else {
      otherwise = (scope, out) -> {};
      closing();
    }
    return (scope, out) ->
        (Operators.truth(test.value(scope)) ? then : otherwise).write(scope, out);
  }

  private Node loop() {
    List<String> names = names();
    if (!in.skip(Kind.NAME, "in")) {
      throw in.unexpected("'in'");
    }
    Expression items = expressions.or();
    Expression filter = in.skip(Kind.NAME, "if") ? expressions.expression() : null;
    endOfTag();
    Node body = until("else", "endfor");
    Node otherwise = (scope, out) -> {};
    if (in.seesBlock("else")) {
      closing();
      otherwise = until("endfor");
    }
    closing();
    return new Loop(names, items, filter, body, otherwise);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    boolean bracketed = in.skipSymbol("(");
    do {
      names.add(in.name());
    } while (in.skipSymbol(","));
    if (bracketed) {
      in.requireSymbol(")");
    }
    return names;
  }

  private Node assignment() {
    List<String> names = names();
    String key = in.skipSymbol(".") ? in.name() : null;
    if (!in.skipSymbol("=")) {
      endOfTag();
      Node body = until("endset");
      closing();
      return (scope, out) -> {
        StringBuilder text = new StringBuilder();
        body.write(scope.inner(), text);
        Loop.assign(scope, names, text.toString());
      };
    }
    Expression value = expressions.tuple();
    endOfTag();
    if (key == null) {
      return (scope, out) -> Loop.assign(scope, names, value.value(scope));
    }
    return (scope, out) -> {
      Object owner = scope.value(names.get(0));
      if (!(owner instanceof Namespace namespace)) {
        throw new TemplateException(
            names.get(0) + "." + key + " can be set in a namespace() alone");
      }
      namespace.values().put(key, value.value(scope));
    };
  }

  /** A macro whose caller's text stands in the tag: {@code {% call(a) name(b) %}}. */
  private Node call(int line) {
    Parameters parameters =
        in.seesSymbol("(") ? parameters() : new Parameters(List.of(), List.of());
    Expression called = expressions.expression();
    if (!(called instanceof ValueParser.CallExpression call)) {
      throw new TemplateException("call needs a macro with its values, such as name()").at(line);
    }
    endOfTag();
    Node body = until("endcall");
    closing();
    return (scope, out) -> {
      Macro caller =
          new Macro(Macro.CALLER, parameters.names, parameters.defaults, false, body, scope);
      out.append(PythonText.str(call.with(scope, Macro.CALLER, caller)));
    };
  }

  /** Filters of all that stands between the tags. */
  private Node filter() {
    Expression filtered = expressions.filters(scope -> scope.value(FILTERED));
    endOfTag();
    Node body = until("endfilter");
    closing();
    return (scope, out) -> {
      StringBuilder text = new StringBuilder();
      Scope inner = scope.inner();
      body.write(inner, text);
      inner.set(FILTERED, text.toString());
      if (!(filtered.value(inner) instanceof String made)) {
        throw new TemplateException("the filters of a filter tag give no text");
      }
      out.append(made);
    };
  }

  /** Names in parentheses; a default is null where there is none. */
  private record Parameters(List<String> names, List<Expression> defaults) {}

  private Parameters parameters() {
    List<String> names = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    in.requireSymbol("(");
    while (!in.skipSymbol(")")) {
      names.add(in.name());
      defaults.add(in.skipSymbol("=") ? expressions.expression() : null);
      if (!in.seesSymbol(")")) {
        in.requireSymbol(",");
      }
    }
    return new Parameters(names, defaults);
  }

  private Node macro() {
    String name = in.name();
    Parameters parameters = parameters();
    endOfTag();
    int begin = in.place();
    Node body = until("endmacro");
    boolean calls = in.nameSince(begin, Macro.CALLER);
    closing();
    return (scope, out) ->
        scope.set(name, new Macro(name, parameters.names, parameters.defaults, calls, body, scope));
  }
}
