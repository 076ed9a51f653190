import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Forbids imports into folders by pattern, with the reason in the message. */
const noImports = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

const noVSCode = {
  group: ['vscode'],
  message: 'Core runs on plain Node and knows no editor, not even its types. Take what is needed through a port (core/ports.ts).',
};
const noEditor = {
  group: ['**/editor/**', '**/extension.ts', '**/start.ts'],
  message: 'Imports go extension → editor → core, never back.',
};
const noSandbox = { group: ['**/sandbox/**'], message: 'The sandbox is loaded on demand by its command alone; core does not know it.' };

export default tseslint.config(
  { ignores: ['dist/', 'out/', '.vscode-test/', 'test/support/autostart/', 'test/support/benchHarness/', 'test/support/hostHelper/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // VS Code's Thenables are promises to everyone but the checker.
      '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-invalid-void-type': 'off',
    },
  },
  {
    files: ['src/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "BinaryExpression[operator='==='][left.property.name='provider'][right.type='Literal']",
          message: 'The engine never names a provider: a quirk is a field of the Provider format.',
        },
      ],
    },
  },
  { files: ['src/core/**'], rules: noImports(noVSCode, noEditor, noSandbox) },
  {
    files: ['src/core/providers/!(index).ts'],
    rules: noImports({
      regex: '^(?!\\.\\./provider\\.ts$)',
      message: 'A provider is data: it imports the Provider type and nothing else.',
    }),
  },
  {
    files: ['src/editor/**'],
    rules: noImports({ group: ['**/extension.ts', '**/start.ts'], message: 'Imports go extension → editor → core, never back.' }),
  },
  { files: ['src/sandbox/**'], rules: noImports(noVSCode, noEditor) },
  { files: ['test/**'], rules: { '@typescript-eslint/no-base-to-string': 'off' } },
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
);
