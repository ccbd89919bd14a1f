import { presetConfig } from '../src/rl/config/presets.ts';
import { LocalTrainer } from '../src/rl/run/localTrainer.ts';
import { nodeEnvironment, loadPolicyFile } from './environment.ts';
import { OrtProgram } from '../src/engine/runtime/program.ts';
const runs: Record<string, [number, number]> = {};
const P: any = OrtProgram.prototype; const orig = P.execute;
P.execute = async function (...a: any[]) { const t = performance.now(); const r = await orig.apply(this, a); const e = (runs[this.name] ??= [0, 0]); e[0]++; e[1] += performance.now() - t; return r; };
const c0 = presetConfig((process.argv[3] ?? 'default') as any);
const policy = loadPolicyFile(c0.policy);
const trainer = new LocalTrainer(nodeEnvironment(policy));
const o0 = performance.now();
await trainer.open({ ...c0, evalEvery: 0 }, { backend: (process.argv[2] ?? 'node') as any, workers: Number(process.argv[4] ?? 1) });
console.log('open', (performance.now() - o0).toFixed(0));
for (let i = 0; i < 3; i++) await trainer.step();
for (const k of Object.keys(runs)) runs[k] = [0, 0];
const t0 = performance.now(); const cpu = process.cpuUsage(); let st = 0; const parts = [0, 0, 0];
const n = 20; const each: number[] = [];
for (let i = 0; i < n; i++) { const a = performance.now(); const m = (await trainer.step()).metrics as any; each.push(performance.now() - a); st += m.step_time; parts[0] += m['time/rollout']; parts[1] += m['time/score']; parts[2] += m['time/update']; }
const wall = performance.now() - t0; const c = process.cpuUsage(cpu);
each.sort((a, b) => a - b);
console.log('per step wall', (wall / n).toFixed(2), 'min', each[0]!.toFixed(2), 'median', each[10]!.toFixed(2), 'cpu', ((c.user + c.system) / 1000 / n).toFixed(2), 'step_time', (1000 * st / n).toFixed(2), 'roll/score/upd', parts.map((x) => (1000 * x / n).toFixed(2)).join(' '));
let tot = 0; for (const [k, [a, b]] of Object.entries(runs)) { tot += b; console.log(k, 'runs/step', a / n, 'ms/step', (b / n).toFixed(2), 'ms/run', (b / a).toFixed(3)); }
console.log('in runs', (tot / n).toFixed(2), 'outside', ((wall - tot) / n).toFixed(2));
await trainer.dispose();
