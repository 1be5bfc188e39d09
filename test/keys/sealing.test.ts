import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KEY_BYTES, keyIdOf, open, SEAL_BYTES, seal } from '../../src/keys/sealing.ts';

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const anyKey = fc.record({ id: fc.nat(), bytes: bytesOf(KEY_BYTES) });
const anyBytes = fc.uint8Array({ maxLength: 300 });

test('what was sealed is opened with its key, and names it', () => {
  fc.assert(
    fc.property(anyKey, fc.string(), anyBytes, (key, place, bytes) => {
      const sealed = seal(key, place, bytes);
      expect(sealed).toHaveLength(bytes.length + SEAL_BYTES);
      expect(keyIdOf(sealed, place)).toBe(key.id);
      expect(Uint8Array.from(open(key, place, sealed))).toEqual(Uint8Array.from(bytes));
    }),
  );
});

test('the same twice is sealed otherwise', () => {
  const key = { id: 1, bytes: Buffer.alloc(KEY_BYTES) };
  expect(seal(key, 'here', Buffer.from('a'))).not.toEqual(seal(key, 'here', Buffer.from('a')));
});

test('a byte that is another, one that is missing or too many, another place and another key are refused', () => {
  fc.assert(
    fc.property(anyKey, anyBytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (key, bytes, at, change) => {
      const sealed = seal(key, 'here', bytes);
      const changed = Buffer.from(sealed);
      changed[at % sealed.length] = (sealed[at % sealed.length] ?? 0) ^ change;
      expect(() => open(key, 'here', changed)).toThrow('here cannot be opened');
      expect(() => open(key, 'here', sealed.subarray(0, -1))).toThrow('here cannot be opened');
      expect(() => open(key, 'here', Buffer.concat([sealed, Buffer.alloc(1)]))).toThrow('cannot be opened');
      expect(() => open(key, 'there', sealed)).toThrow('there cannot be opened');
      const other = { bytes: key.bytes.map((byte) => byte ^ 1) };
      expect(() => open(other, 'here', sealed)).toThrow('here cannot be opened');
    }),
  );
});

test('what is not sealed is told so', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(SEAL_BYTES - 1, 1), Buffer.alloc(99)])
    expect(() => keyIdOf(bytes, 'here')).toThrow('here cannot be opened');
});
