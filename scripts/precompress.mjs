/**
 * @file Compressed copies beside the files of a build (`.br`, `.gz`): written by the build, chosen by the server.
 */
import { readdirSync } from 'node:fs';
import { lstat, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Encodings (RFC 9110, section 8.4.1), the preferred first. */
const encodings = /** @type {const} */ ([
  { name: 'br', extension: '.br' },
  { name: 'gzip', extension: '.gz' },
]);

/**
 * Brotli (RFC 7932) at quality 9 would make the runtimes 7 % smaller and take six times as long.
 * @param {Buffer} bytes
 */
const compressions = (bytes) => ({
  br: () =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 24 },
    }),
  gzip: () => promisify(gzip)(bytes),
});

/** Below this size headers and blocks hide the gain. */
const SMALLEST = 1024;
/** A copy that saves less than this share is not worth the decompression. */
const LEAST_GAIN = 0.1;

/** Writes the copies of all files of a folder that become smaller by them. @param {string} folder */
export async function precompress(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    const bytes = await readFile(path);
    if (bytes.length < SMALLEST) continue;
    const compress = compressions(bytes);
    await Promise.all(
      encodings.map(async ({ name, extension }) => {
        const compressed = await compress[name]();
        if (compressed.length <= bytes.length * (1 - LEAST_GAIN)) await writeFile(path + extension, compressed);
      }),
    );
  }
}

/** Encodings that the browser accepts (RFC 9110, 12.5.3). @param {string} header */
function accepted(header) {
  const items = header.split(',').map((item) =>
    item
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/),
  );
  const names = items.flatMap(([name, ...rest]) => (rest.some((one) => /^q=0(?:\.0*)?$/.test(one)) ? [] : [name]));
  return encodings.filter(({ name }) => names.includes(name));
}

/**
 * The compressed copy beside a file, or the file itself; a copy older than its file belongs to an earlier version.
 * @param {string} file
 * @param {string} header Accept-Encoding
 */
export async function representation(file, header) {
  const own = await stat(file);
  for (const { name, extension } of accepted(header)) {
    const copy = await lstat(file + extension).catch(() => null);
    if (copy?.isFile() && copy.mtimeMs >= own.mtimeMs)
      return { file: file + extension, info: copy, encoding: { 'Content-Encoding': name } };
  }
  return { file, info: own, encoding: {} };
}
