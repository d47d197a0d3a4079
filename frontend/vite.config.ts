import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const out = here("../custom_components/immich_syncthing/www");

export default defineConfig({
  build: {
    outDir: out,
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    reportCompressedSize: true,
    rollupOptions: {
      input: { panel: here("src/panel.ts"), card: here("src/card.ts") },
      preserveEntrySignatures: "strict",
      output: {
        entryFileNames: "[name].js",
        // Named by what it holds: Home Assistant's address of this directory changes with its content.
        chunkFileNames: "[name].js",
        manualChunks: (id) => (id.includes("node_modules") ? "lit" : null),
      },
    },
  },
  plugins: [
    {
      name: "words",
      writeBundle: ({ dir }) => cpSync(here("src/words"), `${dir ?? out}/words`, { recursive: true }),
    },
  ],
  test: {
    include: ["test/**/*.test.ts"],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
          args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        },
      }),
      instances: [{ browser: "chromium" }],
    },
  },
});
