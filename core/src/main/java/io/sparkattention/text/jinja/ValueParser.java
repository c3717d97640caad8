package io.sparkattention.text.jinja;

import io.sparkattention.text.jinja.Lexer.Kind;
import io.sparkattention.text.jinja.Lexer.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads values with what follows them: keys, calls, filters and tests. */
final class ValueParser {

  private static final Set<String> AFTER_A_TEST =
      Set.of("else", "or", "and", "is", "if", "not", "in");

  /** How a call is written: expressions by place and by name. */
  private record Call(List<Expression> places, Map<String, Expression> named) {
    Arguments arguments(Scope scope) {
      List<Object> values = new ArrayList<>();
      places.forEach(each -> values.add(each.value(scope)));
      Map<String, Object> byName = new LinkedHashMap<>();
      named.forEach((name, each) -> byName.put(name, each.value(scope)));
      return new Arguments(values, byName);
    }
  }

  /** A value that is called. */
  static final class CallExpression implements Expression {

    private final Expression of;
    private final Call call;

    private CallExpression(Expression of, Call call) {
      this.of = of;
      this.call = call;
    }

    @Override
    public Object value(Scope scope) {
      return called(of.value(scope), call.arguments(scope));
    }

    /** As it is called with one more value that has a name. */
    Object with(Scope scope, String name, Object more) {
      Arguments arguments = call.arguments(scope);
      arguments.named().put(name, more);
      return called(of.value(scope), arguments);
    }
  }

  private final Cursor in;
  private final ExpressionParser expressions;

  ValueParser(Cursor in, ExpressionParser expressions) {
    this.in = in;
    this.expressions = expressions;
  }

  /** A value with the keys and calls after it. */
  Expression value() {
    return postfix(primary());
  }

  private Expression primary() {
    Token token = in.next();
    switch (token.kind()) {
      case STRING:
        StringBuilder text = new StringBuilder(token.text());
        while (in.peek().kind() == Kind.STRING) {
          text.append(in.next().text());
        }
        return constant(text.toString());
      case INTEGER:
        return constant(Long.valueOf(token.text()));
      case DECIMAL:
        return constant(Double.valueOf(token.text()));
      case NAME:
        return name(token.text());
      case SYMBOL:
        if (token.text().equals("(")) {
          return parenthesized();
        }
        if (token.text().equals("[")) {
          return list(all("]"));
        }
        if (token.text().equals("{")) {
          return map();
        }
        break;
      default:
    }
    throw new TemplateException("'" + token.text() + "' stands where a value should be")
        .at(token.line());
  }

  private static Expression constant(Object value) {
    return scope -> value;
  }

  private static Expression name(String name) {
    return switch (name) {
      case "true", "True" -> constant(true);
      case "false", "False" -> constant(false);
      case "none", "None" -> constant(null);
      default -> scope -> scope.value(name);
    };
  }

  private Expression parenthesized() {
    if (in.skipSymbol(")")) {
      return list(List.of());
    }
    Expression first = expressions.expression();
    if (in.skipSymbol(",")) {
      List<Expression> all = new ArrayList<>(List.of(first));
      all.addAll(all(")"));
      return list(all);
    }
    in.requireSymbol(")");
    return first;
  }

  private List<Expression> all(String end) {
    List<Expression> all = new ArrayList<>();
    while (!in.skipSymbol(end)) {
      all.add(expressions.expression());
      if (!in.seesSymbol(end)) {
        in.requireSymbol(",");
      }
    }
    return all;
  }

  static Expression list(List<Expression> all) {
    return scope -> {
      List<Object> values = new ArrayList<>();
      all.forEach(each -> values.add(each.value(scope)));
      return values;
    };
  }

