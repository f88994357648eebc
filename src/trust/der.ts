/** DER (X.690), as far as certificates need it: every value as the bytes of tag, length and content. */

export type Der = Uint8Array<ArrayBuffer>;

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
};
const CONTEXT = 0x80;
const CONSTRUCTED = 0x20;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

export const sequence = (...parts: readonly Der[]) => tagged(TAG.sequence, join(parts));
export const set = (...parts: readonly Der[]) => tagged(TAG.set, join(parts));
export const yes = () => tagged(TAG.boolean, Uint8Array.of(0xff));
export const octets = (bytes: Uint8Array) => tagged(TAG.octets, bytes);
export const utf8 = (text: string) => tagged(TAG.utf8, new TextEncoder().encode(text));

/** [n] around what has a tag of its own. */
export const explicit = (n: number, part: Der) => tagged(CONTEXT | CONSTRUCTED | n, part);
/** [n] in place of the content's own tag. */
export const implicit = (n: number, content: Uint8Array) => tagged(CONTEXT | n, content);

/** From big-endian bytes, as a number that is not negative. */
export function integer(bytes: Uint8Array): Der {
  const first = bytes.findIndex((byte) => byte !== 0);
  const short = first === -1 ? Uint8Array.of(0) : bytes.subarray(first);
  return tagged(TAG.integer, (short[0] ?? 0) & 0x80 ? join([Uint8Array.of(0), short]) : short);
}

/** @param unused how many bits at the end of the last byte say nothing */
export const bits = (bytes: Uint8Array, unused = 0) => tagged(TAG.bits, join([Uint8Array.of(unused), bytes]));

/** `2.5.29.17` */
export function oid(text: string): Der {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  return tagged(TAG.oid, Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** To the second; UTCTime until 2049, as RFC 5280 (4.1.2.5) has it. */
export function time(date: Date): Der {
  const digits = date.toISOString().replaceAll(/[-:T]|\..*/g, "");
  const isLate = date.getUTCFullYear() >= 2050;
  return tagged(
    isLate ? GENERALIZED_TIME : UTC_TIME,
    new TextEncoder().encode(`${isLate ? digits : digits.slice(2)}Z`),
  );
}

function base128(value: number): number[] {
  const groups = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80);
  return groups;
}

function tagged(tag: number, content: Uint8Array): Der {
  return join([Uint8Array.from([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff]; // nothing of ours is longer than 64 KiB
  return [0x80 | bytes.length, ...bytes];
}

function join(parts: readonly Uint8Array[]): Der {
  return Uint8Array.from(Buffer.concat(parts));
}
