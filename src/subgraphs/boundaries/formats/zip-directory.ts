import { unzipSync } from 'fflate';

/** More files than a zip may hold (zip.ts); a directory may count more than there are. */
const MOST_NAMES = 1001;

/** Names of the files in a zip, by the directory at its end; none where that is damaged. Nothing is unpacked. */
export function namesInZip(bytes: Uint8Array): readonly string[] {
  const names: string[] = [];
  const filter = ({ name }: { readonly name: string }): boolean => {
    names.push(name);
    if (names.length >= MOST_NAMES) throw new RangeError('The zip counts too many files.');
    return false;
  };
  try {
    unzipSync(bytes, { filter });
  } catch {
    // What was read by then tells the format; its reader tells what is wrong.
  }
  return names;
}