  private Expression map() {
    Map<Expression, Expression> entries = new LinkedHashMap<>();
    while (!in.skipSymbol("}")) {
      Expression key = expressions.expression();
      in.requireSymbol(":");
      entries.put(key, expressions.expression());
      if (!in.seesSymbol("}")) {
        in.requireSymbol(",");
      }
    }
    return scope -> {
      Map<Object, Object> values = new LinkedHashMap<>();
      entries.forEach((key, value) -> values.put(key.value(scope), value.value(scope)));
      return values;
    };
  }

  private Expression postfix(Expression begun) {
    Expression value = begun;
    while (true) {
      Expression of = value;
      if (in.skipSymbol(".")) {
        Token token = in.next();
        if (token.kind() != Kind.NAME && token.kind() != Kind.INTEGER) {
          throw new TemplateException("a name should follow the dot").at(token.line());
        }
        value =
            token.kind() == Kind.NAME
                ? scope -> Operators.attribute(of.value(scope), token.text())
                : scope -> Operators.item(of.value(scope), Long.valueOf(token.text()));
      } else if (in.skipSymbol("[")) {
        value = subscript(of);
      } else if (in.seesSymbol("(")) {
        value = new CallExpression(of, call());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression of) {
    Expression[] bounds = new Expression[3];
    int part = 0;
    while (!in.skipSymbol("]")) {
      if (in.skipSymbol(":")) {
        if (++part == 3) {
          throw in.unexpected("']'");
        }
      } else {
        bounds[part] = expressions.expression();
      }
    }
    if (part == 0) {
      Expression key = bounds[0];
      if (key == null) {
        throw in.unexpected("a key");
      }
      return scope -> Operators.item(of.value(scope), key.value(scope));
    }
    return scope ->
        Operators.slice(
            of.value(scope),
            bound(bounds[0], scope),
            bound(bounds[1], scope),
            bound(bounds[2], scope));
  }

  private static Object bound(Expression bound, Scope scope) {
    return bound == null ? null : bound.value(scope);
  }

  private Call call() {
    in.requireSymbol("(");
    List<Expression> places = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!in.skipSymbol(")")) {
      String name = in.skipArgumentName();
      if (name == null) {
        places.add(expressions.expression());
      } else {
        named.put(name, expressions.expression());
      }
      if (!in.seesSymbol(")")) {
        in.requireSymbol(",");
      }
    }
    return new Call(places, named);
  }

  private static Object called(Object function, Arguments arguments) {
    if (function instanceof Function known) {
      return known.call(arguments.places(), arguments.named());
    }
    if (function instanceof Undefined nothing) {
      throw nothing.used();
    }
    throw new TemplateException(PythonText.type(function) + " cannot be called");
  }

  /** What the filter that is named next makes of a value. */
  Expression filter(Expression of) {
    String name = in.name();
    Call call = in.seesSymbol("(") ? call() : new Call(List.of(), Map.of());
    return scope -> Filters.apply(name, of.value(scope), call.arguments(scope));
  }

  /** A value with the filters and tests after it. */
  Expression filters(Expression begun) {
    Expression value = begun;
    while (true) {
      Expression of = value;
      if (in.skipSymbol("|")) {
        value = filter(of);
      } else if (in.skip(Kind.NAME, "is")) {
        boolean wanted = !in.skip(Kind.NAME, "not");
        String name = in.name();
        Call call = testCall();
        value = scope -> ValueTests.passes(name, of.value(scope), call.arguments(scope)) == wanted;
      } else {
        return value;
      }
    }
  }

  /** What a test is asked with: in parentheses, or one value after a blank. */
  private Call testCall() {
    if (in.seesSymbol("(")) {
      return call();
    }
    Token next = in.peek();
    boolean value =
        switch (next.kind()) {
          case STRING, INTEGER, DECIMAL -> true;
          case NAME -> !AFTER_A_TEST.contains(next.text());
          default -> in.seesSymbol("[") || in.seesSymbol("{");
        };
    return new Call(value ? List.of(value()) : List.of(), Map.of());
  }
}
