package io.sparkattention.text.jinja;

import io.sparkattention.text.jinja.Lexer.Kind;
import io.sparkattention.text.jinja.Lexer.Token;
import java.util.List;

/** A place among tokens. */
final class Cursor {

  private final List<Token> tokens;
  private int at;

  Cursor(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** How many tokens are passed. */
  int place() {
    return at;
  }

  /** Whether a name stands among the tokens that were passed since a place. */
  boolean nameSince(int place, String name) {
    return tokens.subList(place, at).stream().anyMatch(each -> each.is(Kind.NAME, name));
  }

  Token peek() {
    return tokens.get(at);
  }

  Token next() {
    Token token = peek();
    at += token.kind() == Kind.END ? 0 : 1;
    return token;
  }

  boolean sees(Kind kind, String text) {
    return peek().is(kind, text);
  }

  /** Whether a tag of this name is next. */
  boolean seesBlock(String name) {
    return peek().kind() == Kind.BLOCK_BEGIN && tokens.get(at + 1).is(Kind.NAME, name);
  }

  boolean seesSymbol(String text) {
    return sees(Kind.SYMBOL, text);
  }

  /** Passes over a token if it is next; tells whether it was. */
  boolean skip(Kind kind, String text) {
    boolean found = sees(kind, text);
    at += found ? 1 : 0;
    return found;
  }

  boolean skipSymbol(String text) {
    return skip(Kind.SYMBOL, text);
  }

  void requireSymbol(String text) {
    if (!skipSymbol(text)) {
      throw unexpected("'" + text + "'");
    }
  }

  String name() {
    return require(Kind.NAME, "a name").text();
  }

  /** Passes over {@code name=} if it is next, and gives the name; null if it is not. */
  String skipArgumentName() {
    if (peek().kind() != Kind.NAME || !tokens.get(at + 1).is(Kind.SYMBOL, "=")) {
      return null;
    }
    at += 2;
    return tokens.get(at - 2).text();
  }

  Token require(Kind kind, String what) {
    if (peek().kind() != kind) {
      throw unexpected(what);
    }
    return next();
  }

  TemplateException unexpected(String wanted) {
    Token found = peek();
    String said = found.kind() == Kind.END ? "the template ends" : "'" + found.text() + "' stands";
    return new TemplateException(said + " where " + wanted + " should be").at(found.line());
  }
}
