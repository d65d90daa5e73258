// Bundles src/main.js into one file, the same bytes on every machine, with the licences of what it holds beside it.
// `node build.js` writes into ../static/js; another folder may be given.
import { build } from 'esbuild'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const folder = process.argv[2] || join(here, '..', 'static', 'js')
const BANNER = '/* Built from frontend/ by "npm run build": change it there. Licences: editor.LICENSES.txt */'

const result = await build({
  absWorkingDir: here,
  entryPoints: ['src/main.js'],
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2022'],
  charset: 'utf8',
  legalComments: 'none',
  banner: { js: BANNER },
  metafile: true,
  write: false,
})
await mkdir(folder, { recursive: true })
await writeFile(join(folder, 'editor.js'), result.outputFiles[0].contents)
await writeFile(join(folder, 'editor.LICENSES.txt'), await licences(Object.keys(result.metafile.inputs)))

async function licences(inputs) {
  const names = new Set(inputs.filter((path) => path.includes('node_modules/')).map((path) => path.split('node_modules/').pop().split('/')[0]))
  const parts = [...names].sort().map(async (name) => {
    const home = join(here, 'node_modules', name)
    const { version, license } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'))
    const text = await readFile(join(home, 'LICENSE'), 'utf8')
    return `${name} ${version} (${license})\n\n${text.trim()}\n`
  })
  return `editor.js holds these packages besides our own code.\n\n${(await Promise.all(parts)).join('\n' + '-'.repeat(80) + '\n\n')}`
}
