/**
 * @file Archives without compression (PKWARE APPNOTE 6.3.10, method 0): writing several files as one download, and
 * reading them.
 */

export interface ArchiveFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Thrown for bytes that are not such an archive; the message says why. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 as used by zip and PNG. */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/**
 * The header of a file as 16- and 32-bit fields; the date is 1 January 1980, so that equal files give equal archives.
 */
function header({ name, bytes }: ArchiveFile, offset: number | null): Uint8Array[] {
  const label = new TextEncoder().encode(name);
  const isCentral = offset !== null;
  const view = new DataView(new ArrayBuffer(isCentral ? 46 : 30));
  const at = isCentral ? 6 : 4;
  view.setUint32(0, isCentral ? CENTRAL : LOCAL, true);
  if (isCentral) view.setUint16(4, 20, true);
  view.setUint16(at, 20, true);
  // Bit 11: names are UTF-8.
  view.setUint16(at + 2, 1 << 11, true);
  view.setUint16(at + 8, (1 << 5) | 1, true);
  view.setUint32(at + 10, crc32(bytes), true);
  view.setUint32(at + 14, bytes.length, true);
  view.setUint32(at + 18, bytes.length, true);
  view.setUint16(at + 22, label.length, true);
  if (isCentral) view.setUint32(42, offset, true);
  return [new Uint8Array(view.buffer), label];
}

export function writeArchive(files: readonly ArchiveFile[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  const length = (pieces: readonly Uint8Array[]) => pieces.reduce((sum, piece) => sum + piece.length, 0);
  for (const file of files) {
    directory.push(...header(file, length(parts)));
    parts.push(...header(file, null), file.bytes);
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, END, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(12, length(directory), true);
  end.setUint32(16, length(parts), true);
  const all = [...parts, ...directory, new Uint8Array(end.buffer)];
  const archive = new Uint8Array(length(all));
  let at = 0;
  for (const piece of all) {
    archive.set(piece, at);
    at += piece.length;
  }
  return archive;
}

/** The files of an archive made by `writeArchive`. Throws ArchiveError for anything else. */
export function readArchive(archive: Uint8Array): ArchiveFile[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const files: ArchiveFile[] = [];
  let at = 0;
  while (at + 30 <= archive.length && view.getUint32(at, true) === LOCAL) {
    const [method, crc, size, stored] = [
      view.getUint16(at + 8, true),
      view.getUint32(at + 14, true),
      view.getUint32(at + 18, true),
      view.getUint32(at + 22, true),
    ];
    const [label, extra] = [view.getUint16(at + 26, true), view.getUint16(at + 28, true)];
    const from = at + 30 + label + extra;
    if (method !== 0 || size !== stored) throw new ArchiveError('archive: compressed files are not read');
    if (from + size > archive.length) throw new ArchiveError('archive: it is cut short');
    const name = new TextDecoder().decode(archive.subarray(at + 30, at + 30 + label));
    const bytes = archive.slice(from, from + size);
    if (crc32(bytes) !== crc) throw new ArchiveError(`archive: ${name} is damaged`);
    files.push({ name, bytes });
    at = from + size;
  }
  if (files.length === 0) throw new ArchiveError('archive: this is no zip file');
  return files;
}
