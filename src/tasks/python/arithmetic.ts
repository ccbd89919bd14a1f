/** @file The verifier of `arithmetic.ts` in Python. */

export const arithmeticPython = `NUMBER = re.compile(r"0|[1-9][0-9]*")


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
