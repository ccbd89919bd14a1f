/** @file `evaluateExpression` of `expression.ts` in Python. */

export const expressionPython = `TOKEN = re.compile(r"(?:0|[1-9][0-9]{0,3})(?![0-9])|[-+*/()]")


class NotAnExpression(Exception):
    pass


def parse(tokens, numbers, depth=0):
    """Recursive descent over + - * / and parentheses; the exact value, or None after a division by zero
    or where the page would have to round."""

    def factor():
        if not tokens:
            raise NotAnExpression
        token = tokens.pop(0)
        if token == "(" and depth < 32:
            value = parse(tokens, numbers, depth + 1)
            if not tokens or tokens.pop(0) != ")":
                raise NotAnExpression
            return value
        if not token.isdigit():
            raise NotAnExpression
        numbers.append(int(token))
        return Fraction(int(token))

    def apply(operator, left, right):
        if left is None or right is None:
            return None
        a, b, c, d = left.numerator, left.denominator, right.numerator, right.denominator
        if operator in "*/":
            c, d = (c, d) if operator == "*" else (d, c)
            parts = [a * c, b * d]
        else:
            parts = [a * d + (c * b if operator == "+" else -c * b), b * d, a * d, c * b]
        return None if parts[1] == 0 or max(map(abs, parts)) >= 2**53 else Fraction(parts[0], parts[1])

    def left_to_right(operators, operand):
        value = operand()
        while tokens and tokens[0] in operators:
            value = apply(tokens.pop(0), value, operand())
        return value

    return left_to_right("+-", lambda: left_to_right("*/", factor))


def evaluate(text):
    """The value of an expression and its numbers; None for other text."""
    tokens, numbers = TOKEN.findall(text), []
    try:
        if "".join(tokens) != text:
            raise NotAnExpression
        value = parse(tokens, numbers)
        if tokens:
            raise NotAnExpression
    except NotAnExpression:
        return None
    return value, numbers
`;
