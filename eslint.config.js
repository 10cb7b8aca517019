// What the compiler does not see: promises nobody waits for, `any`, and arrows between folders that point the wrong way.
import js from '@eslint/js'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** `from` may not import what the patterns match; `why` is shown. Types alone may cross where `types` is true. */
function arrow(from, patterns, why, { types = false } = {}) {
  return {
    files: [from],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: patterns, message: why, allowTypeImports: types }] },
      ],
    },
  }
}

/** Relative imports that leave their own folder and do not lead to one of `allowed`. */
const outsideExcept = (...allowed) => `^(?:\\.\\./)+(?!${allowed.map((name) => `(?:src/)?${name}`).join('|')})\\w`

export default defineConfig(
  { ignores: ['dist/', 'dist.*/', 'work/', 'labs/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An interface's method may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['bin/**/*.js', 'scripts/**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { process: 'readonly', require: 'readonly', module: 'writable', __dirname: 'readonly', console: 'readonly' },
    },
  },
  // Every Node since 0.10 must parse these: one that is too old has to be able to say so.
  { files: ['bin/**/*.js'], languageOptions: { ecmaVersion: 5 }, rules: { 'no-unused-vars': ['error', { caughtErrors: 'none' }] } },
  { files: ['scripts/**/*.mjs', '*.config.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },

  // Arrows point down: cli → targets, workspace, course, report; engine → checkers → kit → wire.
  arrow('src/problem.ts', '^\\.', 'problem.ts imports nothing of ours'),
  arrow('src/protocol/**', '^\\.\\./', 'the protocol imports nothing of ours'),
  arrow('src/course/**', outsideExcept('problem', 'protocol/'), 'course imports nothing of ours but problem and the protocol'),
  arrow('src/wire/**', outsideExcept('problem'), 'wire imports nothing of ours but problem'),
  arrow('src/workspace/**', outsideExcept('problem', 'protocol/', 'course/'), 'workspace imports course, protocol and problem alone'),
  arrow('src/report/**', outsideExcept('problem', 'protocol/', 'report/'), 'report imports protocol and problem alone'),
  arrow('src/targets/**', outsideExcept('problem', 'protocol/'), 'targets import protocol and problem alone'),
  arrow('src/cli/**', '(^|/)(checkers|engine)/', 'the cli reaches checkers and the engine through a target alone'),
  arrow('src/engine/**', '^\\.\\./(?:cli|report|course|workspace|targets)/', 'the engine knows nothing of terminals, courses and workspaces'),
  arrow('checkers/**', '(^|/)src/(?:cli|report|course|workspace|targets|engine)/', 'checkers import their kit, the protocol and wire alone'),
)
