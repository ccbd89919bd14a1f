/** @file The verifier of `countdown.ts` in Python. */

export const countdownPython = `TOKEN = re.compile(r"(?:0|[1-9][0-9]{0,3})(?![0-9])|[-+*/()]")


class NotAnExpression(Exception):
    pass


def parse(tokens, numbers, depth=0):
    """Recursive descent over + - * / and parentheses; the exact value, or None after a division by zero."""

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
        if left is None or right is None or (operator == "/" and right == 0):
            return None
        return {"+": left.__add__, "-": left.__sub__, "*": left.__mul__, "/": left.__truediv__}[operator](right)

    def left_to_right(operators, operand):
        value = operand()
        while tokens and tokens[0] in operators:
            value = apply(tokens.pop(0), value, operand())
        return value

    return left_to_right("+-", lambda: left_to_right("*/", factor))


def verify(problem, completion):
    """An expression of the given numbers, each used exactly once, that hits the target."""
    given, _, target = problem["problem"][:-1].partition(":")
    tokens, numbers = TOKEN.findall(completion), []
    try:
        if "".join(tokens) != completion:
            raise NotAnExpression
        value = parse(tokens, numbers)
        if tokens:
            raise NotAnExpression
    except NotAnExpression:
        return False, False
    well_formed = sorted(numbers) == sorted(int(n) for n in given.split(","))
    return well_formed and value == int(target), well_formed
`;
