import js from "@eslint/js";
import lingui from "eslint-plugin-lingui";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules", "src/api/schema.d.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Event handlers of React may be async: what they reject with is shown by the mutation itself.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  { files: ["**/*.{ts,tsx}"], ...hooks.configs.flat["recommended-latest"] },
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { lingui },
    rules: {
      "lingui/no-expression-in-message": "error",
      "lingui/no-single-variables-to-translate": "error",
      "lingui/no-trans-inside-trans": "error",
      "lingui/t-call-in-function": "error",
    },
  },
  {
    // Text that people read comes from the catalogues, in these folders.
    files: ["src/**/*.{ts,tsx}"],
    ignores: ["**/*.test.*"],
    rules: {
      "lingui/no-unlocalized-strings": [
        "error",
        {
          useTsTypes: true,
          // One word in small letters, and what has no letters: names for programs. Names of ours.
          ignore: ["^(?![A-Z])\\S+$", "^[A-Z0-9_-]+$", "^Nextbatch$", "^(JSON Lines|Parquet|ImageFolder|Hugging Face|Label Studio)$", "^(Enter|Escape|Tab|Home|End)$"],
          ignoreNames: [
            { regex: { pattern: "^(data-.*|aria-controls|className|style|styles|rel|key|queryKey|h|w|maw|mah|miw|mih|p|px|py|m|mx|my|gap|fontFamily|filter|transform|group)$" } },
            { regex: { pattern: "^[A-Z0-9_]+$" } },
          ],
          ignoreFunctions: ["Error", "api.*", "*.startsWith", "*.endsWith", "*.includes", "*.split", "*.replace", "*.closest"],
        },
      ],
      "no-restricted-syntax": [
        "error",
        {
          // The rule above lets one word in small letters pass.
          selector: "JSXElement[openingElement.name.name!=/^(Trans|Plural|code|kbd|Kbd)$/] > JSXText[value=/^(?!\\s*Nextbatch\\s*$).*\\p{L}/su]:not(JSXElement[openingElement.name.name=/^(Trans|Plural)$/] *)",
          message: "Text needs <Trans>.",
        },
      ],
    },
  },
);
