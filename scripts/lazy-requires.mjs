import { readFile } from 'node:fs/promises'

// const command_1 = require("./command");  const ansis_1 = __importDefault(require("ansis"));
const TOP_LEVEL_REQUIRE = /^(?:const|var) (\w+) = ((?:__importDefault\(|__importStar\()?require\("[^"]+"\)\)?);$/gm

const LAZY = `
const __lazy = (load) => {
  let loaded
  const module = () => (loaded ??= load())
  return new Proxy({}, { get: (_, key) => module()[key], has: (_, key) => key in module() })
};`

/** The one place where oclif calls a required module instead of naming a member of it. */
const CALLED = new Set(['wrap', 'getPackageType', 'wordwrap'])

/**
 * An esbuild plugin: what oclif requires at the top of its modules is loaded at first use. A command needs a
 * tenth of it; the rest (help, plugins, spinners, templates) would cost more than the command itself.
 */
export const lazyRequires = {
  name: 'lazy-requires',
  setup(build) {
    build.onLoad({ filter: /[\\/]@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const contents = source.replace(TOP_LEVEL_REQUIRE, (line, name, load) =>
        CALLED.has(name) ? line : `const ${name} = __lazy(() => ${load});`,
      )
      return { contents: contents === source ? source : `${LAZY}${contents}`, loader: 'js' }
    })
  },
}
