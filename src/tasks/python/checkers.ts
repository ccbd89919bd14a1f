/** @file The checkers of data files in Python. */
import type { Checker, CheckerId } from '../own/checker.ts';
import type { PythonVerifier } from '../task.ts';
import { expressionPython } from './expression.ts';
import { pythonPattern, SPACES } from './pattern.ts';

const spaces = `SPACE = r"[${SPACES}]"
SPACES = "".join(filter(re.compile(SPACE).match, map(chr, range(0x10000))))
`;

const stated = `def stated(completion):
    """The part that states the answer, after the last #### or <answer>, and whether there is such a mark."""
    mark, tag = completion.rfind("####"), completion.rfind("<answer>")
    if mark >= 0 and mark > tag:
        return completion[mark + 4:], True
    if tag < 0:
        return completion, False
    return completion[tag + 8:].split("</answer>")[0], True
`;

const ungrouped = `NUMBER = re.compile(r"(?<![0-9])-?[0-9]+(?:\\.[0-9]+)?|[0-9]+(?:\\.[0-9]+)?")


def ungrouped(text):
    """Digits without the commas that group them."""
    return re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", text)
`;

const valueOf = `def value_of(text):
    if re.fullmatch(r"-?[0-9]+(?:\\.[0-9]+)?", text):
        return float(text)
    evaluation = evaluate(re.sub(SPACE, "", text))
    value = evaluation[0] if evaluation else None
    return None if value is None else value.numerator / value.denominator
`;

/** A verifier that finds an answer, `parsed`, and compares it with the row's. */
const finding = (helpers: readonly string[], summary: string, find: string): string =>
  [
    ...helpers,
    `def verify(problem, completion):
    """${summary}"""
    answer = problem["answer"]
${find}
    return parsed == answer, parsed is not None
`,
  ].join('\n\n');

const expression = [
  expressionPython,
  spaces,
  stated,
  valueOf,
  `def verify(problem, completion):
    """The last arithmetic expression, else number, has the value of the answer, and uses the allowed numbers once each."""
    parts = [re.sub(SPACE, "", part) for part in re.findall(rf"[0-9(](?:[0-9()+*/-]|{SPACE})*", stated(completion)[0])]
    readable = [part for part in parts if evaluate(part) is not None]
    if not readable:
        return False, False
    parsed = next((part for part in reversed(readable) if re.search(r"[+*/-]", part)), readable[-1])
    value, wanted, allowed = value_of(parsed), value_of(problem["answer"]), problem.get("numbers")
    if value is None or wanted is None or not abs(value - wanted) < 1e-9:
        return False, True
    return allowed is None or sorted(evaluate(parsed)[1]) == sorted(allowed), True
`,
].join('\n\n');

const choice = `    is_capital = answer == answer.upper()
    letter = r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])" if is_capital else r"(?<![a-z])[a-z](?![a-z])"
    found = [one for one in re.findall(letter, stated(completion)[0]) if one == one.upper() or not is_capital]
    parsed = found[-1] if found else None`;

const number = `    text, is_marked = stated(completion)
    found = NUMBER.findall(ungrouped(text))
    parsed = (found[0] if is_marked else found[-1]) if found else None
    if parsed is not None and Decimal(parsed) == Decimal(ungrouped(answer)):
        parsed = answer`;

const codes: Readonly<Record<Exclude<CheckerId, 'regex' | 'js'>, string>> = {
  exact: finding([spaces], 'The completion is the answer.', '    parsed = completion.strip(SPACES) or None'),
  number: finding(
    [stated, ungrouped],
    'The number after the last ####, in the last <answer>, or else the last.',
    number,
  ),
  tagged: finding(
    [spaces, stated],
    'The text after the last ####, in the last <answer>, or all.',
    '    parsed = stated(completion)[0].strip(SPACES) or None',
  ),
  choice: finding([stated], 'The last letter that stands alone.', choice),
  expression,
  contains: finding([], 'The answer stands somewhere.', '    parsed = answer if answer in completion else None'),
};

/** `pattern` is JavaScript’s. */
function regexCode(pattern: string): string | null {
  const theirs = pythonPattern(pattern);
  return theirs === null
    ? null
    : finding(
        [spaces, `PATTERN = re.compile(${JSON.stringify(theirs)}, re.ASCII)\n`],
        'The last match of the pattern, or its first group.',
        `    matches = list(PATTERN.finditer(completion))
    group = matches[-1].group(1) if matches and PATTERN.groups else None
    parsed = (matches[-1].group(0) if group is None else group).strip(SPACES) if matches else None`,
      );
}

/** The checker for exports; undefined for JavaScript, and for a pattern that Python cannot have. */
export function checkerPython({ id, parameter = '' }: Pick<Checker, 'id' | 'parameter'>): PythonVerifier | undefined {
  const code = id === 'js' ? null : id === 'regex' ? regexCode(parameter) : codes[id];
  return code === null
    ? undefined
    : { code, instruction: '', ...(id === 'expression' ? { columns: ['numbers'] } : {}) };
}

/** A checker whose form is that of the tasks asked in words: one pair of tags around an answer, at the end. */
const withTags = (code: string): PythonVerifier => ({
  code: `${code}

check = verify


def verify(problem, completion):
    """As check finds it; well formed are words, then <answer>, an answer and </answer>, and nothing more."""
    correct, found = check(problem, completion)
    form = rf"[^<]*<answer>[^<]*</answer>{SPACE}*"
    return correct, found and re.fullmatch(form, completion) is not None
`,
  instruction: '',
});

export const taggedPython = (id: 'number' | 'tagged'): PythonVerifier =>
  withTags(id === 'number' ? [spaces, codes.number].join('\n\n') : codes.tagged);

/** The numbers of the question, without its target, may be used once each. */
export const countdownWordsPython = withTags(`${codes.expression}

check_expression = verify


def verify(problem, completion):
    """The target is the first number of the question; the others are to be used."""
    target, *numbers = re.findall("[0-9]+", problem["problem"])
    return check_expression({"answer": target, "numbers": [int(n) for n in numbers]}, completion)
`);
