// What the compiler does not see: promises nobody waits for, `any`, and arrows between folders that point the wrong way.
import js from '@eslint/js'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const FOLDERS = ['cli', 'author', 'report', 'targets', 'workspace', 'course', 'engine', 'checkers', 'wire', 'protocol']

/** Files of `from` may import, of our folders, their own and `allowed`. */
function arrow(from, ...allowed) {
  const own = from.replace(/^src\//, '')
  const others = FOLDERS.filter((name) => name !== own && !allowed.includes(name))
  const message = `${own} imports ${allowed.length > 0 ? allowed.join(', ') : 'nothing of ours'}; arrows point down only`
  return {
    files: [`${from}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: `^(?:\\.\\./)+(?:src/)?(?:${others.join('|')})/`, message }] },
      ],
    },
  }
}

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
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An interface's method may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['bin/**/*.js', 'scripts/**/*.cjs', 'test/**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        process: 'readonly',
        require: 'readonly',
        module: 'writable',
        __dirname: 'readonly',
        console: 'readonly',
      },
    },
  },
  // Every Node since 0.10 must parse these: one that is too old has to be able to say so.
  {
    files: ['bin/**/*.js'],
    languageOptions: { ecmaVersion: 5 },
    rules: { 'no-unused-vars': ['error', { caughtErrors: 'none' }] },
  },
  {
    files: ['scripts/**/*.mjs', 'vm/**/*.mjs', '*.config.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },

  // Arrows point down only.
  arrow('src/cli', 'author', 'targets', 'workspace', 'course', 'report', 'protocol'),
  arrow('src/author', 'targets', 'workspace', 'course', 'report', 'protocol'),
  // The scaffold becomes checkers of a course.
  {
    files: ['src/author/new/scaffold/**/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  arrow('src/targets', 'protocol'),
  arrow('src/workspace', 'course', 'protocol'),
  arrow('src/report', 'protocol'),
  arrow('src/engine', 'checkers', 'protocol'),
  arrow('checkers', 'wire', 'protocol'),
  arrow('src/course', 'protocol'),
  arrow('src/wire'),
  arrow('src/protocol'),
)
