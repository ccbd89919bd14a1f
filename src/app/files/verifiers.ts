/**
 * @file The verifiers of the tasks in Python, for `train.py`: `verify(problem, completion)` gives (correct,
 * well_formed).
 */

const arithmetic = `NUMBER = re.compile(r"0|[1-9][0-9]*")


def verify(problem, completion):
    """One number, at once ("43") or after the running values in brackets ("[22,25]43")."""
    if not completion.startswith("["):
        return completion == problem["answer"], bool(NUMBER.fullmatch(completion))
    inside, bracket, answer = completion[1:].partition("]")
    working = inside.split(",")
    right_count = len(working) == problem["difficulty"] - 1
    well_formed = bool(bracket) and right_count and all(NUMBER.fullmatch(n) for n in [*working, answer])
    return bool(bracket) and answer == problem["answer"], well_formed
`;

const countdown = `TOKEN = re.compile(r"(?:0|[1-9][0-9]{0,3})(?![0-9])|[-+*/()]")


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

const exact = `def verify(problem, completion):
    """The page's verifier of this task is not written in Python: here the completion must equal the stored answer."""
    correct = completion == problem["answer"]
    return correct, correct
`;

export interface PythonVerifier {
  readonly code: string;
  /** False if the code only compares with the stored answer. */
  readonly faithful: boolean;
  /** Instruction for a model that was not trained on the task. */
  readonly instruction: string;
}

const known: Readonly<Record<string, Omit<PythonVerifier, 'faithful'>>> = {
  sums: {
    code: arithmetic,
    instruction:
      'Add the numbers. Write only the result, or the running sums in brackets and then the result, like [22,25]43.',
  },
  chain: {
    code: arithmetic,
    instruction:
      'Apply the operations strictly from left to right. Write only the result, or the running values in brackets and then the result, like [22,25]43.',
  },
  countdown: {
    code: countdown,
    instruction:
      'Write an expression of the numbers before the colon, each used exactly once, that gives the number after it. Write nothing else.',
  },
};

export const verifierOf = (task: string): PythonVerifier => {
  const found = Object.hasOwn(known, task) ? known[task] : undefined;
  return found
    ? { ...found, faithful: true }
    : { code: exact, faithful: false, instruction: 'Write the answer and nothing else.' };
};
