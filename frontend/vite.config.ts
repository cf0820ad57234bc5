import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react(), lingui({ macroTransform: true, failOnCompileError: true })],
  build: {
    outDir: "../app/static",
    emptyOutDir: true,
    manifest: true,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { input: ["index.html", "docs.html"] },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8321" } },
  test: { environment: "jsdom", pool: "vmThreads", setupFiles: "src/language/english.setup.ts" },
});
