/** @file PyTorch's random numbers, for comparison with published figures computed from a seed. */

/** PyTorch's float32 `torch.rand` on the CPU after `manual_seed(seed)`: MT19937, the low 24 bits of each word. */
export function torchUniforms(seed: number): () => number {
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let i = 1; i < 624; i++)
    state[i] = Math.imul(1812433253, (state[i - 1] as number) ^ ((state[i - 1] as number) >>> 30)) + i;
  let index = 624;
  const twist = () => {
    for (let i = 0; i < 624; i++) {
      const y = ((state[i] as number) & 0x80000000) | ((state[(i + 1) % 624] as number) & 0x7fffffff);
      state[i] = (state[(i + 397) % 624] as number) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    index = 0;
  };
  return () => {
    if (index === 624) twist();
    let y = state[index++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return (y & 0xffffff) * 2 ** -24;
  };
}
