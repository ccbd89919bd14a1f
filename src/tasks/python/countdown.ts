/** @file The verifier of `countdown.ts` in Python. */
import { expressionPython } from './expression.ts';

export const countdownPython = `${expressionPython}

def verify(problem, completion):
    """An expression of the given numbers, each used exactly once, that hits the target."""
    given, _, target = problem["problem"][:-1].partition(":")
    evaluation = evaluate(completion)
    if evaluation is None:
        return False, False
    value, numbers = evaluation
    well_formed = sorted(numbers) == sorted(int(n) for n in given.split(","))
    return well_formed and value == int(target), well_formed
`;
