const FINAL_TEXT = 0x81;
const SHORT = 125;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/** Messages as one run of bytes, each an unmasked text frame of RFC 6455 (5.2), as a server sends them. */
export function textFrames(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const frames = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + headSize(length) + length, 0));
  let at = 0;
  texts.forEach((text, i) => {
    const length = lengths[i] as number;
    at = writeHead(frames, at, length);
    // What has as many bytes as characters has one byte each, which are copied faster so.
    at += frames.write(text, at, length, length === text.length ? 'latin1' : 'utf8');
  });
  return frames;
}

const headSize = (length: number): number => (length <= SHORT ? 2 : length < 2 ** 16 ? 4 : 10);

/** Where the payload begins. */
function writeHead(bytes: Buffer, at: number, length: number): number {
  bytes[at] = FINAL_TEXT;
  if (length <= SHORT) {
    bytes[at + 1] = length;
    return at + 2;
  }
  if (length < 2 ** 16) {
    bytes[at + 1] = TWO_BYTES;
    return bytes.writeUInt16BE(length, at + 2);
  }
  bytes[at + 1] = EIGHT_BYTES;
  return bytes.writeBigUInt64BE(BigInt(length), at + 2);
}
