package io.sparkattention.text.jinja;

import io.sparkattention.text.jinja.Lexer.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Reads expressions, with the precedence of Jinja2. */
final class ExpressionParser {

  /** How deep expressions may be nested. */
  private static final int MAX_DEPTH = 100;

  private final Cursor in;
  private final ValueParser values;
  private int depth;

  ExpressionParser(Cursor in) {
    this.in = in;
    this.values = new ValueParser(in, this);
  }

  /** An expression, or several with commas between them, which make a list. */
  Expression tuple() {
    Expression first = expression();
    if (!in.seesSymbol(",")) {
      return first;
    }
    List<Expression> all = new ArrayList<>(List.of(first));
    while (in.skipSymbol(",") && in.peek().kind() != Kind.BLOCK_END) {
      all.add(expression());
    }
    return ValueParser.list(all);
  }

  /** Filters without a bar before the first one, of a value that stands elsewhere. */
  Expression filters(Expression of) {
    return values.filters(values.filter(of));
  }

  /** An expression with its conditions: {@code a if b else c}. */
  Expression expression() {
    return nested(this::conditional);
  }

  private Expression nested(Supplier<Expression> inner) {
    if (++depth > MAX_DEPTH) {
      throw new TemplateException("an expression is nested too deeply").at(in.peek().line());
    }
    Expression value = inner.get();
    depth--;
    return value;
  }

  private Expression conditional() {
    Expression value = or();
    while (in.skip(Kind.NAME, "if")) {
      Expression then = value;
      Expression test = or();
      Expression other =
          in.skip(Kind.NAME, "else")
              ? expression()
              : scope -> new Undefined("the value of no case");
      value = scope -> Operators.truth(test.value(scope)) ? then.value(scope) : other.value(scope);
    }
    return value;
  }

  /** An expression that no condition follows, as in {@code for a in b if c}. */
  Expression or() {
    Expression value = and();
    while (in.skip(Kind.NAME, "or")) {
      Expression left = value;
      Expression right = and();
      value =
          scope -> {
            Object first = left.value(scope);
            return Operators.truth(first) ? first : right.value(scope);
          };
    }
    return value;
  }

  private Expression and() {
    Expression value = not();
    while (in.skip(Kind.NAME, "and")) {
      Expression left = value;
      Expression right = not();
      value =
          scope -> {
            Object first = left.value(scope);
            return Operators.truth(first) ? right.value(scope) : first;
          };
    }
    return value;
  }

  private Expression not() {
    if (in.skip(Kind.NAME, "not")) {
      Expression value = nested(this::not);
      return scope -> !Operators.truth(value.value(scope));
    }
    return comparison();
  }

  /** Comparisons, which chain: {@code a < b < c}. */
  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    for (String operator = comparing(); operator != null; operator = comparing()) {
      operators.add(operator);
      others.add(sum());
    }
    if (operators.isEmpty()) {
      return first;
    }
    return scope -> {
      Object left = first.value(scope);
      for (int i = 0; i < operators.size(); i++) {
        Object right = others.get(i).value(scope);
        if (!compares(operators.get(i), left, right)) {
          return false;
        }
        left = right;
      }
      return true;
    };
  }

  private String comparing() {
    for (String operator : List.of("==", "!=", "<=", ">=", "<", ">")) {
      if (in.skipSymbol(operator)) {
        return operator;
      }
    }
    if (in.skip(Kind.NAME, "in")) {
      return "in";
    }
    if (in.skip(Kind.NAME, "not")) {
      if (!in.skip(Kind.NAME, "in")) {
        throw in.unexpected("'in'");
      }
      return "not in";
    }
    return null;
  }

  private static boolean compares(String operator, Object left, Object right) {
    return switch (operator) {
      case "==" -> Operators.equal(left, right);
      case "!=" -> !Operators.equal(left, right);
      case "in" -> Operators.contains(right, left);
      case "not in" -> !Operators.contains(right, left);
      case "<" -> Operators.compare(left, right) < 0;
      case "<=" -> Operators.compare(left, right) <= 0;
      case ">" -> Operators.compare(left, right) > 0;
      default -> Operators.compare(left, right) >= 0;
    };
  }

  private Expression sum() {
    return binary(this::concatenation, "+", "-");
  }

  private Expression concatenation() {
    return binary(this::product, "~");
  }

  private Expression product() {
    return binary(this::power, "*", "//", "/", "%");
  }

  private Expression power() {
    return binary(() -> unary(true), "**");
  }

  private Expression binary(Supplier<Expression> operand, String... operators) {
    Expression value = operand.get();
    for (String operator = one(operators); operator != null; operator = one(operators)) {
      Expression left = value;
      Expression right = operand.get();
      String used = operator;
      value = scope -> binary(used, left.value(scope), right.value(scope));
    }
    return value;
  }

  private String one(String... operators) {
    for (String operator : operators) {
      if (in.skipSymbol(operator)) {
        return operator;
      }
    }
    return null;
  }

  private static Object binary(String operator, Object left, Object right) {
    return switch (operator) {
      case "+" -> Operators.add(left, right);
      case "*" -> Operators.times(left, right);
      case "~" -> PythonText.str(left) + PythonText.str(right);
      default -> Operators.arithmetic(operator, left, right);
    };
  }

  private Expression unary(boolean filtered) {
    Expression value;
    if (in.skipSymbol("-")) {
      Expression number = nested(() -> unary(false));
      value = scope -> Operators.negate(number.value(scope));
    } else if (in.skipSymbol("+")) {
      value = nested(() -> unary(false));
    } else {
      value = values.value();
    }
    return filtered ? values.filters(value) : value;
  }
}
