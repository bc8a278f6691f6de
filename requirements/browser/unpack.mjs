// Decompress the files of @sparticuz/chromium: `node unpack.mjs FROM TO`. Python's standard library has no Brotli, Node has.
import { createReadStream, createWriteStream, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const [from, to] = process.argv.slice(2);
for (const name of readdirSync(from)) {
  if (name.endsWith(".br")) {
    await pipeline(createReadStream(join(from, name)), createBrotliDecompress(), createWriteStream(join(to, basename(name, ".br"))));
  }
}
