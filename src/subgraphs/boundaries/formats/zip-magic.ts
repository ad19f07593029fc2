/** Whether `bytes` begin as a zip does. Apart from the reader, whose library is loaded when a zip is read. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
