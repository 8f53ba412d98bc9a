// What types do not see. Formatting is Prettier's; which room may import which is dependency-cruiser's.
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const worker = ['worker', 'group', 'signal', 'sframe', 'crypto', 'storage', 'bytes', 'wire'].map((room) => `web/client/${room}/**/*.ts`)
const tests = ['**/*.test.ts', '**/*.bench.ts', 'tests/**', 'benches/**', 'scripts/**']

export default defineConfig(
  { ignores: ['web/dist/', 'web/client/wire/', '.venv/', '.cache/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.json', 'tsconfig.page.json', 'tsconfig.worker.json', 'tsconfig.worker-tests.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'off',
      'no-new-func': 'error',
      'no-constant-condition': 'error',
      'no-self-compare': 'error',
      'no-unsafe-finally': 'error',
      'no-loss-of-precision': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[property.name='innerHTML'], MemberExpression[property.name='outerHTML']",
          message: 'Text of others never becomes markup.',
        },
        { selector: "CallExpression[callee.name='unsafeHTML']", message: 'Text of others never becomes markup.' },
      ],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: worker, rules: { 'no-restricted-globals': ['error', 'localStorage', 'sessionStorage', 'document', 'window'] } },
  {
    files: tests,
    rules: { 'no-console': 'off', 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off', 'no-restricted-syntax': 'off' },
  },
)
