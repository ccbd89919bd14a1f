/** @file Reads `work.json` and `work.bin` in any JavaScript engine. */

/**
 * @typedef {{shape: number[], data: Float32Array | Int32Array}} Numbers
 * @typedef {Record<string, any> & {arrays: Record<string, Numbers>}} Work
 */

/**
 * The facts of the work, with its arrays by name.
 * @param {string} text contents of work.json
 * @param {ArrayBuffer} bytes contents of work.bin
 * @returns {Work}
 */
export function workFrom(text, bytes) {
  const facts = JSON.parse(text);
  const arrays = Object.fromEntries(
    Object.entries(facts.arrays).map(([name, { dtype, shape, offset }]) => {
      const size = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
      const data = dtype === 'int32' ? new Int32Array(bytes, offset, size) : new Float32Array(bytes, offset, size);
      return [name, { shape, data: data.slice() }];
    }),
  );
  return { ...facts, arrays };
}

/**
 * The work beside a page.
 * @param {string} folder address of the folder
 * @returns {Promise<Work>}
 */
export async function fetchWork(folder) {
  const [text, bytes] = await Promise.all([
    fetch(`${folder}/work.json`).then((response) => response.text()),
    fetch(`${folder}/work.bin`).then((response) => response.arrayBuffer()),
  ]);
  return workFrom(text, bytes);
}
