import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArchiveError, crc32, readArchive, writeArchive } from './zip.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

it('crc32 gives the published check value', () => {
  // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
  expect(crc32(bytes('123456789'))).toBe(0xcbf43926);
});

describe('an archive', () => {
  const files = [
    { name: 'a.json', bytes: bytes('{}') },
    { name: 'b/ü.bin', bytes: Uint8Array.of(0, 255, 7) },
  ];

  it('reads back the files it was written from', () => {
    expect(readArchive(writeArchive(files))).toEqual(files);
  });

  it('has the directory and the end record where readers look for them', () => {
    const archive = writeArchive(files);
    const view = new DataView(archive.buffer);
    const end = archive.length - 22;
    expect(view.getUint32(end, true)).toBe(0x06054b50);
    expect(view.getUint16(end + 10, true)).toBe(2);
    const directory = view.getUint32(end + 16, true);
    expect(view.getUint32(directory, true)).toBe(0x02014b50);
    expect(view.getUint32(directory + 42, true)).toBe(0);
    expect(directory + view.getUint32(end + 12, true)).toBe(end);
  });

  it('if damaged, cut or not an archive, is refused with an ArchiveError', () => {
    const archive = writeArchive(files);
    const damaged = fc.tuple(
      fc.integer({ min: 0, max: archive.length - 1 }),
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0, max: archive.length }),
    );
    fc.assert(
      fc.property(damaged, ([place, value, end]) => {
        const changed = archive.slice(0, end);
        if (place < end) changed[place] = value;
        try {
          expect(readArchive(changed).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ArchiveError);
        }
      }),
      { numRuns: 500 },
    );
    expect(() => readArchive(bytes('hello'))).toThrow(/no zip file/);
  });
});
