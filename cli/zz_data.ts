import { fileTask } from '../src/tasks/file.ts';
import { factsOf } from '../src/tasks/own/facts.ts';
import { checkerOf } from '../src/tasks/checkers.ts';
import { guessedChecker } from '../src/tasks/own/guess.ts';
const L = (f: (i: number) => unknown, n = 30) => Array.from({ length: n }, (_, i) => JSON.stringify(f(i)));
const u = (s: string) => new TextEncoder().encode(s);
const base = (i: number) => ({ prompt: `${i}+1=`, answer: i + 1 });
const cases: Record<string, Uint8Array> = {
 ok: u(L(base).join('\n')),
 crlf: u(L(base).join('\r\n') + '\r\n'),
 bom: u('\ufeff' + L(base).join('\n')),
 bomcsv: u('\ufeffprompt,answer\r\n' + Array.from({length:30},(_,i)=>`${i}+1=,${i+1}`).join('\r\n') + '\r\n'),
 blankEnd: u(L(base).join('\n') + '\n\n\n'),
 blankMid: u(L(base).join('\n\n')),
 blankStart: u('\n\n' + L(base).join('\n')),
 csvBlankEnd: u('prompt,answer\n' + Array.from({length:30},(_,i)=>`${i}+1=,${i+1}`).join('\n') + '\n\n'),
 csvCR: u('prompt,answer\r' + Array.from({length:30},(_,i)=>`${i}+1=,${i+1}`).join('\r')),
 csvQuotedHeader: u('"prompt","answer"\n' + Array.from({length:30},(_,i)=>`"${i}+1=","${i+1}"`).join('\n')),
 csvNewlineInCell: u('prompt,answer\n' + Array.from({length:30},(_,i)=>`"${i}\n+1=",${i+1}`).join('\n')),
 csvOneColumn: u('prompt\n' + Array.from({length:30},(_,i)=>`${i}`).join('\n')),
 csvMissing: u('question,solution\n' + Array.from({length:30},(_,i)=>`${i},2`).join('\n')),
 nullSplit: u(L((i) => ({ ...base(i), split: null, difficulty: null })).join('\n')),
 nullAnswer: u(L((i) => ({ ...base(i), answer: i === 7 ? null : i })).join('\n')),
 bool: u(L((i) => ({ prompt: `${i}>5?`, answer: i > 5 })).join('\n')),
 listAnswer: u(L((i) => ({ prompt: `${i}`, answer: [i] })).join('\n')),
 huge: u(L(base).join('\n') + '\n{"prompt":"big","answer":12345678901234567890}'),
 inf: u(L(base).join('\n') + '\n{"prompt":"big","answer":1e999}'),
 exp: u(L(base).join('\n') + '\n{"prompt":"big","answer":1e3}'),
 float: u(L((i) => ({ prompt: `${i}/2`, answer: i / 2 })).join('\n')),
 dupKeys: u(L(base).join('\n') + '\n{"prompt":"a","prompt":"b","answer":1}'),
 gsm: u(L((i) => ({ question: `What ${i}?`, answer: `work <<1+1=2>>\n#### 1,${100 + i}` })).join('\n')),
 gsmPrompt: u(L((i) => ({ prompt: `What ${i}?`, answer: `work\n#### ${i}` })).join('\n')),
 gsmEmpty: u(L((i) => ({ question: `What ${i}?`, answer: `work\n#### ` })).join('\n')),
 rg: u(L((i) => ({ question: `Q${i}`, answer: `${i}`, metadata: { source_dataset: 'x', source_index: i, difficulty: { a: [1, 2] }, nested: { b: null } } })).join('\n')),
 rgNull: u(L((i) => ({ question: `Q${i}`, answer: i==3?null:`${i}`, metadata: {} })).join('\n')),
 chat: u(L((i) => ({ prompt: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: `${i}+1?` }], answer: i })).join('\n')),
 chatTool: u(L((i) => ({ prompt: [{ role: 'tool', content: 'x' }, { role: 'user', content: `${i}+1?` }], answer: i })).join('\n')),
 chatParts: u(L((i) => ({ prompt: [{ role: 'user', content: [{ type: 'text', text: `${i}` }] }], answer: i })).join('\n')),
 chatEndsAssistant: u(L((i) => ({ prompt: [{ role: 'user', content: `${i}` }, { role: 'assistant', content: 'a' }], answer: i })).join('\n')),
 chatEmpty: u(L((i) => ({ prompt: [], answer: i })).join('\n')),
 difficultyText: u(L((i) => ({ ...base(i), difficulty: 'easy' })).join('\n')),
 difficulty13: u(L((i) => ({ ...base(i), difficulty: 13 })).join('\n')),
 array: u(`[${L(base).join(',\n')}]`),
 pretty: u(JSON.stringify(base(1), null, 2)),
 latin1: new Uint8Array([...u(L(base).join('\n') + '\n'), ...u('{"prompt":"caf'), 0xe9, ...u('","answer":1}\n')]),
 utf16: new Uint8Array([0xff, 0xfe, ...[...L(base).join('\n')].flatMap((c) => [c.charCodeAt(0), 0])]),
 gz: new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
 empty: u(''), spaces: u('  \n '), few: u(L(base, 2).join('\n')), one: u(L(base, 1).join('\n')),
 missingAnswer: u(L((i) => i === 4 ? { prompt: 'x' } : base(i)).join('\n')),
 missingPrompt: u(L((i) => i === 4 ? { answer: 'x' } : base(i)).join('\n')),
 number: u('12\n13'), string: u('"a"\n"b"'),
 truncated: u(L(base).join('\n').slice(0, -3)),
 trailingComma: u(L(base).join(',\n')),
 single: u("{'prompt': 'a', 'answer': 'b'}"),
 nan: u('{"prompt": "a", "answer": NaN}'),
 deep: u('{"prompt":"a","answer":"b","x":' + '['.repeat(20000) + ']'.repeat(20000) + '}'),
 proto: u(L((i) => ({ ...base(i), constructor: 1 })).join('\n').replaceAll('"constructor"', '"__proto__"')),
 unicode: u(L((i) => ({ prompt: `héé 你好 🙂 ${i}`, answer: `ü${i}` })).join('\n')),
 emptyPrompt: u(L((i) => ({ prompt: i === 2 ? '' : `${i}`, answer: i })).join('\n')),
 spacePrompt: u(L((i) => ({ prompt: i === 2 ? '   ' : `${i}`, answer: i })).join('\n')),
 splitOnly: u(L((i) => ({ ...base(i), split: 'train' })).join('\n')),
 splitDev: u(L((i) => ({ ...base(i), split: i % 3 ? 'train' : 'dev' })).join('\n')),
 taskRows: u(JSON.stringify({ format: 'rollout-task', version: 1, title: 'T', checker: 'number', rows: Array.from({ length: 30 }, (_, i) => base(i)) }, null, 2)),
 taskRowBad: u(JSON.stringify({ format: 'rollout-task', version: 1, title: 'T', checker: 'number', rows: Array.from({ length: 30 }, (_, i) => i === 3 ? { prompt: 'a' } : base(i)) }, null, 2)),
 taskUnknown: u(JSON.stringify({ format: 'rollout-task', version: 1, title: 'T', checker: 'numbr', rows: [base(1)] })),
 taskBoth: u(JSON.stringify({ format: 'rollout-task', version: 1, title: 'T', checker: 'number', rows: [base(1)], template: {} })),
 taskBom: u('\ufeff' + JSON.stringify({ format: 'rollout-task', version: 1, title: 'T', checker: 'number', template: { prompt: '{a}+{b}=', answer: '{a+b}', variables: { a: { from: 1, to: 9 }, b: [1, 2, 3] } } })),
 taskLate: u(JSON.stringify({ title: 'T', summary: 'x'.repeat(290), checker: 'number', rows: Array.from({ length: 30 }, (_, i) => base(i)), version: 1, format: 'rollout-task' })),
 taskCsvLike: u('{"format": "rollout-task", "version": 2}'),
};
for (const [name, bytes] of Object.entries(cases)) {
  for (const checker of [guessedChecker, checkerOf('number')]) {
    let out: string;
    try { const t = await fileTask(bytes, checker as never); out = `${t.own.checker.id} | ${factsOf(t).join(' ')}`; }
    catch (e) { out = `${(e as Error).name}: ${(e as Error).message}`; }
    console.log(name.padEnd(18), out.slice(0, 230));
  }
}
